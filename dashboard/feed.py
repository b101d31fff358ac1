"""Brings what happens in the calls to one open page, and stops with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from telephony.events import CallEvent
from telephony.live import LiveCalls

REDRAW_S: Final = 0.1
"""At most ten redraws a second: what happens between two is shown in one."""
IDLE_S: Final = 1.0
"""Without any event the page still looks at the service's status this often."""

log = structlog.get_logger(__name__)


class PageFeed:
    """One page's subscription. `show` gets each batch of events; an empty batch means: look at everything."""

    def __init__(self, live: LiveCalls, show: Callable[[list[CallEvent]], Awaitable[None]]) -> None:
        self._live = live
        self._show = show
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether events are being brought."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin, with everything as it stands now; nothing happens when already running."""
        if not self.running:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="dashboard page feed")

    def stop(self) -> None:
        """End; the subscription is given back."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        async with self._live.subscribe() as queue:
            await self._redraw([])
            while True:
                batch: list[CallEvent] = []
                try:
                    async with asyncio.timeout(IDLE_S):
                        batch.append(await queue.get())
                except TimeoutError:
                    await self._redraw([])
                    continue
                while not queue.empty():
                    batch.append(queue.get_nowait())
                await self._redraw(batch)
                await asyncio.sleep(REDRAW_S)

    async def _redraw(self, batch: list[CallEvent]) -> None:
        try:
            await self._show(batch)
        except Exception:  # one drawing that fails must not leave the page standing still
            log.exception("a page could not be redrawn")
