"""Mining on demand: one run at a time, and how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

DEADLINE_S: Final = 3_600.0
log = structlog.get_logger(__name__)


class Progress(Protocol):
    """How far a run is; `MiningProgress` is one."""

    @property
    def share(self) -> float:
        """How much of the period is done, in [0, 1]."""
        ...

    @property
    def calls(self) -> int:
        """Calls read."""
        ...

    @property
    def questions(self) -> int:
        """Questions found in them."""
        ...


@dataclass(frozen=True)
class MiningNow:
    """How the last run stands. `drafts` is what it came to, `problem` why it failed."""

    running: bool = False
    share: float = 0.0
    calls: int = 0
    questions: int = 0
    drafts: int | None = None
    problem: str = ""


Mine = Callable[[int, Callable[[Progress], None]], Awaitable[int]]
"""Mines so many days and tells how far it is; gives back how many drafts wait."""
Own = Callable[[Any, str], object]


class MiningBusyError(RuntimeError):
    """A run is in progress already; in Japanese."""


class MiningDesk:
    """Starts a run and remembers how it went. `own` starts the task, which ends with the service."""

    def __init__(self, mine: Mine, own: Own) -> None:
        self._mine = mine
        self._own = own
        self._now = MiningNow()

    @property
    def now(self) -> MiningNow:
        """How the run in progress, or the last one, stands."""
        return self._now

    def begin(self, days: int) -> None:
        """Start. Raises `MiningBusyError`."""
        if self._now.running:
            raise MiningBusyError("すでに通話を調べています。終わるまでお待ちください。")
        self._now = MiningNow(running=True)
        self._own(self._run(days), "mining")

    async def _run(self, days: int) -> None:
        try:
            async with asyncio.timeout(DEADLINE_S):
                drafts = await self._mine(days, self._told)
            last = self._now
            self._now = MiningNow(False, 1.0, last.calls, last.questions, drafts)
        except Exception as error:
            log.warning("mining_failed", error=type(error).__name__)
            self._now = MiningNow(problem="通話を調べられませんでした。しばらくしてから、もう一度お試しください。")
        finally:
            if self._now.running:
                self._now = MiningNow(problem="途中で終わりました。もう一度お試しください。")

    def _told(self, progress: Progress) -> None:
        self._now = MiningNow(True, progress.share, progress.calls, progress.questions)
