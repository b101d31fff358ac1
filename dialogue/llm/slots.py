"""How many requests a model answers at once, and how many may wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dialogue.llm.chat_model import ChatUnavailableError


class BusyError(ChatUnavailableError):
    """Too many requests wait already."""


class Slots:
    """`at_once` requests run, as many again wait their turn; the next is turned away.

    Background requests take half of the slots at most (one if there is but one), so that a caller's turn finds one.
    """

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._turns = _Lane(at_once)
        self._background = _Lane(max(1, at_once // 2))

    @asynccontextmanager
    async def one(self, background: bool = False) -> AsyncIterator[None]:
        """Hold a slot for the block. Raises `BusyError` when too many wait."""
        async with (self._background if background else self._turns).enter(), self._free:
            yield


class _Lane:
    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._room = 2 * at_once

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        if self._room == 0:
            raise BusyError("言語モデルへの依頼が混み合っています。")
        self._room -= 1
        try:
            async with self._free:
                yield
        finally:
            self._room += 1
