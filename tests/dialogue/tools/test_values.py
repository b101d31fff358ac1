from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.tools.spec import Argument, ArgumentKind
from dialogue.tools.values import read_value, spoken_value

A_TUESDAY = datetime(2026, 11, 24, 10, 0)


def argument(kind: str, **rest: object) -> Argument:
    return Argument.model_validate({"name": "x", "kind": kind, "ask": "何でしょうか。", **rest})


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("phone", "ゼロキューゼロの1234の五六七八です", "09012345678"),
        ("phone", "090-1234-5678", "09012345678"),
        ("phone", "03の1234の5678です", "0312345678"),
        ("phone", "090の123", None),
        ("phone", "わかりません", None),
        ("date", "来週の火曜日でお願いします", "2026-12-01"),
        ("date", "明後日がいいです", "2026-11-26"),
        ("date", "12月3日", "2026-12-03"),
        ("date", "四日", "2026-12-04"),
        ("date", "火曜日", "2026-12-01"),
        ("date", "1月5日でお願いします", "2027-01-05"),
        ("date", "2月30日", None),
        ("date", "いつでもいいです", None),
        ("time", "午後3時半", "15:30"),
        ("time", "十時", "10:00"),
        ("time", "夕方の5時15分", "17:15"),
        ("time", "25時", None),
        ("integer", "二台です", "2"),
        ("integer", "十二です", "12"),
        ("name", "えっと、佐藤花子と申します", "佐藤花子"),
        ("name", "言いたくありません", None),
    ],
)
def test_a_callers_words_become_a_value_of_their_kind_or_none(kind: str, said: str, value: str | None) -> None:
    assert read_value(argument(kind), said, A_TUESDAY) == value


def test_a_date_is_read_back_with_its_weekday() -> None:
    assert spoken_value(argument("date"), "2026-12-04") == "12月4日、金曜日"


def test_a_choice_is_taken_by_its_words_or_its_number_but_not_when_two_are_named() -> None:
    choice = argument("choice", choices=["自宅", "店舗"])
    assert read_value(choice, "店舗でお願いします", A_TUESDAY) == "店舗"
    assert read_value(choice, "1", A_TUESDAY) == "自宅"
    assert read_value(choice, "自宅か店舗か迷っています", A_TUESDAY) is None


def test_an_integer_outside_its_bounds_is_not_taken() -> None:
    assert read_value(argument("integer", maximum=5), "12台", A_TUESDAY) is None


@given(st.integers(0, 99_999_999).map(lambda n: f"090{n:08d}"))
def test_a_telephone_number_survives_being_read_back_and_heard_again(digits: str) -> None:
    phone = argument("phone")
    assert read_value(phone, spoken_value(phone, digits), A_TUESDAY) == digits


@given(st.dates(date(2026, 11, 24), date(2027, 11, 23)))
def test_a_date_of_the_coming_year_survives_being_read_back_and_heard_again(day: date) -> None:
    one = argument("date")
    said = spoken_value(one, day.isoformat()).split("、")[0]
    assert read_value(one, said, A_TUESDAY) == day.isoformat()


@given(st.sampled_from(list(ArgumentKind)), st.text(max_size=40))
def test_whatever_is_said_reading_a_value_never_fails(kind: ArgumentKind, text: str) -> None:
    rest = {"choices": ["はい", "いいえ"]} if kind is ArgumentKind.CHOICE else {}
    read_value(argument(kind.value, **rest), text, A_TUESDAY)
