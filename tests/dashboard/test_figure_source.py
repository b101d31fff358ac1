"""Facts asked for a moment ago are not read again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dashboard.figure_source import AT_MOST, KEEP_S, RecentFacts
from records.figures.facts import CallFacts, Staffing

DAY = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass
class CountingSource:
    """Counts how often each period was read."""

    read: list[datetime] = field(default_factory=list)

    async def facts(self, since: datetime, until: datetime) -> list[CallFacts]:
        self.read.append(since)
        await asyncio.sleep(0)
        return [CallFacts("one", since)]

    async def staffing(self, since: datetime, until: datetime) -> Staffing:
        return Staffing(1, 1)

    async def titles(self) -> dict[str, str]:
        return {}


async def test_requests_at_the_same_time_share_one_reading_until_it_is_old() -> None:
    source, now = CountingSource(), 0.0
    recent = RecentFacts(source, clock=lambda: now)
    await asyncio.gather(*(recent.facts(DAY, DAY) for _ in range(3)))
    assert len(source.read) == 1
    now = KEEP_S
    await recent.facts(DAY, DAY)
    assert len(source.read) == 2


async def test_only_the_last_few_periods_are_kept() -> None:
    source = CountingSource()
    recent = RecentFacts(source, clock=lambda: 0.0)
    days = [DAY + timedelta(days=n) for n in range(AT_MOST + 1)]
    for day in days:
        await recent.facts(day, day)
    await recent.facts(days[-1], days[-1])
    await recent.facts(days[0], days[0])
    assert source.read == [*days, days[0]]
