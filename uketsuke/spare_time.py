"""Blocking work that nobody on the telephone waits for: it runs where it delays no call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from voice.pool import InferencePool, PoolOverloadedError, Priority

TRIES: Final = 20
WAIT_S: Final = 0.5
T = TypeVar("T")


class SpareTime:
    """Runs work in the pool's spare time, or on a thread of its own where the pool has a single worker."""

    def __init__(self, pool: InferencePool) -> None:
        self._pool = pool

    async def __call__(self, work: Callable[[], T], /) -> T:
        """What `work` returns or raises. Work that is put off for callers is handed in again, for ten seconds."""
        if self._pool.workers < 2:
            # The one worker would be taken from the calls for as long as the work takes.
            return await asyncio.to_thread(work)
        for _ in range(TRIES - 1):
            try:
                return await self._pool.run(work, Priority.BACKGROUND)
            except PoolOverloadedError:
                await asyncio.sleep(WAIT_S)
        return await self._pool.run(work, Priority.BACKGROUND)
