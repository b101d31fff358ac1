"""When operators are there: a closed date goes before an open one, then holidays, then the weekday."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.company import Company, CompanyError, DayReason, company_of

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00") | {"sat": "10:00-15:00", "sun": "closed"}
NAMES = {"name": "みなと通信", "agent_name": "みなと通信の自動音声", "recording_purpose": "応対品質の向上のため"}
COMPANY = Company.model_validate(
    {
        **NAMES,
        "opening_hours": WEEK,
        "closed_dates": ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03", "2026-05-05"],
        "open_dates": {"2026-11-29": "10:00-13:00", "2026-05-04": "09:00-12:00", "2026-12-31": "09:00-12:00"},
    }
)


@pytest.mark.parametrize(
    ("day", "reason", "hours"),
    [
        ("2026-11-24", DayReason.WEEKDAY, "09:00-18:00"),
        ("2026-11-28", DayReason.WEEKDAY, "10:00-15:00"),
        ("2026-11-22", DayReason.WEEKDAY, None),
        ("2026-11-29", DayReason.OPEN_DATE, "10:00-13:00"),  # a Sunday, opened out of turn
        ("2026-11-23", DayReason.HOLIDAY, None),  # 勤労感謝の日
        ("2026-05-06", DayReason.HOLIDAY, None),  # 振替休日 of 憲法記念日
        ("2026-09-22", DayReason.HOLIDAY, None),  # 国民の休日 between two holidays
        ("2026-05-04", DayReason.OPEN_DATE, "09:00-12:00"),  # みどりの日, opened out of turn
        ("2026-05-05", DayReason.CLOSED_DATE, None),  # こどもの日, closed for its own reason
        ("2026-12-29", DayReason.WEEKDAY, "09:00-18:00"),
        ("2026-12-30", DayReason.CLOSED_DATE, None),  # 年末年始
        ("2026-12-31", DayReason.CLOSED_DATE, None),  # closed and opened: closed
        ("2027-01-01", DayReason.CLOSED_DATE, None),  # 元日
        ("2027-01-04", DayReason.WEEKDAY, "09:00-18:00"),
    ],
)
def test_what_decides_a_day(day: str, reason: DayReason, hours: str | None) -> None:
    found = COMPANY.day(date.fromisoformat(day))
    shown = None if found.span is None else f"{found.span[0]:%H:%M}-{found.span[1]:%H:%M}"
    assert (found.reason, shown) == (reason, hours)


def test_a_substitute_holiday_is_told_by_its_name() -> None:
    assert "振替休日" in COMPANY.day(date(2026, 5, 6)).holiday


def test_where_holidays_are_worked_the_weekday_decides() -> None:
    working = COMPANY.model_copy(update={"holidays_closed": False})
    assert working.day(date(2026, 11, 23)).reason is DayReason.WEEKDAY


def test_the_next_opening_passes_over_the_turn_of_the_year() -> None:
    evening = datetime(2026, 12, 29, 19, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert COMPANY.next_opening(evening) == datetime(2027, 1, 4, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_closed_date_is_closed_whatever_else_holds(day: date) -> None:
    closed = COMPANY.model_copy(update={"closed_dates": (day,), "open_dates": {day: "09:00-12:00"}})
    found = closed.day(day)
    assert (found.span, found.reason) == (None, DayReason.CLOSED_DATE)
    assert not closed.is_open(datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo("Asia/Tokyo")))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"opening_hours": {"mon": "18:00-09:00"}}, "終わりの時刻が始まりより前"),
        ({"opening_hours": {"mon": "9時から"}}, "09:00-18:00"),
        ({"open_dates": {"2026-12-31": "closed"}}, "closed_dates"),
        ({"closed_dates": ["あした"]}, "日付を 2026-12-31 の形で"),
        ({"name": ""}, "入力してください"),
        ({"unknown": 1}, "使えない項目です"),
        ({"vip_numbers": ["なし"]}, "電話番号の形"),
    ],
)
def test_a_company_that_cannot_be_used_is_told_in_japanese(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(CompanyError, match=told):
        company_of({**NAMES, **changes})
