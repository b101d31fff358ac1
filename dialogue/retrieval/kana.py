"""Likeness of sound: what a recogniser's wrong kanji leave intact."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.kana import Reader

Scores = NDArray[np.float32]

# Sounds that the telephone band confuses or that spelling hides: long vowels, small っ, ヂ/ジ, ヅ/ズ, ヲ/オ.
_MERGED = str.maketrans({"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ー": None, "ッ": None})
_LONG = tuple(
    (sound + long, sound)
    for long, sounds in (("ウ", "オコソトノホモヨョロゴゾドボポュ"), ("イ", "セケテメレヘゼゲデベ"))
    for sound in sounds
)


def sounds(kana: str) -> str:
    """Katakana with the differences taken out that a telephone does not carry."""
    for long, short in _LONG:
        kana = kana.replace(long, short)
    return kana.translate(_MERGED)


class KanaIndex:
    """Documents by bigrams and trigrams of their reading, weighted by rarity; a score is the cosine, in [0, 1]."""

    def __init__(self, documents: Sequence[str], reader: Reader) -> None:
        self._reader = reader
        grams = [_grams(sounds(reader.katakana(text))) for text in documents]
        counts = Counter(gram for document in grams for gram in document)
        self._place = {gram: index for index, gram in enumerate(counts)}
        size = len(documents)
        self._idf = {gram: math.log(1 + size / count) for gram, count in counts.items()}
        self._unknown = math.log(1 + size)
        self._matrix = np.zeros((size, len(counts)), dtype=np.float32)
        for row, document in enumerate(grams):
            for gram, count in document.items():
                self._matrix[row, self._place[gram]] = self._weight(gram, count)
        norms = np.linalg.norm(self._matrix, axis=1, keepdims=True)
        self._matrix /= np.where(norms > 0, norms, 1)

    def scores(self, query: str) -> Scores:
        """One score a document."""
        found = [self._compare(_grams(sounds(reading))) for reading in self._reader.readings(query)]
        return np.asarray(np.max(found, axis=0), dtype=np.float32)

    def _compare(self, grams: Counter[str]) -> Scores:
        weights = {gram: self._weight(gram, count) for gram, count in grams.items()}
        norm = math.sqrt(sum(weight * weight for weight in weights.values()))
        known = [gram for gram in grams if gram in self._place]
        if not known or norm == 0:
            return np.zeros(len(self._matrix), dtype=np.float32)
        vector = np.array([weights[gram] for gram in known], dtype=np.float32)
        found = self._matrix[:, [self._place[gram] for gram in known]] @ vector / np.float32(norm)
        return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float32)

    def _weight(self, gram: str, count: int) -> float:
        return (1 + math.log(count)) * self._idf.get(gram, self._unknown)


def _grams(kana: str) -> Counter[str]:
    return Counter(kana[i : i + n] for n in (2, 3) for i in range(len(kana) - n + 1))
