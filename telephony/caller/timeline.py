"""What one side of a call sounded like over time, and when it was audible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from voice.audio.pcm import Samples

AUDIBLE: Final = 10 ** (-45 / 20)
"""Above this level (-45 dBFS) a sample is taken to be heard on a telephone."""
WINDOW_MS: Final = 10


@dataclass(frozen=True)
class Span:
    """A stretch of sound, in milliseconds of the call."""

    start_ms: float
    end_ms: float


class HeardTimeline:
    """Sound laid down at its time of hearing; can be cut off when it was thrown away unheard."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._samples: Samples = np.zeros(rate_hz * 30, dtype=np.float32)
        self._end = 0

    def write(self, at_ms: float, samples: Samples) -> None:
        """Lay `samples` down from `at_ms` on."""
        begin = round(at_ms * self._rate_hz / 1000)
        end = begin + len(samples)
        while end > len(self._samples):
            self._samples = np.concatenate([self._samples, np.zeros_like(self._samples)])
        self._samples[begin:end] = samples
        self._end = max(self._end, end)

    def read(self, at_ms: float, count: int) -> Samples:
        """`count` samples from `at_ms` on; silence where nothing was laid down."""
        begin = round(at_ms * self._rate_hz / 1000)
        found: Samples = np.zeros(count, dtype=np.float32)
        first, last = max(begin, 0), min(begin + count, self._end)
        if last > first:
            found[first - begin : last - begin] = self._samples[first:last]
        return found

    def cut(self, at_ms: float) -> None:
        """Silence everything from `at_ms` on."""
        begin = round(at_ms * self._rate_hz / 1000)
        self._samples[begin:] = 0.0
        self._end = min(self._end, begin)

    @property
    def samples(self) -> Samples:
        """All of it, from the call's beginning."""
        return self._samples[: self._end]

    def spans(self, gap_ms: float = 700.0) -> list[Span]:
        """Stretches of audible sound; pauses shorter than `gap_ms` do not divide them."""
        window = self._rate_hz * WINDOW_MS // 1000
        count = self._end // window
        if not count:
            return []
        peaks = np.abs(self._samples[: count * window]).reshape(count, window).max(axis=1)
        spans: list[Span] = []
        for index in np.flatnonzero(peaks > AUDIBLE):
            start = float(index * WINDOW_MS)
            if spans and start - spans[-1].end_ms < gap_ms:
                spans[-1] = Span(spans[-1].start_ms, start + WINDOW_MS)
            else:
                spans.append(Span(start, start + WINDOW_MS))
        return spans

    def first_sound_after(self, at_ms: float) -> float | None:
        """When something becomes audible at or after `at_ms`."""
        window = self._rate_hz * WINDOW_MS // 1000
        begin = round(at_ms * self._rate_hz / 1000)
        loud = np.flatnonzero(np.abs(self._samples[begin : self._end]) > AUDIBLE)
        if not len(loud):
            return None
        return (begin + int(loud[0]) // window * window) * 1000.0 / self._rate_hz

    def last_sound_before(self, at_ms: float) -> float | None:
        """Until when something was audible before `at_ms`."""
        end = round(min(at_ms * self._rate_hz / 1000, self._end))
        loud = np.flatnonzero(np.abs(self._samples[:end]) > AUDIBLE)
        return None if not len(loud) else (int(loud[-1]) + 1) * 1000.0 / self._rate_hz
