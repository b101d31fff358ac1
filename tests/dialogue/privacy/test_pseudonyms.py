"""Another name for what is personal, and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.pseudonyms import Pseudonyms

PHONES = st.builds(
    "{}-{:04d}-{:04d}".format, st.sampled_from(["090", "080", "070"]), st.integers(1000, 9999), st.integers(0, 9999)
)
NAMES = st.sampled_from(["佐藤", "鈴木健太", "高橋", "田中"])
RESTORABLE = st.one_of(
    PHONES.map("電話番号は{}です。".format),
    NAMES.map("{}と申します。".format),
    st.just("taro@example.comに送ってください。"),
    st.just("大阪府高槻市奈佐原2丁目1-2です。"),
    st.just("料金は2,970円ですか。"),
)


def test_the_same_datum_has_one_pseudonym_however_it_is_said() -> None:
    names = Pseudonyms()
    assert names.mask("090-1234-5678です") == "〈電話番号1〉です"
    assert names.mask("ゼロキューゼロの一二三四の五六七八です") == "〈電話番号1〉です"
    assert names.mask("080-1234-5678です") == "〈電話番号2〉です"


def test_an_honorific_makes_no_other_person() -> None:
    names = Pseudonyms()
    assert names.mask("佐藤と申します") == "〈お名前1〉と申します"
    assert names.mask("佐藤さんですね") == "〈お名前1〉さんですね"
    assert names.restore("〈お名前1〉様、ありがとうございます。") == "佐藤様、ありがとうございます。"


@pytest.mark.parametrize("said", ["4111 1111 1111 1111", "セキュリティコードは123", "暗証番号は0123", "123456789018"])
def test_a_secret_is_never_restored(said: str) -> None:
    names = Pseudonyms()
    masked = names.mask(said)
    assert not re.search("[0-9]", masked)
    assert names.restore(masked) == masked
    assert "123" not in repr(vars(names))


def test_a_pseudonym_that_nobody_gave_stays() -> None:
    assert Pseudonyms().restore("〈お名前7〉様") == "〈お名前7〉様"


def test_what_was_asked_for_is_masked_whole() -> None:
    assert Pseudonyms().mask("森です", PersonalKind.NAME) == "〈お名前1〉です"


@given(st.lists(RESTORABLE, max_size=4).map("".join))
def test_restoring_gives_back_what_was_masked(text: str) -> None:
    names = Pseudonyms()
    assert names.restore(names.mask(text)) == text


@given(st.one_of(st.text(max_size=50), st.text("〇一二三四090-1のとにさんよんいちカード番号はです佐藤様", max_size=50)))
def test_masking_again_changes_nothing(text: str) -> None:
    names = Pseudonyms()
    masked = names.mask(text)
    assert names.mask(masked) == masked


@given(
    PHONES,
    st.sampled_from(["", "はい、", "番号は", "田中さん"]),
    st.sampled_from(["", "です", "に電話して", "と080-1111-2222"]),
)
def test_no_digit_of_a_number_survives(phone: str, before: str, after: str) -> None:
    masked = Pseudonyms().mask(before + phone + after)
    assert not re.search("[0-9]", re.sub("〈[^〉]*〉", "", masked))
