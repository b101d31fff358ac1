"""From a caller's words to a typed argument, and from the argument to the words it is read back in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from dialogue.normalize import normalize, strip_fillers
from dialogue.privacy.folding import fold
from dialogue.privacy.spoken_digits import digit_runs
from dialogue.tools.spec import Argument, ArgumentKind

WEEKDAYS: Final = "月火水木金土日"
_KANJI: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_NUMBER: Final = re.compile(r"[0-9]+|[〇零一二三四五六七八九十百千万]+")
_MONTH_DAY: Final = re.compile(
    r"(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月(?:の)?)?(?P<day>\d{1,2}|[一二三四五六七八九十]{1,4})日"
)
_RELATIVE: Final = (
    ("明々後日", 3), ("しあさって", 3), ("明後日", 2), ("あさって", 2), ("明日", 1), ("あした", 1), ("あす", 1),
    ("今日", 0), ("本日", 0), ("きょう", 0),
)  # fmt: skip
_WEEKDAY: Final = re.compile(rf"(?P<week>再来週|来週|今週|次)?の?(?P<day>[{WEEKDAYS}])曜日?")
_TIME: Final = re.compile(
    r"(?P<half>午前|午後|朝|昼|夕方|夜)?の?(?P<hour>\d{1,2}|[一二三四五六七八九十]{1,3})(?:時|:)(?:(?P<minute>\d{1,2}|[一二三四五六七八九十]{1,4})分?|(?P<thirty>半))?"
)
_NAME_TAIL: Final = re.compile(
    r"(?:と(?:申し|言い|いい)ます|です|ですけど|ですが|でございます|っていいます|ともうします)[。、]?$"
)
_NAME_LEAD: Final = re.compile(r"^(?:名前は|私は?|わたくし(?:は)?|ええ|はい|氏名は)、?")


def read_value(argument: Argument, text: str, now: datetime) -> str | None:
    """The argument's canonical text in `text` (dates and times in ISO form), or None.

    `now` is in the company's zone.
    """
    readers: dict[ArgumentKind, Callable[[], str | None]] = {
        ArgumentKind.TEXT: lambda: strip_fillers(text) or None,
        ArgumentKind.NAME: lambda: _read_name(text),
        ArgumentKind.PHONE: lambda: _read_phone(text),
        ArgumentKind.DATE: lambda: _read_date(text, now.date()),
        ArgumentKind.TIME: lambda: _read_time(text),
        ArgumentKind.INTEGER: lambda: _read_integer(argument, text),
        ArgumentKind.CHOICE: lambda: _read_choice(argument, text),
    }
    return readers[argument.kind]()


def spoken_value(argument: Argument, value: str) -> str:
    """How the value is read back: digits in groups, dates with their weekday (which tells 4日 from 8日)."""
    match argument.kind:
        case ArgumentKind.PHONE:
            return _grouped(value)
        case ArgumentKind.DATE:
            day = date.fromisoformat(value)
            return f"{day.month}月{day.day}日、{WEEKDAYS[day.weekday()]}曜日"
        case ArgumentKind.TIME:
            at = time.fromisoformat(value)
            half = "午前" if at.hour < 12 else "午後"
            return f"{half}{at.hour if at.hour <= 12 else at.hour - 12}時" + (f"{at.minute}分" if at.minute else "")
        case ArgumentKind.NAME:
            return f"{value}様"
        case _:
            return value


def _read_name(text: str) -> str | None:
    name = _NAME_TAIL.sub("", _NAME_LEAD.sub("", strip_fillers(text))).strip(" 、。")
    return name if 1 <= len(name) <= 20 and not re.search(r"[0-9?]|ません|ない|ですか|ください", name) else None


def digits_of(text: str) -> str:
    """The longest run of dictated digits: 「ゼロキューゼロの1234の五六七八」 is 09012345678."""
    return max((run.digits for run in digit_runs(fold(text))), key=len, default="")


def _read_phone(text: str) -> str | None:
    digits = digits_of(text)
    return digits if re.fullmatch(r"0(?:[5789]0\d{8}|\d{9})", digits) else None


def _read_date(text: str, today: date) -> str | None:
    words = normalize(text)
    for word, ahead in _RELATIVE:
        if word in words:
            return (today + timedelta(days=ahead)).isoformat()
    weekday = _WEEKDAY.search(words)
    if weekday is not None:
        return _weekday(weekday, today).isoformat()
    found = _MONTH_DAY.search(words)
    return None if found is None else _month_day(found, today)


def _weekday(found: re.Match[str], today: date) -> date:
    wanted = WEEKDAYS.index(found["day"])
    monday = today - timedelta(days=today.weekday())
    weeks = {"来週": 1, "再来週": 2, "今週": 0}.get(found["week"] or "")
    if weeks is not None:
        return monday + timedelta(weeks=weeks, days=wanted)
    ahead = (wanted - today.weekday()) % 7
    return today + timedelta(days=ahead or 7)


def _month_day(found: re.Match[str], today: date) -> str | None:
    day = _number(found["day"])
    month = _number(found["month"]) if found["month"] else today.month
    if day is None or month is None:
        return None
    try:
        wanted = date(today.year, month, day)
        if wanted < today:
            wanted = date(today.year + 1, month, day) if found["month"] else _next_month(today, day)
    except ValueError:
        return None
    return wanted.isoformat()


def _next_month(today: date, day: int) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, day)


def _read_time(text: str) -> str | None:
    found = _TIME.search(normalize(text))
    if found is None:
        return None
    hour = _number(found["hour"])
    minute = 30 if found["thirty"] else (_number(found["minute"]) if found["minute"] else 0)
    if hour is None or minute is None:
        return None
    if found["half"] in {"午後", "夕方", "夜", "昼"} and 1 <= hour <= 11 and not (found["half"] == "昼" and hour == 11):
        hour += 12
    return time(hour, minute).isoformat("minutes") if hour < 24 and minute < 60 else None


def _read_integer(argument: Argument, text: str) -> str | None:
    found = _NUMBER.search(normalize(text))
    value = _number(found[0]) if found is not None else None
    if value is None or (argument.minimum is not None and value < argument.minimum):
        return None
    return None if argument.maximum is not None and value > argument.maximum else str(value)


def _read_choice(argument: Argument, text: str) -> str | None:
    words = normalize(text)
    if words.isdigit() and 1 <= int(words) <= len(argument.choices):
        return argument.choices[int(words) - 1]
    named = [choice for choice in argument.choices if normalize(choice) in words]
    return named[0] if len(named) == 1 else None


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    total, section, digit = 0, 0, 0
    for sign in text:
        if sign in _KANJI:
            digit = digit * 10 + _KANJI[sign]
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif sign in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            return None
    return total + section + digit


def _grouped(digits: str) -> str:
    cut = (3, 7) if len(digits) == 11 else (2, 6) if digits[1] in "36" else (3, 6)
    return f"{digits[: cut[0]]}の、{digits[cut[0] : cut[1]]}の、{digits[cut[1] :]}"
