"""models.yaml: honest places, outside off unless named, mistakes told in Japanese."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.llm.addresses import host_of, is_on_premises
from dialogue.llm.catalogue import Catalogue, read_cards
from dialogue.llm.config_errors import ModelConfigError
from dialogue.llm.purpose import Place
from tests.dialogue.llm.models import card

CARD = """
  - name: tsuzumi-2
    kind: openai
    base_url: {url}
    model: tsuzumi
    place: {place}
    country: 日本
    licence: 契約内容をご確認ください
    vendor: NTT
"""


def written(folder: Path, cards: str, head: str = "") -> Path:
    file = folder / "models.yaml"
    file.write_text(f"{head}\nmodels:{cards}", encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    with pytest.raises(ModelConfigError) as caught:
        read_cards(file)
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/v1",
        "http://localhost:8000/v1",
        "http://10.1.2.3/v1",
        "http://172.31.0.1:9/v1",
        "https://192.168.0.9/v1",
        "http://[fd00::1]:8000/v1",
        "http://[::1]/v1",
        "http://gpu1.local:8000/v1",
        "https://llm.corp.internal/v1",
    ],
)
def test_a_private_address_is_on_the_premises(tmp_path: Path, url: str) -> None:
    (read,) = read_cards(written(tmp_path, CARD.format(url=url, place="on_premises")))
    assert read.place is Place.ON_PREMISES


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "http://172.32.0.1/v1",
        "http://8.8.8.8/v1",
        "http://[2001:db8::1]/v1",
        "http://local.example.com/v1",
        "http://10.0.0.5.example.com/v1",
        "http://2130706433/v1",
        "http://0x7f.1/v1",
        "http://169.254.169.254/v1",
        "http://[::ffff:8.8.8.8]/v1",
    ],
)
def test_a_foreign_address_that_claims_to_be_on_the_premises_is_refused(tmp_path: Path, url: str) -> None:
    told = refusal(written(tmp_path, CARD.format(url=url, place="on_premises")))
    assert "構内のアドレスではありません" in told
    assert "place: outside" in told
    assert read_cards(written(tmp_path, CARD.format(url=url, place="outside")))[0].place is Place.OUTSIDE


def test_a_host_that_is_listed_is_on_the_premises(tmp_path: Path) -> None:
    cards = CARD.format(url="http://llm.minato.example/v1", place="on_premises")
    assert read_cards(written(tmp_path, cards, "on_premises_hosts: [llm.minato.example]"))


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.5@example.com/v1",
        r"http://10.0.0.5\@example.com/v1",
        "http://10.0.0.5/v1?x=1",
        "ftp://10.0.0.5/v1",
        "10.0.0.5:8000",
        "http://10.0.0.5#.example.com/v1",
        "http://10.0.0.5%2eexample.com/v1",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_no_address(tmp_path: Path, url: str) -> None:
    assert "の形で書いてください" in refusal(written(tmp_path, CARD.format(url=f"'{url}'", place="on_premises")))


@given(st.text(max_size=40))
def test_no_text_makes_a_host_that_is_not_a_plain_name(text: str) -> None:
    host = host_of(f"http://{text}/v1")
    assert host is None or not set(host) & set("@\\%?# ")


@given(st.ip_addresses(v=4))
def test_an_address_is_on_the_premises_just_when_it_is_private_or_loopback(address: object) -> None:
    first, second = (int(part) for part in str(address).split(".")[:2])
    private = first in (10, 127) or (first == 172 and 16 <= second < 32) or (first, second) == (192, 168)
    assert is_on_premises(str(address)) is private


def test_an_unknown_key_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    cards = CARD.format(url="http://10.0.0.5/v1", place="on_premises") + "    lisence: MIT\n"
    told = refusal(written(tmp_path, cards))
    assert "models[1].lisence という項目はありません" in told
    assert "「licence」のことでしょうか" in told


def test_what_is_missing_is_told_with_what_to_write(tmp_path: Path) -> None:
    cards = CARD.format(url="http://10.0.0.5/v1", place="on_premises").replace("    country: 日本\n", "")
    assert "models[1].country がありません。動く場所の国（例 日本）を書いてください。" in refusal(
        written(tmp_path, cards)
    )


def test_a_wrong_value_is_told_with_what_may_be_written(tmp_path: Path) -> None:
    told = refusal(written(tmp_path, CARD.format(url="http://10.0.0.5/v1", place="somewhere")))
    assert "models[1].place の値 'somewhere' は使えません" in told
    assert '"on_premises"' in told


@pytest.mark.parametrize("text", ["- a", "{", "models: 3"])
def test_a_file_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "models.yaml"
    file.write_text(text, encoding="utf-8")
    assert str(file) in refusal(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "読めません" in refusal(tmp_path / "models.yaml")


def test_two_models_of_one_name_are_refused(tmp_path: Path) -> None:
    one = CARD.format(url="http://10.0.0.5/v1", place="on_premises")
    assert "二つあります" in refusal(written(tmp_path, one + one))


def test_only_an_embedded_model_runs_in_the_process(tmp_path: Path) -> None:
    assert "in_process" in refusal(written(tmp_path, CARD.format(url="http://127.0.0.1/v1", place="in_process")))


def test_a_limit_in_yen_needs_a_price(tmp_path: Path) -> None:
    cards = CARD.format(url="http://10.0.0.5/v1", place="on_premises") + "    budget: {yen_per_month: 1000}\n"
    assert "yen_per_1k_tokens" in refusal(written(tmp_path, cards))


def test_an_outside_model_is_off_unless_it_is_named() -> None:
    cards = [card("here"), card("far", Place.OUTSIDE)]
    assert [each.name for each in Catalogue(cards).switched_on] == ["here"]
    assert [each.name for each in Catalogue(cards, ["far"]).switched_on] == ["here", "far"]


def test_a_model_that_is_not_enabled_is_off_though_it_is_named() -> None:
    assert not Catalogue([card("far", Place.OUTSIDE, enabled=False)], ["far"]).switched_on


def test_allowing_what_is_not_there_or_not_outside_is_refused() -> None:
    with pytest.raises(ModelConfigError, match="「here」のことでしょうか"):
        Catalogue([card("here")], ["heer"])
    with pytest.raises(ModelConfigError, match="社外のモデルではありません"):
        Catalogue([card("here")], ["here"])
