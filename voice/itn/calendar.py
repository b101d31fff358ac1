"""Dates, relative days, times of day and durations."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from voice.itn.figures import spelt
from voice.itn.rules import Found, Reading, Rule, pattern
from voice.itn.skeleton import MARK
from voice.itn.values import ValueKind

_ERAS: Final = {
    "令和": 2018,
    "れいわ": 2018,
    "平成": 1988,
    "へいせい": 1988,
    "昭和": 1925,
    "しょうわ": 1925,
    "大正": 1911,
    "明治": 1867,
}
_ERA_NAMES: Final = {"れいわ": "令和", "へいせい": "平成", "しょうわ": "昭和"}
_KANA_DAYS: Final = {
    word: day
    for day, word in enumerate(
        ("ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか"),
        start=1,
    )
} | {
    "じゅうよっか": 14,
    "にじゅうよっか": 24,
    "はつか": 20,
    "よーか": 8,
    "とーか": 10,
    "じゅーよっか": 14,
    "にじゅーよっか": 24,
}
_SURE_DAYS: Final = "ついたち|ふつか|みっか|むいか|ここのか|はつか|にじゅ[うー]よっか|じゅ[うー]よっか|よっか"
_WEEKDAYS: Final = "月火水木金土日"
_WEEKDAY: Final = r"(?:(?P<weekday>[月火水木金土日])曜日?|\((?P<noted>[月火水木金土日])\))"
_DAY: Final = (
    rf"(?:(?P<day>N)(?:日(?![本間])|にち)|(?P<kana_day>{'|'.join(sorted(_KANA_DAYS, key=len, reverse=True))}))"
)
_YEAR: Final = rf"(?:(?P<era>{'|'.join(_ERAS)})?(?P<year>N|元|がん)(?:年|ねん)(?!間|前|後|以上|ほど|目|代|度|齢))"
_MONTH: Final = r"(?P<month>N)(?:月(?![曜額々])|がつ)"
_DATE: Final = pattern(rf"(?:{_YEAR}(?P<of_year>の?))?{_MONTH}(?:(?P<of_month>の?){_DAY}(?:の?{_WEEKDAY})?)?")
_SLASHED: Final = pattern(r"(?<![0-9/.-])(?P<year>N)(?P<mark>[/.-])(?P<month>N)(?P=mark)(?P<day>N)(?![0-9/.-])")
_YEAR_ALONE: Final = pattern(rf"{_YEAR}")
_DAY_ALONE: Final = pattern(rf"(?P<day>N)(?:日(?![本間])|にち(?!じょう))(?:の?{_WEEKDAY})?")
_KANA_DAY_ALONE: Final = pattern(
    rf"(?<![ぁ-ゖー])(?P<kana_day>{_SURE_DAYS})(?=$|[、。\s]|に|の|から|まで|です|は|で(?!す)|じゃ)"
)
_RELATIVE: Final = {
    "今日": "today", "本日": "today", "明日": "today+1", "あした": "today+1", "あす": "today+1", "明後日": "today+2",
    "あさって": "today+2", "しあさって": "today+3", "昨日": "today-1", "きのう": "today-1", "一昨日": "today-2",
    "おととい": "today-2", "今月": "month", "来月": "month+1", "再来月": "month+2", "先月": "month-1",
    "先々月": "month-2",
}  # fmt: skip
_RELATIVE_DAY: Final = pattern(
    "|".join(f"(?<![ぁ-ゖ]){w}" if w[0] < "一" else w for w in sorted(_RELATIVE, key=len, reverse=True))
)
_WEEKS: Final = {"再来週": "week+2", "来週": "week+1", "今週": "week", "先週": "week-1", "先々週": "week-2"}
_WEEK: Final = pattern(rf"(?P<week>{'|'.join(_WEEKS)})(?:の?(?P<weekday>[月火水木金土日])曜日?)?")
_WEEKDAY_ALONE: Final = pattern(r"(?P<weekday>[月火水木金土日])曜日?")

_TIME: Final = pattern(
    r"(?:(?P<half>午前|午後|ごぜん|ごご)の?)?(?P<hour>N)(?:時(?!間|代|期|的|計|点|刻)|じ(?!かん|だい))"
    r"(?:(?P<minute>N)(?:分(?!の)|ふん|ぷん)(?:(?P<second>N)(?:秒|びょう))?|(?P<thirty>半|はん))?"
    r"(?P<before>前(?!日))?"
)
_CLOCK: Final = pattern(r"(?<![0-9:])(?P<hour>N):(?P<minute>N)(?![:0-9])")
_DURATION: Final = pattern(
    r"(?P<hours>N)(?:時間|じかん)(?:(?P<minutes>N)(?:分(?!の|割)|ふん|ぷん)|(?P<half>半(?![年額])))?"
    r"|(?P<lone_minutes>N)(?:分(?!の|割)|ふん|ぷん)間?"
    r"|(?P<seconds>N)(?:秒|びょう)間?|(?P<days>N)(?:日間|にちかん)|(?P<weeks>N)(?:週間|しゅうかん)"
    r"|(?P<months>N)(?:[かカヶケヵ箇]月|かげつ)|(?P<years>N)(?:年間|ねんかん)"
)
_HALVES: Final = {"午前": "午前", "ごぜん": "午前", "午後": "午後", "ごご": "午後"}


def _date(found: Found) -> Reading | None:
    year, month, day = _year(found), found.integer("month"), _day(found)
    if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    display = f"{_year_text(found)}{found.group('of_year')}{month}月"
    if day is not None:
        display += f"{found.group('of_month')}{day}日{_weekday_text(found)}"
    canonical = f"{year:04}-{month:02}" if year else f"--{month:02}"
    return Reading(canonical + (f"-{day:02}" if day else ""), display)


def _slashed(found: Found) -> Reading | None:
    year, month, day = found.integer("year"), found.integer("month"), found.integer("day")
    if not year or not month or not day or not 1000 <= year <= 2999 or month > 12 or day > 31:
        return None
    return Reading(f"{year:04}-{month:02}-{day:02}", None)


def _year_alone(found: Found) -> Reading | None:
    year = _year(found)
    if year is None or not (found.group("era") or 1000 <= year <= 2999):
        return None
    return Reading(f"{year:04}", _year_text(found))


def _day_alone(found: Found) -> Reading | None:
    day = found.integer("day")
    if day is None or not 1 <= day <= 31:
        return None
    return Reading(f"---{day:02}", f"{day}日{_weekday_text(found)}")


def _kana_day(found: Found) -> Reading | None:
    day = _KANA_DAYS[found.group("kana_day")]
    return Reading(f"---{day:02}", f"{day}日")


def _year(found: Found) -> int | None:
    said, era = found.group("year"), found.group("era")
    if not said:
        return None
    number = 1 if said in {"元", "がん"} else found.integer("year")
    if number is None or (said in {"元", "がん"} and not era):
        return None
    return _ERAS[era] + number if era else number


def _year_text(found: Found) -> str:
    if not found.group("year"):
        return ""
    era = found.group("era")
    number = found.number("year")
    text = spelt(number) if number else "元"
    return f"{_ERA_NAMES.get(era, era)}{text}年"


def _day(found: Found) -> int | None:
    return _KANA_DAYS[word] if (word := found.group("kana_day")) else found.integer("day")


def _weekday_text(found: Found) -> str:
    weekday = found.group("weekday") or found.group("noted")
    if not weekday:
        return ""
    if found.style.bracketed_weekdays or found.group("noted"):
        return f"({weekday})"
    return found.match[0][found.match[0].rfind(weekday + "曜") - (found.match[0].rfind("の" + weekday) >= 0) :]


def _relative(found: Found) -> Reading | None:
    canonical = _RELATIVE[found.match[0]]
    if found.today is None:
        return Reading(canonical, None)
    base, _, shift = canonical.replace("-", "+-").partition("+")
    steps = int(shift or 0)
    if base == "today":
        return Reading((found.today + timedelta(days=steps)).isoformat(), None)
    months = found.today.year * 12 + found.today.month - 1 + steps
    return Reading(f"{months // 12:04}-{months % 12 + 1:02}", None)


def _week(found: Found) -> Reading | None:
    canonical, weekday = _WEEKS[found.group("week")], found.group("weekday")
    if found.today is None:
        return Reading(canonical + (f"-W{_WEEKDAYS.index(weekday) + 1}" if weekday else ""), None)
    steps = int(canonical.removeprefix("week") or 0)
    monday = found.today - timedelta(days=found.today.weekday()) + timedelta(weeks=steps)
    if weekday:
        return Reading((monday + timedelta(days=_WEEKDAYS.index(weekday))).isoformat(), None)
    year, week, _ = monday.isocalendar()
    return Reading(f"{year:04}-W{week:02}", None)


def _weekday_alone(found: Found) -> Reading | None:
    return Reading(f"W{_WEEKDAYS.index(found.group('weekday')) + 1}", None)


def _time(found: Found) -> Reading | None:
    hour, minute, second = found.integer("hour"), found.integer("minute") or 0, found.integer("second")
    if hour is None or not 0 <= hour <= 29 or minute > 59 or (second or 0) > 59:
        return None
    half = _HALVES.get(found.group("half"), "")
    display = f"{half}{hour}時"
    if found.group("thirty"):
        minute, display = 30, display + ("半" if found.style.half_hours or not half else "30分")
    elif found.group("minute"):
        display += f"{minute}分"
    if second is not None:
        display += f"{second}秒"
    total = (hour + (12 if half == "午後" and hour < 12 else 0)) * 60 + minute
    if found.group("before"):
        display += "前"
        if found.group("minute"):
            total = (total - 2 * minute) % (24 * 60)
    canonical = f"{total // 60:02}:{total % 60:02}" + (f":{second:02}" if second is not None else "")
    return Reading(canonical, display)


def _clock(found: Found) -> Reading | None:
    hour, minute = found.integer("hour"), found.integer("minute")
    if hour is None or minute is None or hour > 29 or minute > 59:
        return None
    return Reading(f"{hour:02}:{minute:02}", None)


def _duration(found: Found) -> Reading | None:
    parts = {
        name: found.number(name)
        for name in ("hours", "minutes", "lone_minutes", "seconds", "days", "weeks", "months", "years")
    }
    said = {name: number for name, number in parts.items() if number is not None}
    display = found.match[0]
    for number in found.numbers:
        display = display.replace(MARK, spelt(number), 1)
    for kana, kanji in (
        ("じかん", "時間"),
        ("ふん", "分"),
        ("ぷん", "分"),
        ("びょう", "秒"),
        ("しゅうかん", "週間"),
        ("にちかん", "日間"),
        ("かげつ", "か月"),
        ("ねんかん", "年間"),
    ):
        display = display.replace(kana, kanji)
    amounts = {name: spelt(number) for name, number in said.items()}
    if found.group("half"):
        amounts["minutes"] = "30"
    day = "".join(
        f"{amounts[n]}{u}" for n, u in (("years", "Y"), ("months", "M"), ("weeks", "W"), ("days", "D")) if n in amounts
    )
    time = "".join(
        f"{amounts[n]}{u}"
        for n, u in (("hours", "H"), ("minutes", "M"), ("lone_minutes", "M"), ("seconds", "S"))
        if n in amounts
    )
    return Reading(f"P{day}" + (f"T{time}" if time else ""), display)


CALENDAR_RULES: Final = (
    Rule(ValueKind.DATE, _DATE, _date),
    Rule(ValueKind.DATE, _SLASHED, _slashed),
    Rule(ValueKind.DATE, _YEAR_ALONE, _year_alone),
    Rule(ValueKind.DATE, _DAY_ALONE, _day_alone),
    Rule(ValueKind.DATE, _KANA_DAY_ALONE, _kana_day),
    Rule(ValueKind.TIME, _TIME, _time),
    Rule(ValueKind.TIME, _CLOCK, _clock),
    Rule(ValueKind.DURATION, _DURATION, _duration),
    Rule(ValueKind.DATE, _RELATIVE_DAY, _relative),
    Rule(ValueKind.DATE, _WEEK, _week),
    Rule(ValueKind.DATE, _WEEKDAY_ALONE, _weekday_alone),
)
