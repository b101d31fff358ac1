"""The sample company's FAQ, and what its other files say of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import yaml

from samples import sample_dir

CATEGORIES = {
    "料金・プラン",
    "請求・支払い",
    "契約・名義・住所",
    "解約・MNP",
    "故障・通信障害",
    "端末・SIM",
    "光回線・工事",
    "サービス・オプション・店舗",
}
HIRAGANA = re.compile(r"[ぁ-ゖー]+")
KATAKANA = re.compile(r"[ァ-ヺー]+")


def read(name: str) -> Any:
    return yaml.safe_load((sample_dir() / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read("faq.yaml")["entries"]
    return found


def by_id(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in entries}


def test_there_are_at_least_sixty_six_entries_with_ids_of_their_own(entries: list[dict[str, Any]]) -> None:
    ids = [entry["id"] for entry in entries]
    assert len(ids) >= 66
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry_id) for entry_id in ids)


def test_each_of_the_eight_categories_holds_entries(entries: list[dict[str, Any]]) -> None:
    assert {entry["category"] for entry in entries} == CATEGORIES


def test_each_entry_is_asked_for_in_eleven_to_eighteen_short_ways(entries: list[dict[str, Any]]) -> None:
    assert [e["id"] for e in entries if not 11 <= len(e["questions"]) <= 18] == []
    assert [question for e in entries for question in e["questions"] if len(question) > 60] == []


def test_no_wording_belongs_to_two_entries(entries: list[dict[str, Any]]) -> None:
    wordings = [question for entry in entries for question in entry["questions"]]
    assert len(set(wordings)) == len(wordings)


def test_a_title_fits_into_a_clarifying_question(entries: list[dict[str, Any]]) -> None:
    assert [e["id"] for e in entries if len(e["title"]) > 24 or re.search(r"[。、?？]", e["title"])] == []


def test_a_spoken_answer_is_one_to_four_short_sentences(entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        sentences = [s for s in entry["spoken"].split("。") if s]
        assert entry["spoken"].endswith("。")
        assert 1 <= len(sentences) <= 4, entry["id"]
        assert len(entry["spoken"]) <= 220, entry["id"]
        assert max(map(len, sentences)) <= 70, entry["id"]


def test_a_spoken_answer_is_polite_and_has_nothing_that_only_eyes_can_read(entries: list[dict[str, Any]]) -> None:
    unheard = re.compile(r"https?|www|[・※→()（）/]|\n")
    unfit = re.compile(r"になります。|よろしかったでしょうか|了解しました|のほう|させていただ|おられます|できません")
    for entry in entries:
        spoken = entry["spoken"]
        assert not unheard.search(spoken), entry["id"]
        assert not unfit.search(spoken), entry["id"]
        if entry["audience"] != "operator":
            assert re.search(r"(です|ます|ません|ください)。$", spoken), entry["id"]


def test_every_reading_is_hiragana(entries: list[dict[str, Any]]) -> None:
    words = [word for entry in entries for word in entry["vocabulary"]]
    words += read("vocabulary.yaml")["entries"]
    assert [w for w in words if not HIRAGANA.fullmatch(w["reading"])] == []


def test_every_pronunciation_is_katakana_and_given_once() -> None:
    words = read("dictionary.yaml")["entries"]
    assert [w for w in words if not KATAKANA.fullmatch(w["reading"])] == []
    assert len({w["surface"] for w in words}) == len(words)


def test_recognition_weights_lie_between_0_and_3() -> None:
    words = read("vocabulary.yaml")["entries"]
    assert {w["weight"] for w in words} <= {0, 1, 2, 3}
    assert all(w["display"] for w in words)
    assert len({w["surface"] for w in words}) == len(words)


def test_some_entries_are_for_operators_only_and_some_go_to_a_person(entries: list[dict[str, Any]]) -> None:
    assert {e["audience"] for e in entries} <= {"caller", "operator", "both"}
    assert 3 <= sum(e["audience"] == "operator" for e in entries) <= 6
    escalated = {e["id"] for e in entries if e["escalate"]}
    assert {"cancel-procedure", "fraud-use", "legal-claim"} <= escalated
    assert len(escalated) <= 8


def test_validity_dates_are_in_order(entries: list[dict[str, Any]]) -> None:
    dated = [e for e in entries if "valid_from" in e or "valid_until" in e]
    assert dated
    for entry in dated:
        assert isinstance(entry["valid_from"], date)
        assert entry["valid_from"] < entry["valid_until"], entry["id"]


@pytest.mark.parametrize(
    ("words", "yen"),
    [
        (r"みなとミニ[^。、]*?月額", "990"),
        (r"みなとスタンダード[^。、]*?月額", "2,970"),
        (r"みなとマックス[^。]*?月額", "4,950"),
        (r"月額(?=[\d,]+円の5分かけ放題)", "550"),
        (r"月額(?=[\d,]+円の完全かけ放題)", "1,650"),
        (r"事務手数料(?:として)?", "3,300"),
        (r"解約金(?:が|は)?", "4,400"),
        (r"移転の工事費は、?", "11,000"),
        (r"新設の工事費は、", "22,000"),
        (r"SIMカードの再発行は[^。]*。手数料は|再発行", "2,200"),
        (r"1ギガ(?=[\d,]+円)", "550"),
        (r"修理(?:代のご負担は|が)最大", "5,500"),
        (r"Wi-Fiルーターは、月額", "330"),
    ],
)
def test_a_price_is_the_same_wherever_it_is_told(entries: list[dict[str, Any]], words: str, yen: str) -> None:
    told = [
        amount
        for entry in entries
        for text in (entry["spoken"], entry["long"])
        for amount in re.findall(f"(?:{words})([\\d,]+)円", text)
    ]
    assert set(told) == {yen}


def test_the_opening_hours_told_are_the_ones_kept(entries: list[dict[str, Any]]) -> None:
    company = read("company.yaml")
    spoken = by_id(entries)["center-hours"]["spoken"]
    open_days = {day for day, hours in company["opening_hours"].items() if hours == "09:00-18:00"}
    assert open_days == {"mon", "tue", "wed", "thu", "fri", "sat"}
    assert company["opening_hours"]["sun"] == "closed"
    assert company["holidays_closed"] is True
    assert "月曜から土曜の午前9時から午後6時まで" in spoken
    assert "日曜と祝日はお休み" in spoken
    for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)):
        assert day in company["closed_dates"]


def test_close_pairs_that_need_a_question_back_are_there(entries: list[dict[str, Any]]) -> None:
    ids = by_id(entries)
    for one, other in [
        ("mobile-cancel", "hikari-cancel"),
        ("mobile-cancel-fee", "hikari-cancel-fee"),
        ("plan-change", "plan-current"),
        ("mobile-slow", "hikari-slow"),
        ("mnp-in", "mnp-out"),
    ]:
        assert one in ids
        assert other in ids


def test_an_unknown_sample_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(FileNotFoundError, match="minato"):
        sample_dir("kaigan")
