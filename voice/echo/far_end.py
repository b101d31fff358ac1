"""What the agent has said lately, by the call's clock: the far end of the echo's path."""

from __future__ import annotations

from typing import Final

import numpy as np

from voice.audio.pcm import Samples

KEPT_MS: Final = 4_000
_JOINED_MS: Final = 2.0
"""A frame that begins so near to the end of the last one follows on it."""


class FarEnd:
    """The last four seconds of the agent's samples (and up to one second ahead); silence where there were none."""

    def __init__(self, rate_hz: int) -> None:
        self._joined = int(_JOINED_MS * rate_hz / 1000)
        self._kept = KEPT_MS * rate_hz // 1000
        self._audio: Samples = np.zeros(2 * self._kept, dtype=np.float32)
        self._first = 0
        self._end = 0

    @property
    def end(self) -> int:
        """Position after the last sample that the agent says."""
        return self._end

    def write(self, position: int, samples: Samples) -> None:
        """The agent says `samples` from `position` on. What is older than is kept is ignored."""
        if abs(position - self._end) <= self._joined:
            position = self._end
        stop = position + len(samples)
        if position < self._first or not len(samples):
            return
        if stop - self._first > len(self._audio):
            self._slide(stop - self._kept)
        if stop - self._first > len(self._audio):
            return
        if position > self._end:
            self._audio[max(self._end - self._first, 0) : position - self._first] = 0.0
        self._audio[position - self._first : stop - self._first] = samples
        self._end = max(self._end, stop)

    def truncate(self, position: int) -> None:
        """Nothing from `position` on was heard."""
        if position < self._end:
            self._audio[max(position - self._first, 0) : self._end - self._first] = 0.0
            self._end = max(position, self._first)

    def read(self, start: int, count: int) -> Samples:
        """`count` samples from `start` on; zeros where nothing was said or nothing is known."""
        found: Samples = np.zeros(count, dtype=np.float32)
        begin, stop = max(start, self._first), min(start + count, self._end)
        if begin < stop:
            found[begin - start : stop - start] = self._audio[begin - self._first : stop - self._first]
        return found

    def _slide(self, first: int) -> None:
        kept = self.read(first, max(self._end - first, 0))
        self._audio[:] = 0.0
        self._audio[: len(kept)] = kept[: len(self._audio)]
        self._first = first
        self._end = max(self._end, first)
