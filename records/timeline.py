"""Two channels on one clock: puts each frame at its time, in a window that is cut off from the front."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pcm16: TypeAlias = NDArray[np.int16]

SNAP_MS: Final = 10
"""Below this a frame's time is taken for jitter of its stamp: it continues the one before, without a click."""

_FIRST_MS: Final = 4_000


class Channel(IntEnum):
    """Which side of the stereo file."""

    CALLER = 0
    AGENT = 1


class StereoTimeline:
    """Samples of both channels from `base` on. Not thread-safe, no I/O.

    A frame lies where its time says, to within `SNAP_MS`: late, doubled and missing frames shift nothing. The
    later of two frames for one place wins. What lies before the window, or more than `limit_ms` after its
    beginning, is lost and counted.
    """

    def __init__(self, rate_hz: int, limit_ms: int = 60_000) -> None:
        self._rate_hz = rate_hz
        self._limit = limit_ms * rate_hz // 1000
        self._snap = SNAP_MS * rate_hz // 1000
        self._samples: Pcm16 = np.zeros((_FIRST_MS * rate_hz // 1000, len(Channel)), dtype=np.int16)
        self._base = 0
        self._filled = 0
        self._next: list[int] = [0] * len(Channel)
        self._lost = 0

    @property
    def end_ms(self) -> float:
        """Where the last sample placed ends."""
        return (self._base + self._filled) * 1000.0 / self._rate_hz

    @property
    def held_ms(self) -> float:
        """How much the window holds."""
        return self._filled * 1000.0 / self._rate_hz

    @property
    def lost_ms(self) -> int:
        """How much audio could not be placed."""
        return round(self._lost * 1000 / self._rate_hz)

    def place(self, channel: Channel, at_ms: float, pcm: Pcm16) -> None:
        """Put mono `pcm` on `channel`, its first sample at `at_ms`."""
        if not len(pcm):
            return
        if not math.isfinite(at_ms):
            self._lost += len(pcm)
            return
        at = self._position(at_ms)
        # Half a frame at most, or a short frame sent twice would pass for the next one.
        if abs(at - self._next[channel]) <= min(self._snap, len(pcm) // 2):
            at = self._next[channel]
        end = at + len(pcm)
        first, last = max(at, self._base), min(end, self._base + self._limit)
        self._lost += len(pcm) - max(0, last - first)
        if last <= first:
            return
        self._reserve(last - self._base)
        self._samples[first - self._base : last - self._base, channel] = pcm[first - at : last - at]
        self._filled = max(self._filled, last - self._base)
        self._next[channel] = max(self._next[channel], last)

    def silence_from(self, channel: Channel, at_ms: float) -> None:
        """Take back what `channel` holds from `at_ms` on; what has left the window stays."""
        if not math.isfinite(at_ms):
            return
        at = max(self._position(at_ms), self._base)
        self._samples[at - self._base : self._filled, channel] = 0
        self._next[channel] = min(self._next[channel], at)

    def take(self, until_ms: float) -> Pcm16:
        """Cut off what lies before `until_ms`, interleaved, silence where nothing was placed.

        At most the window's limit at once: empty when there is nothing left to take.
        """
        count = min(max(0, self._position(until_ms) - self._base), self._limit)
        taken: Pcm16 = np.zeros((count, len(Channel)), dtype=np.int16)
        there = min(count, self._filled)
        taken[:there] = self._samples[:there]
        rest = self._filled - there
        self._samples[:rest] = self._samples[there : self._filled].copy()
        self._samples[rest : self._filled] = 0
        self._filled = rest
        self._base += count
        return taken

    def _position(self, at_ms: float) -> int:
        return round(at_ms * self._rate_hz / 1000.0)

    def _reserve(self, count: int) -> None:
        if count <= len(self._samples):
            return
        size = min(self._limit, max(count, 2 * len(self._samples)))
        grown: Pcm16 = np.zeros((size, len(Channel)), dtype=np.int16)
        grown[: self._filled] = self._samples[: self._filled]
        self._samples = grown
