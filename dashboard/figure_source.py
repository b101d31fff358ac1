"""Facts that were asked for a moment ago are not read again: a page asks several things of the same days."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from records.figures.facts import CallFacts, Staffing

KEEP_S: Final = 20.0
AT_MOST: Final = 4


class FigureSource(Protocol):
    """Where facts come from."""

    async def facts(self, since: datetime, until: datetime) -> list[CallFacts]:
        """The calls that came in in between."""
        ...

    async def staffing(self, since: datetime, until: datetime) -> Staffing:
        """People's presence in between."""
        ...

    async def titles(self) -> dict[str, str]:
        """What entries are called."""
        ...


class RecentFacts:
    """A source that keeps the facts of the last few periods for `keep_s` seconds; one reading at a time."""

    def __init__(
        self, source: FigureSource, keep_s: float = KEEP_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source = source
        self._keep_s = keep_s
        self._clock = clock
        self._kept: OrderedDict[tuple[datetime, datetime], tuple[float, list[CallFacts]]] = OrderedDict()
        self._reading = asyncio.Lock()

    async def facts(self, since: datetime, until: datetime) -> list[CallFacts]:
        """The calls in between, not older than `keep_s`; not to be changed."""
        async with self._reading:
            at, found = self._kept.get((since, until), (float("-inf"), []))
            if self._clock() - at < self._keep_s:
                return found
            found = await self._source.facts(since, until)
            self._kept[since, until] = (self._clock(), found)
            self._kept.move_to_end((since, until))
            while len(self._kept) > AT_MOST:
                self._kept.popitem(last=False)
            return found

    async def staffing(self, since: datetime, until: datetime) -> Staffing:
        """People's presence in between."""
        return await self._source.staffing(since, until)

    async def titles(self) -> dict[str, str]:
        """What entries are called."""
        return await self._source.titles()
