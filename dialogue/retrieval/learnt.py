"""A classifier of one book: learnt from its own wordings when it is published, in about a second."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dialogue.retrieval.postings import Postings

if TYPE_CHECKING:
    from dialogue.retrieval.prepared import Features

Matrix = NDArray[np.float32]

MOST_WORK = 600_000
"""Texts times entries that are learnt from at most; a larger book does without."""
FEWEST_TEXTS = 6.0
"""Texts an entry, on average, below which there is nothing to learn."""
_PLACES = 512
_MEANING, _WORDS, _SOUNDS = 1.0, 0.5, 0.5
_STEPS = 50
_SHARPNESS = 10.0
_RATE = 0.005
_USUAL_TEXTS = 20
_MOMENTUM = 0.9
_DECAY = 1e-3
_REMEMBERED = 4
"""Callers' and operators' classifiers, of what is live and of one draft."""


def can_be_learnt(texts: int, entries: int) -> bool:
    """Whether a book of that size has enough to learn from, and not too much."""
    return entries >= 2 and texts >= FEWEST_TEXTS * entries and texts * entries <= MOST_WORK


def combined(meaning: Matrix, features: Sequence[Features], words: Postings, sounds: Postings) -> Matrix:
    """Meaning, words and sounds in one unit vector a text; rare words and sounds count more."""
    table = np.zeros((len(features), _PLACES), dtype=np.float32)
    for row, one in zip(table, features, strict=True):
        worth = (words.information(one.words), sounds.information(one.sounds))
        scale = (_WORDS, _SOUNDS)
        part = [w * s / max(float(np.linalg.norm(w)), 1e-9) for w, s in zip(worth, scale, strict=True)]
        signs = np.where(one.hashes >> 31 & 1, 1.0, -1.0)
        np.add.at(row, one.hashes % _PLACES, signs * np.concatenate(part))
    both = np.hstack([_MEANING * meaning, table])
    return np.asarray(both / np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9), dtype=np.float32)


class Classifier:
    """Softmax regression over unit vectors, one class an entry and a last one for what is none of them."""

    def __init__(
        self, rows: Matrix, classes: NDArray[np.int64], count: int, denied: Matrix, denied_classes: NDArray[np.int64]
    ) -> None:
        """`rows`, shape (texts, places), are of the `classes` named, each below `count`; `denied` are not of theirs."""
        target = np.zeros((len(rows), count), dtype=np.float32)
        target[np.arange(len(rows)), classes] = 1.0
        sizes = target.sum(axis=0)
        centres = target.T @ rows
        values = centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        usual = max(1.0, float(np.median(sizes)))
        rate = _RATE * min(1.0, _USUAL_TEXTS / usual)
        # An entry with very many wordings must not outvote the others.
        share = np.minimum(1.0, 4 * usual / np.maximum(sizes, 1.0))[classes][:, None].astype(np.float32)
        moving = np.zeros_like(values)
        for _ in range(_STEPS):
            slope = ((_odds(rows, values) - target) * share).T @ rows
            if len(denied):
                slope += _away(_odds(denied, values), denied_classes).T @ denied
            moving = _MOMENTUM * moving + slope
            values = values - rate * moving - _DECAY * values
        self._values = values.astype(np.float32)

    def scores(self, row: Matrix) -> Matrix:
        """The likeness of a query's unit vector to every class."""
        return np.asarray(self._values @ row, dtype=np.float32)


class Learner:
    """Learns, and remembers the last few classifiers: a draft that was asked is published without being learnt again.

    What comes out depends on what goes in alone. Thread-safe; two who want the same at the same time both learn it.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Classifier] = OrderedDict()
        self._lock = threading.Lock()

    def classifier(
        self, rows: Matrix, classes: NDArray[np.int64], count: int, denied: Matrix, denied_classes: NDArray[np.int64]
    ) -> Classifier:
        """As `Classifier` of the same."""
        key = hashlib.blake2b(str((rows.shape, count)).encode())
        for array in (rows, classes, denied, denied_classes):
            key.update(np.ascontiguousarray(array).data)
        name = key.digest()
        with self._lock:
            known = self._known.get(name)
            if known is not None:
                self._known.move_to_end(name)
                return known
        made = Classifier(rows, classes, count, denied, denied_classes)
        with self._lock:
            self._known[name] = made
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return made


def _odds(rows: Matrix, values: Matrix) -> Matrix:
    sums = _SHARPNESS * (rows @ values.T)
    odds = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)


def _away(odds: Matrix, classes: NDArray[np.int64]) -> Matrix:
    """The slope of -log(1 - p) of the class that is denied: its share goes to the others, as they stand."""
    places = np.arange(len(odds))
    denied = np.minimum(odds[places, classes], 0.99)
    slope = -odds * (denied / (1 - denied))[:, None]
    slope[places, classes] = denied
    return np.asarray(slope, dtype=np.float32)
