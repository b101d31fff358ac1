"""Keeps what ended calls are to the figures, a little at a time, so that a month can be looked at without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

POLL_S: Final = 15.0
BREATH_S: Final = 0.5
"""Between two helpings while there is more to be kept: the calls' audio goes first."""
log = structlog.get_logger(__name__)


class FigureKeeping:
    """Asks `keep_up` again and again to keep what is new; a failure is logged and tried again."""

    def __init__(self, keep_up: Callable[[], Awaitable[int]], poll_s: float = POLL_S) -> None:
        """`keep_up` tells how many calls it kept."""
        self._keep_up = keep_up
        self._poll_s = poll_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="figure-keeping")

    async def close(self) -> None:
        """Keep no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        failed = False
        while True:
            kept = 0
            try:
                kept = await self._keep_up()
                failed = False
            except Exception as error:
                if not failed:
                    log.warning("figures_not_kept", error=type(error).__name__)
                failed = True
            await asyncio.sleep(BREATH_S if kept else self._poll_s)
