"""One space for questions: meaning, sound and, where there is one, the answer. A dot product is a likeness."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialogue.kana import Reader
from dialogue.mining.calls import Asked
from dialogue.normalize import normalize, strip_fillers
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.kana import sounds

Matrix = NDArray[np.float32]

# Shares of the likeness. Set on the sample FAQ's own variants and answers, not on what is measured.
_SOUND_SHARE: Final = 0.3
_ANSWER_SHARE: Final = 0.5
_PLACES: Final = 512
_MOST_BACKGROUND: Final = 200
_RARITY: Final = 200.0


@dataclass(frozen=True)
class Background:
    """What is common to all matters of the company: its FAQ's questions and answers. What they share tells nothing."""

    questions: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


class QuestionSpace:
    """Turns questions into rows of float32: meaning counts 1, sound 0.3, answer 0.5 of a likeness of 1.8 at most.

    A question without an answer has zeros there: it is drawn to none and pushed from none. Blocking.
    """

    def __init__(self, embedder: Embedder, reader: Reader, background: Background) -> None:
        self._embedder = embedder
        self._reader = reader
        self._sounds = _Grams([self._heard(text) for text in background.questions])
        self._answers = _Grams([normalize(text) for text in background.answers])
        self._common = [strip_fillers(text) for text in background.questions[:_MOST_BACKGROUND]]
        self._mean: Matrix | None = None

    def rows(self, questions: Sequence[Asked]) -> Matrix:
        """One row a question."""
        meaning = self._meaning([question.text for question in questions])
        sound = self._sounds.rows([self._heard(question.text) for question in questions])
        answer = self._answers.rows([normalize("".join(question.answer)) for question in questions])
        parts = (meaning, np.sqrt(_SOUND_SHARE) * sound, np.sqrt(_ANSWER_SHARE) * answer)
        return np.concatenate(parts, axis=1).astype(np.float32)

    def _meaning(self, texts: Sequence[str]) -> Matrix:
        vectors = self._embedder.queries([strip_fillers(text) for text in texts])
        if self._mean is None:
            # A small FAQ is about little: the first questions show what all matters here have in common.
            common = self._embedder.queries(self._common) if self._common else vectors
            self._mean = (common.mean(axis=0) + vectors.mean(axis=0)) / 2
        return _unit(vectors - self._mean)

    def _heard(self, text: str) -> str:
        return sounds(self._reader.katakana(strip_fillers(text)))


class _Grams:
    """Groups of two and three signs, hashed to a fixed width, common ones weighing little."""

    def __init__(self, background: Sequence[str]) -> None:
        counts = np.stack([_counted(text) for text in background]) if background else np.zeros((1, _PLACES), np.float32)
        self._weights = 1.0 / np.sqrt(1.0 + _RARITY * (counts != 0).mean(axis=0))
        self._mean = (counts * self._weights).mean(axis=0)

    def rows(self, texts: Sequence[str]) -> Matrix:
        """Unit rows; zeros for an empty text."""
        rows = [_counted(text) * self._weights - self._mean if text else np.zeros(_PLACES) for text in texts]
        return _unit(np.stack(rows))


def _counted(text: str) -> Matrix:
    row = np.zeros(_PLACES, dtype=np.float32)
    for length in (2, 3):
        for at in range(len(text) - length + 1):
            place = zlib.crc32(text[at : at + length].encode("utf-8", "replace"))
            row[place % _PLACES] += 1.0 if place >> 20 & 1 else -1.0
    return row


def _unit(rows: NDArray[np.floating]) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-6, lengths, 1.0), dtype=np.float32)
