"""How many requests a model answers at once, and how many may wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dialogue.llm.chat_model import ChatUnavailableError


class BusyError(ChatUnavailableError):
    """Too many requests wait already."""


class Slots:
    """`at_once` requests run, as many again wait their turn; the next is turned away."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room = 2 * at_once

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold a slot for the block. Raises `BusyError` when too many wait."""
        if self._room == 0:
            raise BusyError("言語モデルへの依頼が混み合っています。")
        self._room -= 1
        try:
            async with self._free:
                yield
        finally:
            self._room += 1
