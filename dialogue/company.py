"""Whose calls these are: the company's name, what it must say at the opening, and when people are there."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import jpholiday
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$")
CLOSED: Final = "closed"


_NATIONAL: Final = re.compile(r"^\+?81(?=\d{9,10}$)")


def digits_of_number(number: str) -> str:
    """A telephone number's digits as they are dialled inside Japan: +81-3-… is 03…. Empty for a withheld number."""
    return _NATIONAL.sub("0", "".join(sign for sign in number if sign.isdigit() or sign == "+")).lstrip("+")


class CompanyError(ValueError):
    """`company.yaml` cannot be used; the Japanese message says where and what to write."""


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
        if value != CLOSED and not _SPAN.match(value):
            raise ValueError('「09:00-18:00」の形か "closed" を書いてください')
        return value

    def of(self, weekday: int) -> tuple[time, time] | None:
        """Opening and closing time on a weekday (0 is Monday); None when closed. 24:00 is the day's last moment."""
        span = _SPAN.match(str(getattr(self, _WEEKDAYS[weekday])))
        if span is None:
            return None
        closing = time.max if span[3] == "24" else time(int(span[3]), int(span[4]))
        return time(int(span[1]), int(span[2])), closing


class Company(BaseModel):
    """The company as its agent presents it."""

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
    persona: str = ""
    vip_numbers: tuple[str, ...] = ()
    blocked_numbers: tuple[str, ...] = ()

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
        """Whether operators are there. A closed date goes before a holiday, a holiday before the weekday."""
        local = self.local(moment)
        span = self._span(local.date())
        return span is not None and span[0] <= local.time() < span[1]

    def next_opening(self, moment: datetime) -> datetime | None:
        """When operators will next be there, at most two weeks ahead; None beyond that."""
        local = self.local(moment)
        for ahead in range(15):
            day = local.date() + timedelta(days=ahead)
            span = self._span(day)
            if span is not None and (ahead > 0 or local.time() < span[0]):
                return datetime.combine(day, span[0], tzinfo=local.tzinfo)
        return None

    def _span(self, day: date) -> tuple[time, time] | None:
        if day in self.closed_dates or (self.holidays_closed and jpholiday.is_holiday(day)):
            return None
        return self.opening_hours.of(day.weekday())


def load_company(file: Path) -> Company:
    """Read `company.yaml`. Raises `CompanyError`."""
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CompanyError(f"{file} が開けません（{error.strerror}）。場所をご確認ください。") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CompanyError(f"{file} がYAMLとして読めません（{error}）。") from error
    try:
        return Company.model_validate(content)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise CompanyError(f"{file} に誤りがあります。\n" + "\n".join(problems)) from error
