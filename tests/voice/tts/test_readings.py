"""Text is read as an operator would say it: the table of readings, and what holds for every text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.tts.openjtalk import Frontend
from voice.tts.reading import prepare_for_reading

TABLE = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "readings.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]
FRONTEND = Frontend()
DIGITS = dict(
    zip("0123456789", ["ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー"], strict=True)
)


def test_the_table_of_readings_covers_at_least_two_hundred_lines() -> None:
    assert len(TABLE) >= 200


@pytest.mark.parametrize(("written", "said"), TABLE, ids=[row[0] for row in TABLE])
def test_a_written_form_is_said_as_the_table_says(written: str, said: str) -> None:
    assert FRONTEND.kana(prepare_for_reading(written)) == said


@given(st.from_regex(r"0[5789]0-[0-9]{4}-[0-9]{4}|03-[0-9]{4}-[0-9]{4}|0120-[0-9]{3}-[0-9]{3}", fullmatch=True))
def test_every_telephone_number_is_said_digit_by_digit_with_a_pause_at_each_hyphen(number: str) -> None:
    expected = "".join(DIGITS.get(char, "、") for char in number)

    assert FRONTEND.kana(prepare_for_reading(f"お電話番号は{number}です。")) == f"オデンワバンゴーワ{expected}デス。"


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_is_said_like_the_same_time_in_words(hour: int, minute: int) -> None:
    in_words = f"{hour}時" + (f"{minute}分" if minute else "")

    assert prepare_for_reading(f"{hour}:{minute:02d}") == prepare_for_reading(in_words)


@given(st.integers(1, 99_999_999))
def test_an_amount_is_said_the_same_with_and_without_commas_and_yen_sign(amount: int) -> None:
    plain = FRONTEND.kana(prepare_for_reading(f"{amount}円"))

    assert FRONTEND.kana(prepare_for_reading(f"{amount:,}円")) == plain
    assert FRONTEND.kana(prepare_for_reading(f"¥{amount:,}")) == plain


@given(st.text(max_size=60))
def test_any_text_can_be_prepared(text: str) -> None:
    prepare_for_reading(text)


@given(st.text(alphabet="0123456789-〜:/.年月日時分円人本回GB%あがはの、。()ABcd ¥+#*", max_size=30))
def test_no_mixture_of_figures_and_signs_breaks_the_rules(text: str) -> None:
    FRONTEND.kana(prepare_for_reading(text))
