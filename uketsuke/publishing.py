"""Notices what was published, here or by another process, and lets the next turn of every call go by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

POLL_S: Final = 0.5
log = structlog.get_logger(__name__)


class PublicationWatch:
    """Asks `refresh` again and again whether something is new; a failure is logged and asked after again."""

    def __init__(self, refresh: Callable[[], Awaitable[bool]], poll_s: float = POLL_S) -> None:
        """`refresh` takes up what is new, and tells whether there was anything."""
        self._refresh = refresh
        self._poll_s = poll_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._watch(), name="publication-watch")

    async def close(self) -> None:
        """Watch no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        failed = False
        while True:
            await asyncio.sleep(self._poll_s)
            try:
                await self._refresh()
                failed = False
            except Exception as error:
                if not failed:
                    log.warning("refresh_failed", error=str(error))
                failed = True
