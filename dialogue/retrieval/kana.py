"""Likeness of sound: what a recogniser's wrong kanji leave intact."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.kana import Reader

Scores = NDArray[np.float32]

# Sounds that the telephone band confuses or that spelling hides: long vowels, small っ, ヂ/ジ, ヅ/ズ, ヲ/オ.
_MERGED = str.maketrans({"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ー": None, "ッ": None})
_LONG = re.compile("(?<=[オコソトノホモヨョロゴゾドボポュ])ウ|(?<=[セケテメレヘネゼデベペ])イ")


def sounds(kana: str) -> str:
    """Katakana with the differences taken out that a telephone does not carry."""
    return _LONG.sub("", kana).translate(_MERGED)


class KanaIndex:
    """Entries by groups of two and three sounds of their texts' readings.

    A score is the share, in [0, 1], of the query's groups that the entry has, rare groups counting more. A group that
    no entry has counts like the rarest, so that other matters score low.
    """

    def __init__(self, entries: Sequence[Sequence[str]], reader: Reader) -> None:
        self._reader = reader
        self._size = len(entries)
        found: dict[str, list[int]] = {}
        for place, texts in enumerate(entries):
            for gram in set().union(*(self._grams(text) for text in texts)):
                found.setdefault(gram, []).append(place)
        self._places = {gram: np.array(places, dtype=np.int64) for gram, places in found.items()}
        counts = Counter({gram: len(places) for gram, places in found.items()})
        self._weights = {gram: self._rarity(count) for gram, count in counts.items()}

    def scores(self, query: str) -> Scores:
        """One score an entry."""
        shared = np.zeros(self._size, dtype=np.float32)
        grams = self._grams(query)
        for gram in grams:
            if gram in self._places:
                shared[self._places[gram]] += self._weights[gram]
        whole = sum(self._weights.get(gram, self._rarity(0)) for gram in grams)
        return shared / whole if whole > 0 else shared

    def _rarity(self, count: int) -> float:
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))

    def _grams(self, text: str) -> set[str]:
        kana = sounds(self._reader.katakana(text))
        return {kana[at : at + n] for n in (2, 3) for at in range(len(kana) - n + 1)}
