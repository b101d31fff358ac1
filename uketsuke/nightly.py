"""Work that is done once a night, when few call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final

import structlog

LONGEST_SLEEP_S: Final = 900.0
"""The clock is looked at again this often: it may be set, and a machine may sleep."""
DEADLINE_S: Final = 4 * 3600.0

log = structlog.get_logger(__name__)


class NightlyWork:
    """Runs `run` once a day at `at`, never two at a time; a failure is logged, and the next night tries again.

    `now` gives the present moment, aware of its zone: `at` is the time of day there. A start after `at` waits for
    the next night. A run that takes longer than `deadline_s` seconds is ended.
    """

    def __init__(
        self,
        run: Callable[[], Awaitable[object]],
        at: time,
        now: Callable[[], datetime],
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._run = run
        self._at = at
        self._now = now
        self._deadline_s = deadline_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wait for the night, on the running loop; nothing happens when already started."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._nights(), name="nightly-work")

    async def close(self) -> None:
        """End, a run in progress too."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _nights(self) -> None:
        while True:
            await self._until(next_time(self._at, self._now()))
            try:
                async with asyncio.timeout(self._deadline_s):
                    await self._run()
            except Exception as error:
                log.warning("nightly_work_failed", error=type(error).__name__)

    async def _until(self, due: datetime) -> None:
        left = (due - self._now()).total_seconds()
        while left > 0:
            await asyncio.sleep(min(left, LONGEST_SLEEP_S))
            left = (due - self._now()).total_seconds()


def next_time(at: time, now: datetime) -> datetime:
    """The next moment after `now` when a clock there shows `at`.

    A time that the change to summer time leaves out is taken an hour later.
    """
    zone = now.tzinfo or UTC
    today = datetime.combine(now.date(), at, zone)
    due = today if _utc(today) > _utc(now) else datetime.combine(now.date() + timedelta(days=1), at, zone)
    return due.astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
