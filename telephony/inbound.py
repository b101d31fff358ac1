"""Puts the caller's audio on the call's clock, whatever the network did to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from voice.audio.conceal import Concealer
from voice.audio.pcm import Samples

STALL_MS: Final = 300.0
"""No audio for so long means that the line is silent (a lost stretch, a key held down), not merely late."""
JITTER_MS: Final = 120.0
"""How far audio without timestamps may lag behind the clock before the gap counts as silence."""
LONGEST_FILL_MS: Final = 10_000.0
_NOTHING: Final = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True)
class Placed:
    """Audio at its place. `filled_before` stands for the samples that were missing before it; `samples` are as they are
    to be heard, `arrived` as they came."""

    at_ms: float
    filled_before: Samples
    samples: Samples
    arrived: Samples


class InboundAligner:
    """Gives each arriving stretch its time, fills what is missing, drops what comes too late.

    A short loss goes on with the voice and fades (see `Concealer`); a line that has stalled is silent.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._end_ms = 0.0
        self._concealer = Concealer(rate_hz)

    @property
    def end_ms(self) -> float:
        """Up to where the caller's audio is known."""
        return self._end_ms

    def place(self, samples: Samples, timestamp_ms: int | None, now_ms: float) -> Placed | None:
        """Place `samples`; `timestamp_ms` is the wire's own time of their start. None when all of it is too late."""
        length_ms = len(samples) * 1000.0 / self._rate_hz
        if timestamp_ms is not None and abs(timestamp_ms - now_ms) < LONGEST_FILL_MS:
            at_ms = float(timestamp_ms)
        else:
            lag = now_ms - length_ms - self._end_ms
            at_ms = self._end_ms + (lag if lag > JITTER_MS else 0.0)
        late_ms = self._end_ms - at_ms
        if late_ms >= length_ms:
            return None
        if late_ms > 0:
            samples = samples[round(late_ms * self._rate_hz / 1000) :]
            at_ms = self._end_ms
        missing = self._samples_in(at_ms - self._end_ms)
        # What is longer than may be filled is taken out of time: the clock never says more than there are samples.
        at_ms = min(at_ms, self._end_ms + LONGEST_FILL_MS)
        filled = self._concealer.conceal(missing) if missing else _NOTHING
        self._end_ms = at_ms + len(samples) * 1000.0 / self._rate_hz
        return Placed(at_ms, filled, self._concealer.push(samples), samples)

    def fill(self, now_ms: float) -> Samples | None:
        """Silence up to a little before now when the line has stalled, else None."""
        if now_ms - self._end_ms < STALL_MS:
            return None
        silence: Samples = np.zeros(self._samples_in(now_ms - JITTER_MS - self._end_ms), dtype=np.float32)
        self._end_ms = min(now_ms - JITTER_MS, self._end_ms + LONGEST_FILL_MS)
        return silence

    def _samples_in(self, length_ms: float) -> int:
        return round(min(max(length_ms, 0.0), LONGEST_FILL_MS) * self._rate_hz / 1000)
