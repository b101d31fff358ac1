"""Listening in: both sides of a running call, side by side, for all who want to hear. No cost while nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np

from voice.audio.pcm import Samples

BLOCK_MS: Final = 40
CAPACITY: Final = 50
"""Two seconds: who does not keep up loses the oldest."""
STALLED_MS: Final = 400.0
"""The agent's sound is written up to 200 ms ahead; so much further on, the caller's line has stalled."""


@dataclass(frozen=True)
class HeardAudio:
    """One stretch of the call from `at_ms` on: both channels at `rate_hz`, equally long, in [-1, 1]."""

    at_ms: float
    caller: Samples
    agent: Samples
    rate_hz: int


class Monitor:
    """Lines up both channels in blocks of `BLOCK_MS` and hands them to every listener."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._block = rate_hz * BLOCK_MS // 1000
        self._listeners: set[asyncio.Queue[HeardAudio]] = set()
        self._blocks: dict[int, tuple[Samples, Samples]] = {}
        self._next = 0

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[HeardAudio]]:
        """What both sides say from now on, until the context ends."""
        queue: asyncio.Queue[HeardAudio] = asyncio.Queue(maxsize=CAPACITY)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
            if not self._listeners:
                self._blocks.clear()

    def caller(self, at_ms: float, samples: Samples) -> None:
        """The caller's sound, spoken from `at_ms` on."""
        if self._listeners:
            self._publish_until(self._place(0, at_ms, samples))

    def agent(self, at_ms: float, samples: Samples) -> None:
        """What the caller hears from `at_ms` on."""
        if self._listeners:
            end = self._place(1, at_ms, samples)
            self._publish_until(end - round(STALLED_MS * self._rate_hz / 1000))

    def truncate_agent(self, at_ms: float) -> None:
        """Nothing after `at_ms` was heard."""
        here = round(at_ms * self._rate_hz / 1000)
        for number, (_, agent) in self._blocks.items():
            agent[max(0, min(self._block, here - number * self._block)) :] = 0.0

    def _place(self, channel: int, at_ms: float, samples: Samples) -> int:
        """Write the samples where they belong; what comes too late is left out. Returns the sample after the last."""
        start = round(at_ms * self._rate_hz / 1000)
        end = start + len(samples)
        place = max(start, self._next * self._block)
        while place < end:
            number, offset = divmod(place, self._block)
            count = min(self._block - offset, end - place)
            pair = self._blocks.get(number)
            if pair is None:
                pair = np.zeros(self._block, dtype=np.float32), np.zeros(self._block, dtype=np.float32)
                self._blocks[number] = pair
            pair[channel][offset : offset + count] = samples[place - start : place - start + count]
            place += count
        return end

    def _publish_until(self, end: int) -> None:
        """Everything before the sample `end` is complete."""
        while self._blocks and (self._next + 1) * self._block <= end:
            first = min(self._blocks)
            self._next = max(self._next, first)
            if (self._next + 1) * self._block > end:
                return
            caller, agent = self._blocks.pop(self._next)
            heard = HeardAudio(self._next * float(BLOCK_MS), caller, agent, self._rate_hz)
            self._next += 1
            for queue in self._listeners:
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(heard)
