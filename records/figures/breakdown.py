"""Calls in groups: by hour, day, weekday, number called, category, entry and reason. Times are Japan's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final

from records.figures.facts import CallFacts

JST: Final = timezone(timedelta(hours=9), "JST")
"""Japan has no summer time."""
NO_GROUP: Final = ""
WEEKDAYS: Final = "月火水木金土日"


class By(StrEnum):
    """What a breakdown goes by. A call may be of several entries and reasons, and of one group of every other kind."""

    HOUR = "hour"
    DAY = "day"
    WEEKDAY = "weekday"
    CALLED = "called"
    CATEGORY = "category"
    ENTRY = "entry"
    REASON = "reason"


def start_of(day: date) -> datetime:
    """The first moment of a day in Japan."""
    return datetime.combine(day, time(), JST)


def day_of(call: CallFacts) -> date:
    """The day in Japan on which the call came in."""
    return call.offered_at.astimezone(JST).date()


def hour_of(call: CallFacts) -> int:
    """The hour in Japan at which the call came in."""
    return call.offered_at.astimezone(JST).hour


_GROUPS: Final[dict[By, Callable[[CallFacts], Iterable[str]]]] = {
    By.HOUR: lambda call: (f"{hour_of(call):02d}",),
    By.DAY: lambda call: (day_of(call).isoformat(),),
    By.WEEKDAY: lambda call: (str(day_of(call).weekday()),),
    By.CALLED: lambda call: (call.called_number,),
    By.CATEGORY: lambda call: (call.category,),
    By.ENTRY: lambda call: call.talk.entries or (NO_GROUP,),
    By.REASON: lambda call: call.talk.reasons or (NO_GROUP,),
}


def grouped(calls: Sequence[CallFacts], by: By) -> dict[str, list[CallFacts]]:
    """The calls of each group that has any, in the order of the groups' names; the empty name is for those of none."""
    groups: dict[str, list[CallFacts]] = {}
    for call in calls:
        for name in _GROUPS[by](call):
            groups.setdefault(name, []).append(call)
    return dict(sorted(groups.items()))


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
