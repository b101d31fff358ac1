"""What texts mean, compared: likeness of vectors, entry by entry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.retrieval.embedder import Vectors
from dialogue.retrieval.prepared import Prepared

Row = NDArray[np.float32]

_NEAREST = 3


class Meaning:
    """The vectors of one book. Immutable; every entry has at least one question and one other text.

    An embedder's vectors all point much the same way, queries another way than passages; what tells texts apart is
    how they differ from the mean of their kind.
    """

    def __init__(self, entries: Sequence[Prepared], background: Vectors) -> None:
        """`background`, shape (texts, dimensions), are the vectors, as queries, of what is none of the entries'."""
        vectors = np.concatenate([one.vectors for one in entries])
        sizes = np.array([len(one.texts) for one in entries])
        self.owners = np.repeat(np.arange(len(entries)), sizes)
        self._starts = np.cumsum(sizes) - sizes
        asked = np.concatenate([one.asked for one in entries])
        self._asked, self._said = np.flatnonzero(asked), np.flatnonzero(~asked)
        self._first_asked = _firsts(self.owners[self._asked], len(entries))
        self._first_said = _firsts(self.owners[self._said], len(entries))
        self._passage_mean = vectors.mean(axis=0)
        self._query_mean = background.mean(axis=0) if len(background) else self._passage_mean
        self.rows = _unit(vectors - self._passage_mean)
        self.background = self.query(background) if len(background) else vectors[:0]
        self._centres = _unit(np.add.reduceat(self.rows, self._starts, axis=0))
        denied = [one.negatives for one in entries if len(one.negatives)]
        self.denied = _unit(np.concatenate(denied) - self._passage_mean) if denied else vectors[:0]
        self.denied_owners = np.repeat(np.arange(len(entries)), [len(one.negatives) for one in entries])

    def query(self, vectors: Vectors) -> Vectors:
        """The vectors of queries as they are compared here."""
        return _unit(vectors - self._query_mean)

    def likeness(self, row: Row) -> Row:
        """Of every text to a query."""
        return np.asarray(self.rows @ row)

    def nearest_question(self, likeness: Row) -> Row:
        """Of every entry: the likeness of its nearest wording."""
        return np.asarray(np.maximum.reduceat(likeness[self._asked], self._first_asked))

    def nearest_answer(self, likeness: Row) -> Row:
        """Of every entry: the likeness of its nearest other text."""
        return np.asarray(np.maximum.reduceat(likeness[self._said], self._first_said))

    def nearest_texts(self, likeness: Row) -> Row:
        """Of every entry: the mean likeness of its three nearest texts (of all, where there are fewer)."""
        order = np.argsort(4.0 * self.owners - likeness, kind="stable")
        rank = np.arange(len(order)) - self._starts[self.owners[order]]
        kept = order[rank < _NEAREST]
        count = len(self._starts)
        total = np.bincount(self.owners[kept], weights=likeness[kept], minlength=count)
        return (total / np.bincount(self.owners[kept], minlength=count)).astype(np.float32)

    def centre(self, row: Row) -> Row:
        """Of every entry: the likeness of the middle of its texts."""
        return np.asarray(self._centres @ row)

    def nearest_negative(self, row: Row) -> Row:
        """Of every entry: the likeness of its nearest negative; -1 where it has none."""
        best = np.full(len(self._starts), -1.0, dtype=np.float32)
        np.maximum.at(best, self.denied_owners, self.denied @ row)
        return best

    def matched(self, place: int, likeness: Row) -> int:
        """Which of the entry's texts is its nearest wording."""
        start = self._first_asked[place]
        end = self._first_asked[place + 1] if place + 1 < len(self._first_asked) else len(self._asked)
        return int(self._asked[start + int(np.argmax(likeness[self._asked[start:end]]))] - self._starts[place])


def _firsts(owners: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return np.searchsorted(owners, np.arange(count))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return np.asarray(vectors / np.where(lengths > 1e-6, lengths, 1.0), dtype=np.float32)
