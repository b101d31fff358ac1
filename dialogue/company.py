"""Whose calls these are: the company's name, what it must say at the opening, and when people are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import jpholiday
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")
CLOSED: Final = "closed"
_PROBLEMS: Final = {
    "missing": "必要な項目です",
    "string_too_short": "入力してください",
    "string_too_long": "長すぎます",
    "extra_forbidden": "使えない項目です",
    "bool_parsing": "true か false を書いてください",
    "date_from_datetime_parsing": "日付を 2026-12-31 の形で書いてください",
    "date_parsing": "日付を 2026-12-31 の形で書いてください",
}


_NATIONAL: Final = re.compile(r"^\+?81(?=\d{9,10}$)")


def digits_of_number(number: str) -> str:
    """A telephone number's digits as they are dialled inside Japan: +81-3-… is 03…. Empty for a withheld number."""
    return _NATIONAL.sub("0", "".join(sign for sign in number if sign.isdigit() or sign == "+")).lstrip("+")


class CompanyError(ValueError):
    """`company.yaml` cannot be used; the Japanese message says where and what to write."""


class DayReason(StrEnum):
    """What decides when operators are there on a day: the first of these that says something of it."""

    CLOSED_DATE = "closed_date"
    OPEN_DATE = "open_date"
    HOLIDAY = "holiday"
    WEEKDAY = "weekday"


@dataclass(frozen=True)
class DayHours:
    """When operators are there on one day (`span` is None when they are not), and what decides it.

    `holiday` is the name of the public holiday that the day is, empty for other days.
    """

    day: date
    span: tuple[time, time] | None
    reason: DayReason
    holiday: str = ""


class OpeningHours(BaseModel):
    """When operators are there: one span a weekday ("09:00-18:00") or "closed"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mon: str = CLOSED
    tue: str = CLOSED
    wed: str = CLOSED
    thu: str = CLOSED
    fri: str = CLOSED
    sat: str = CLOSED
    sun: str = CLOSED

    @field_validator("*")
    @classmethod
    def _is_a_span(cls, value: str) -> str:
        return _checked_span(value)

    def of(self, weekday: int) -> tuple[time, time] | None:
        """Opening and closing time on a weekday (0 is Monday); None when closed. 24:00 is the day's last moment."""
        return _times(str(getattr(self, _WEEKDAYS[weekday])))


def _checked_span(value: str) -> str:
    span = _SPAN.match(value)
    if value == CLOSED:
        return value
    if span is None or (span[3] == "24" and span[4] != "00"):
        raise ValueError('「09:00-18:00」の形か "closed" を書いてください')
    if value[:5] >= value[6:]:
        raise ValueError(f"「{value}」は、終わりの時刻が始まりより前です。「09:00-18:00」のように書いてください")
    return value


def _times(value: str) -> tuple[time, time] | None:
    span = _SPAN.match(value)
    if span is None:
        return None
    closing = time.max if span[3] == "24" else time(int(span[3]), int(span[4]))
    return time(int(span[1]), int(span[2])), closing


class Company(BaseModel):
    """The company as its agent presents it.

    `closed_dates` are days on which nobody is there whatever else holds, `open_dates` days with hours of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    name_reading: str = ""
    agent_name: str = Field(min_length=1)
    service: str = ""
    recording_purpose: str = Field(min_length=1)
    phone: str = ""
    timezone: str = "Asia/Tokyo"
    opening_hours: OpeningHours = OpeningHours()
    holidays_closed: bool = True
    closed_dates: tuple[date, ...] = ()
    open_dates: dict[date, str] = {}
    persona: str = ""
    vip_numbers: tuple[str, ...] = ()
    blocked_numbers: tuple[str, ...] = ()

    @field_validator("open_dates")
    @classmethod
    def _are_spans(cls, value: dict[date, str]) -> dict[date, str]:
        for day, span in value.items():
            if span == CLOSED:
                raise ValueError(f"{day} は臨時に受け付ける日です。お休みの日は closed_dates に書いてください")
            _checked_span(span)
        return value

    @field_validator("vip_numbers", "blocked_numbers")
    @classmethod
    def _are_digits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for number in value:
            if not digits_of_number(number):
                raise ValueError(f'「{number}」を電話番号の形で書いてください（例 "03-0000-3710"）')
        return tuple(digits_of_number(number) for number in value)

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("Asia/Tokyo のようなタイムゾーン名を書いてください") from error
        return value

    def local(self, moment: datetime) -> datetime:
        """`moment` (with its zone) on the company's clock."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def is_open(self, moment: datetime) -> bool:
        """Whether operators are there (`day` says by what)."""
        local = self.local(moment)
        span = self.day(local.date()).span
        return span is not None and span[0] <= local.time() < span[1]

    def next_opening(self, moment: datetime) -> datetime | None:
        """When operators will next be there, at most two weeks ahead; None beyond that."""
        local = self.local(moment)
        for ahead in range(15):
            day = local.date() + timedelta(days=ahead)
            span = self.day(day).span
            if span is not None and (ahead > 0 or local.time() < span[0]):
                return datetime.combine(day, span[0], tzinfo=local.tzinfo)
        return None

    def day(self, day: date) -> DayHours:
        """When operators are there on `day`: a closed date goes before an open one, then holidays, then the weekday."""
        holiday = str(jpholiday.is_holiday_name(day) or "")
        if day in self.closed_dates:
            return DayHours(day, None, DayReason.CLOSED_DATE, holiday)
        if day in self.open_dates:
            return DayHours(day, _times(self.open_dates[day]), DayReason.OPEN_DATE, holiday)
        if self.holidays_closed and holiday:
            return DayHours(day, None, DayReason.HOLIDAY, holiday)
        return DayHours(day, self.opening_hours.of(day.weekday()), DayReason.WEEKDAY, holiday)


def company_of(content: Any) -> Company:
    """The company of plain data. Raises `CompanyError`."""
    try:
        return Company.model_validate(content)
    except ValidationError as error:
        problems = [f"{_place(item['loc'])}: {_told(item)}" for item in error.errors()]
        raise CompanyError("\n".join(problems)) from error


def load_company(file: Path) -> Company:
    """Read `company.yaml`. Raises `CompanyError`."""
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CompanyError(f"{file} が開けません（{error.strerror}）。場所をご確認ください。") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CompanyError(f"{file} がYAMLとして読めません（{error}）。") from error
    try:
        return company_of(content)
    except CompanyError as error:
        raise CompanyError(f"{file} に誤りがあります。\n{error}") from error


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc)) or "全体"


def _told(problem: Any) -> str:
    said = str(problem["msg"])
    own = said.removeprefix("Value error, ")
    return own if own != said else _PROBLEMS.get(problem["type"], "値が正しくありません")
