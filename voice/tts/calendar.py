"""Dates and times as they are written in messages, rewritten as they are said."""

from __future__ import annotations

import re
from typing import Final

_ERAS: Final = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_WEEKDAYS: Final = "月火水木金土日"
_MONTH: Final = r"(0?[1-9]|1[0-2])"
_DAY: Final = r"(0?[1-9]|[12][0-9]|3[01])"
_DATE_FOLLOWS: Final = r"(?=\s*(?:\([月火水木金土日祝]|[月火水木金土日]曜|から|まで|以降|以前|より|〜|~|付|に|締|頃))"

_FULL_DATE: Final = re.compile(rf"(?<![0-9/.-])([0-9]{{4}})([/.-]){_MONTH}\2{_DAY}(?![0-9/.-]?[0-9])")
_ERA_DATE: Final = re.compile(
    r"(?<![A-Za-z0-9])([MTSHR])\.?([0-9]{1,2})(?:[./]([0-9]{1,2})[./]([0-9]{1,2})(?![0-9])|(?=年)|(?![0-9A-Za-z.年]))"
)
_FIRST_YEAR: Final = re.compile(r"(明治|大正|昭和|平成|令和)1年")
_YEAR_MONTH: Final = re.compile(rf"(?<![0-9/])([12][0-9]{{3}})/{_MONTH}(?![0-9/])")
_SLASHED: Final = re.compile(rf"(?<![0-9/.]){_MONTH}/{_DAY}(?![0-9/]|,[0-9])")
_DATE_AHEAD: Final = re.compile(_DATE_FOLLOWS)

_WEEKDAY_NOTE: Final = re.compile(r"(?<=日)\s*\(([月火水木金土日])(?:曜日?)?(?:[・、,]?祝日?)?\)")
_WEEKDAY_AND_TIME: Final = re.compile(r"曜日\s?(?=[0-9])")
_WEEKDAY_RANGE: Final = re.compile(
    r"(?<![ァ-ヶ一-鿿0-9])([月火水木金土日])(?:曜日?)?[〜~-]([月火水木金土日])(?:曜日?)?(?![ァ-ヶ一-鿿])"
)
_WEEKDAY_LIST: Final = re.compile(
    r"(?<![ァ-ヶ一-鿿0-9])([月火水木金土日](?:・[月火水木金土日])+)(・祝日?)?(?:曜日?)?(?![ァ-ヶ一-鿿])"
)
_HOLIDAYS: Final = re.compile(r"土日祝(?!日)")

_CLOCK_SECONDS: Final = re.compile(r"(?<![0-9:])([0-2]?[0-9]):([0-5][0-9]):([0-5][0-9])(?![0-9:])")
_CLOCK: Final = re.compile(r"(?<![0-9:])([0-2]?[0-9]):([0-5][0-9])(?![0-9:])")
_SHARED_UNIT: Final = re.compile(r"(?<![0-9:.,])([0-9]{1,2})[〜~]([0-9]{1,2})(時(?!間)|月(?!額))")
_MIDNIGHT: Final = re.compile(r"(?<![0-9])0時(?!間)")
_PADDED: Final = re.compile(r"(?<![0-9.,])0([1-9])(?=[年月日時分秒])")
_FIRST_OF_MONTH: Final = re.compile(
    r"(?:(?<=月)|(?<=毎月)|(?<=月の))1日(?!間|中|あた|当た|[0-9]|に[0-9])"
    r"|(?<![0-9])1日(?=(?:から|より)(?![0-9]+日)|まで|付|以降|以前|現在|締|払|時点|と1?5日)"
)
# 8分 is はっぷん in the pronunciation dictionary of the broadcasters; the analyser says はちふん.
_EIGHT_MINUTES: Final = re.compile(r"(?<![0-9.,])([1-9]?)8分(?!の|割|類|野|間)")
_TENS: Final = (
    "",
    "ジュー",
    "ニジュー",
    "サンジュー",
    "ヨンジュー",
    "ゴジュー",
    "ロクジュー",
    "ナナジュー",
    "ハチジュー",
    "キュージュー",
)


def say_dates(text: str) -> str:
    """Rewrite dates (2026/11/23, R8.4.1), weekdays (月〜金, 土・日) and times (17:30) in words.

    The readings that follow (ようか, くじ) are then the analyser's, except where it is wrong.
    """
    text = _FULL_DATE.sub(lambda m: f"{m[1]}年{int(m[3])}月{int(m[4])}日", text)
    text = _ERA_DATE.sub(_era, text)
    text = _YEAR_MONTH.sub(lambda m: f"{m[1]}年{int(m[2])}月", text)
    text = _SLASHED.sub(_slashed, text)
    text = _PADDED.sub(r"\1", text)
    text = _FIRST_YEAR.sub(r"\1元年", text)
    text = _WEEKDAY_NOTE.sub(r"、\1曜日", text)
    text = _WEEKDAY_AND_TIME.sub("曜日、", text)
    text = _WEEKDAY_RANGE.sub(lambda m: f"{m[1]}曜日から{m[2]}曜日", text)
    text = _WEEKDAY_LIST.sub(_weekday_list, text)
    text = _HOLIDAYS.sub("土日、祝日", text)
    text = _CLOCK_SECONDS.sub(lambda m: f"{int(m[1])}時{int(m[2])}分{int(m[3])}秒", text)
    text = _CLOCK.sub(_clock, text)
    text = _SHARED_UNIT.sub(r"\1\3から\2\3", text)
    text = _MIDNIGHT.sub("レージ", text)
    text = _FIRST_OF_MONTH.sub("ついたち", text)
    return _EIGHT_MINUTES.sub(lambda m: _TENS[int(m[1] or "0")] + "ハップン", text)


def _era(match: re.Match[str]) -> str:
    year = f"{_ERAS[match[1]]}{int(match[2])}"
    if match[3]:
        return f"{year}年{int(match[3])}月{int(match[4])}日"
    if match.string[match.end() : match.end() + 1] == "年":
        return year
    # A letter and a figure alone is a model or a seat unless the dot says it is an era (R.4).
    return f"{year}年" if "." in match[0] else match[0]


def _slashed(match: re.Match[str]) -> str:
    """4/8 is a date unless it can only be meant as a fraction: 1/2, 2/3, 3/4 with nothing of a date around."""
    first, second = int(match[1]), int(match[2])
    simple_fraction = first < second <= 10 and first <= 3 and (first, second) != (2, 4)
    if simple_fraction and not _DATE_AHEAD.match(match.string, match.end()):
        return match[0]
    return f"{first}月{second}日"


def _clock(match: re.Match[str]) -> str:
    minutes = int(match[2])
    return f"{int(match[1])}時" + (f"{minutes}分" if minutes else "")


def _weekday_list(match: re.Match[str]) -> str:
    days = "、".join(f"{day}曜日" for day in match[1].split("・") if day in _WEEKDAYS)
    return days + ("、祝日" if match[2] else "")
