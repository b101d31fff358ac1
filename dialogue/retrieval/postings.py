"""Which entries have which features, and how much of what a query asks for: one inverted index for words and sounds."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Scores = NDArray[np.float32]


class Vocabulary:
    """Numbers for features, in order of first appearance. Thread-safe."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def learnt(self, features: Iterable[str]) -> Ids:
        """The features' numbers; new ones are added."""
        with self._lock:
            return np.array([self._numbers.setdefault(one, len(self._numbers)) for one in features], dtype=np.int32)

    def known(self, features: Iterable[str]) -> Ids:
        """The features' numbers; new ones get numbers that no entry has, and are not kept."""
        with self._lock:
            strange: dict[str, int] = {}
            most = len(self._numbers)
            return np.array(
                [
                    self._numbers[one] if one in self._numbers else most + strange.setdefault(one, len(strange))
                    for one in features
                ],
                dtype=np.int32,
            )


@dataclass(frozen=True)
class Held:
    """The features of one entry: their numbers, each once, and how often each occurs."""

    numbers: Ids
    counts: NDArray[np.float32]

    @classmethod
    def of(cls, numbers: Ids) -> Held:
        """From the numbers as they occur."""
        unique, counts = np.unique(numbers, return_counts=True)
        return cls(unique.astype(np.int32), counts.astype(np.float32))


class Postings:
    """An immutable index of entries by features.

    A score is the share, in [0, 1], of the query's information that the entry covers; what no entry has counts like
    the rarest, so that other matters score low. `saturation` and `length` are BM25's k1 and b; with a saturation of
    0 it only counts that a feature is there.
    """

    def __init__(self, entries: Sequence[Held], saturation: float = 0.0, length: float = 0.0) -> None:
        self._size = len(entries)
        sizes = [len(entry.numbers) for entry in entries]
        numbers = np.concatenate([entry.numbers for entry in entries]) if entries else np.zeros(0, dtype=np.int32)
        counts = np.concatenate([entry.counts for entry in entries]) if entries else np.zeros(0, dtype=np.float32)
        owners = np.repeat(np.arange(self._size, dtype=np.int32), sizes)
        totals = np.array([float(entry.counts.sum()) for entry in entries], dtype=np.float32)
        usual = float(totals.mean()) if self._size else 1.0
        room = saturation * (1 - length + length * totals / max(usual, 1e-9))
        places = numbers.astype(np.int64) * max(1, self._size) + owners
        self._strength: Scores | None = None
        if saturation > 0:
            order = np.argsort(places)
            self._owners = owners[order]
            self._strength = (counts / (counts + room[owners].astype(np.float32)))[order]
        else:  # only that a feature is there: sorting is much the cheapest
            self._owners = (np.sort(places) % max(1, self._size)).astype(np.int32)
        held = np.bincount(numbers, minlength=1)
        self._ends = np.cumsum(held)
        self._starts = self._ends - held
        self._information = np.log(1 + (self._size - held + 0.5) / (held + 0.5)).astype(np.float32)
        self._unknown = float(np.log(1 + (self._size + 0.5) / 0.5))

    def information(self, numbers: Ids) -> Scores:
        """How telling each feature is: the rarer, the more."""
        known = numbers < len(self._information)
        return np.where(known, self._information[np.where(known, numbers, 0)], self._unknown).astype(np.float32)

    def strange(self, query: Ids) -> float:
        """The share of the query's information that no entry has; 0 for a query without features."""
        asked = np.unique(query)
        worth = self.information(asked)
        known = asked < len(self._starts)
        known[known] = self._ends[asked[known]] > self._starts[asked[known]]
        whole = float(worth.sum())
        return float(worth[~known].sum()) / whole if whole > 0 else 0.0

    def scores(self, query: Ids) -> Scores:
        """One score an entry, for the numbers of what is asked."""
        shared = np.zeros(self._size, dtype=np.float32)
        asked = np.unique(query)
        worth = self.information(asked)
        for number, weight in zip(asked, worth, strict=True):
            if number < len(self._starts):
                part = slice(self._starts[number], self._ends[number])
                shared[self._owners[part]] += weight if self._strength is None else weight * self._strength[part]
        whole = float(worth.sum())
        return np.clip(shared / whole, 0.0, 1.0).astype(np.float32) if whole > 0 else shared
