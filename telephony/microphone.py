"""A person's voice on its way from the browser to the caller: resampled, paced, recorded, and understood."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import numpy as np

from telephony.clock import CallClock
from voice.audio.pcm import FRAME_MS, RATE_HZ, Samples
from voice.audio.resample import StreamResampler

START_MS: Final = 60.0
"""So much is gathered before anything goes out, so that a browser's unsteady frames leave no gaps."""
LONGEST_MS: Final = 200.0
"""What is buffered or under way beyond this is thrown away: old words are of no use."""
QUIET_AFTER_MS: Final = 300.0
"""After so long without a frame the microphone is silent, for the ear too."""
LAST_QUIET_MS: Final = 2_000.0
"""So much quiet after the last frame ends what was being said."""


class OperatorEar(Protocol):
    """What understands the operator; an `Ear` does."""

    def feed(self, samples: Samples) -> None:
        """The next stretch of 16 kHz audio."""
        ...

    async def close(self) -> None:
        """No more is to come."""
        ...


class JitterBuffer:
    """Holds what has come and has not gone out yet: never more than `LONGEST_MS` of it."""

    def __init__(self) -> None:
        self._pieces: deque[Samples] = deque()
        self._held = 0
        self._flowing = False
        self.dropped_ms = 0.0

    def push(self, samples: Samples) -> None:
        """Take what has come; the oldest goes when it is too much."""
        if not len(samples):
            return
        self._pieces.append(samples)
        self._held += len(samples)
        while self._held > _count(LONGEST_MS) and len(self._pieces) > 1:
            lost = self._pieces.popleft()
            self._held -= len(lost)
            self.dropped_ms += len(lost) * 1000.0 / RATE_HZ

    def take(self, ahead_ms: float) -> Samples | None:
        """What may go out now, while `ahead_ms` is still to be heard of what went before; None to wait."""
        if not self._held:
            self._flowing = self._flowing and ahead_ms > 0.0
            return None
        if not self._flowing and self._held < _count(START_MS):
            return None
        self._flowing = True
        samples = np.concatenate(self._pieces)
        self._pieces.clear()
        self._held = 0
        room = _count(max(0.0, LONGEST_MS - ahead_ms))
        if len(samples) > room:
            self.dropped_ms += (len(samples) - room) * 1000.0 / RATE_HZ
            samples = samples[len(samples) - room :]
        return samples if len(samples) else None


class Microphone:
    """`feed` it 16 kHz mono samples in [-1, 1], of any length; `close` it when the operator hangs up or mutes for good.

    It owns the task that sends. `send` gets samples at `rate_hz`; while `may_sound` is false they are heard by nobody.
    """

    def __init__(
        self,
        rate_hz: int,
        clock: CallClock,
        send: Callable[[Samples], Awaitable[None]],
        ahead_ms: Callable[[], float],
        may_sound: Callable[[], bool],
        ear: OperatorEar,
    ) -> None:
        self._clock = clock
        self._send = send
        self._ahead_ms = ahead_ms
        self._may_sound = may_sound
        self._ear = ear
        self._down = StreamResampler(RATE_HZ, rate_hz)
        self._buffer = JitterBuffer()
        self._began_ms = clock.now_ms()
        self._last_ms = self._began_ms
        self._ear_ms = 0.0
        self._closing = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    @property
    def running(self) -> bool:
        """Whether anything may still come of it."""
        return not self._task.done()

    @property
    def dropped_ms(self) -> float:
        """How much came too fast to be played."""
        return self._buffer.dropped_ms

    def feed(self, samples: Samples) -> None:
        """The operator's next samples. Never blocks; after `close` nothing is taken any more."""
        if self._closing:
            return
        self._last_ms = self._clock.now_ms()
        self._buffer.push(np.ascontiguousarray(samples, dtype=np.float32))

    def close(self) -> None:
        """The operator says no more: what was said last is still understood."""
        self._closing = True

    async def stop(self) -> None:
        """End at once."""
        self._closing = True
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._ear.close()

    async def _run(self) -> None:
        due_ms = self._clock.now_ms()
        while not self._over():
            await self._pass_on()
            due_ms = max(due_ms + FRAME_MS, self._clock.now_ms() - LONGEST_MS)
            await asyncio.sleep(max(0.0, due_ms - self._clock.now_ms()) / 1000.0)
        await self._ear.close()

    def _over(self) -> bool:
        return self._closing and self._clock.now_ms() - self._last_ms > LAST_QUIET_MS

    async def _pass_on(self) -> None:
        sounds = self._may_sound()
        samples = self._buffer.take(self._ahead_ms() if sounds else 0.0)
        if samples is not None and sounds:
            self._hear(samples)
            ready = self._down.push(samples)
            if len(ready):
                await self._send(ready)
        elif self._clock.now_ms() - self._last_ms > QUIET_AFTER_MS or not sounds:
            behind_ms = self._clock.now_ms() - self._began_ms - self._ear_ms
            if behind_ms > FRAME_MS:
                self._hear(np.zeros(_count(behind_ms), dtype=np.float32))

    def _hear(self, samples: Samples) -> None:
        self._ear_ms += len(samples) * 1000.0 / RATE_HZ
        self._ear.feed(samples)


def _count(milliseconds: float) -> int:
    return round(milliseconds * RATE_HZ / 1000.0)
