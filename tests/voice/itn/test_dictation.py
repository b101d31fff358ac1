"""Digits said one by one come back as they were said, in whatever way a recogniser spells them."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from voice.itn.normaliser import TextNormaliser
from voice.itn.number_plan import is_telephone
from voice.itn.values import ValueKind
from voice.turn.expectation import Expectation

READER = TextNormaliser()
SPELLINGS = {
    "0": ("ゼロ", "レイ", "零", "〇", "マル", "ぜろ"),
    "1": ("イチ", "イーチ", "一", "いち", "ヒト"),
    "2": ("ニー", "ニイ", "ニ", "二", "フタ", "にい"),
    "3": ("サン", "三", "さん"),
    "4": ("ヨン", "ヨー", "シ", "四"),
    "5": ("ゴー", "ゴ", "五", "ごー"),
    "6": ("ロク", "ローク", "六"),
    "7": ("ナナ", "シチ", "七", "ヒチ"),
    "8": ("ハチ", "八", "はち"),
    "9": ("キュウ", "キュー", "キュ", "ク", "九", "きゅう"),
}
spelled = st.sampled_from("0123456789").flatmap(lambda digit: st.sampled_from([(digit, w) for w in SPELLINGS[digit]]))


def heard(text: str) -> list[str]:
    """What is read where the agent has asked for digits."""
    return [value.canonical for value in READER.normalise(text, Expectation.DIGITS).values]


@settings(max_examples=300, deadline=None)
@given(st.lists(spelled, min_size=3, max_size=14), st.sampled_from(["", "です", "でございます", "。"]))
def test_any_digits_in_any_spellings_come_back(said: list[tuple[str, str]], end: str) -> None:
    digits = "".join(digit for digit, _ in said)
    # After a whole telephone number に and ご are taken for the words that they mostly are.
    assume(not any(is_telephone(digits[:length]) for length in range(9, len(digits))))
    assert heard("".join(word for _, word in said) + end) == [digits]


@settings(max_examples=100, deadline=None)
@given(st.lists(spelled, min_size=8, max_size=8), st.sampled_from(["の", "、", "ハイフン", " "]))
def test_a_mobile_number_in_groups_comes_back(said: list[tuple[str, str]], between: str) -> None:
    first, last = ("".join(word for _, word in part) for part in (said[:4], said[4:]))
    text = between.join(("ゼロキューゼロ", first, last))
    values = READER.normalise(text, Expectation.DIGITS).values
    assert [(value.kind, value.canonical) for value in values] == [
        (ValueKind.TELEPHONE, "090" + "".join(digit for digit, _ in said))
    ]


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("ニイチニイチゴゴ", "212155"),
        ("ニイイチニーイチ", "2121"),
        ("ゼロキュゼロイチニイチニイチニイチゴ", "09012121215"),
        ("キュキュキュキュウ", "9999"),
        ("番号はニイチサンヨンゴです", "21345"),
        ("ハチゴゴです", "855"),
    ],
)
def test_a_long_two_ends_before_a_one_and_a_short_nine_is_a_nine(said: str, digits: str) -> None:
    assert heard(said) == [digits]


@pytest.mark.parametrize(
    "text", ["ごごにおねがいします", "しごとのことです", "くにのせいどですか", "ごごさんじにください"]
)
def test_words_that_sound_like_digits_stay_words(text: str) -> None:
    assert [
        value.kind for value in READER.normalise(text, Expectation.DIGITS).values if value.canonical.isdigit()
    ] == []


def test_a_particle_after_a_number_is_no_digit() -> None:
    (value,) = READER.normalise("お電話は090-1234-5678にください").values
    assert value.canonical == "09012345678"
