"""The latest stretch of one caller's audio, addressed by its position in the call."""

from __future__ import annotations

from collections import deque

import numpy as np

from voice.audio.pcm import Samples


class AudioBuffer:
    """Keeps the last `capacity` samples; positions count from the first sample ever appended."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._blocks: deque[Samples] = deque()
        self._start = 0
        self._end = 0

    @property
    def start(self) -> int:
        """Position of the oldest sample that is still kept."""
        return self._start

    @property
    def end(self) -> int:
        """Position after the newest sample."""
        return self._end

    def append(self, samples: Samples) -> None:
        """Add `samples`, forgetting whole blocks that no longer fit."""
        if not len(samples):
            return
        self._blocks.append(samples)
        self._end += len(samples)
        while self._end - self._start > self._capacity and len(self._blocks) > 1:
            self._start += len(self._blocks.popleft())

    def slice(self, start: int, end: int) -> Samples:
        """Samples from `start` up to `end`, cut to what is kept."""
        if not self._blocks:
            return np.zeros(0, dtype=np.float32)
        joined = np.concatenate(list(self._blocks))
        begin = max(start - self._start, 0)
        return joined[begin : max(end - self._start, begin)]
