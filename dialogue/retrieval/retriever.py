"""From what was heard to the entries it may be about, with scores that can be read as probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.embedder import Embedder, Vectors
from dialogue.retrieval.fusion import SIGNALS, Fusion
from dialogue.retrieval.homophones import Homophones
from dialogue.retrieval.kana import KanaIndex
from dialogue.retrieval.lexical import LexicalIndex

Matrix = NDArray[np.float32]

_MAX_ALTERNATIVES = 2
# What only a further hypothesis of the recogniser supports counts half.
_ALTERNATIVE_WEIGHT = 0.5
_NEAREST = 3


class Retriever:
    """An index of one book; immutable, thread-safe, blocking (run it off the event loop). Publishing builds a new one.

    Indexed are each entry's question variants, title, vocabulary, spoken answer and the operators' notes.
    """

    def __init__(self, book: FaqBook, embedder: Embedder, reader: Reader, fusion: Fusion | None = None) -> None:
        self._book = book
        self._embedder = embedder
        self._fusion = fusion or Fusion()
        questions = [_questions(entry) for entry in book.entries]
        answers = [_answers(entry) for entry in book.entries]
        self._texts = [text for asked, said in zip(questions, answers, strict=True) for text in (*asked, *said)]
        self._owners = _repeat([len(q) + len(a) for q, a in zip(questions, answers, strict=True)])
        self._asked = np.array(
            [n < len(q) for q, a in zip(questions, answers, strict=True) for n in range(len(q) + len(a))], dtype=bool
        )
        if not book.entries:
            return
        self._lexical = LexicalIndex(["。".join((*q, *a)) for q, a in zip(questions, answers, strict=True)], reader)
        heard = [[*q, *(t.surface for t in e.vocabulary)] for q, e in zip(questions, book.entries, strict=True)]
        self._kana = KanaIndex(heard, reader)
        terms = ((term.surface, term.reading) for entry in book.entries for term in entry.vocabulary)
        self._homophones = Homophones(terms, reader)
        vectors = embedder.passages(self._texts)
        self._mean = vectors.mean(axis=0)
        self._vectors = self._centred(vectors)

    @property
    def book(self) -> FaqBook:
        """What is searched."""
        return self._book

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """The likeliest entries for `text`, best first; recognition `alternatives` may add to an entry's signals.

        Empty when there is nothing to look for or to find.
        """
        query = strip_fillers(text)
        if not query or not self._book.entries:
            return []
        others = [other for other in map(strip_fillers, alternatives) if other and other != query]
        signals, likeness = self.signals([query, *others[:_MAX_ALTERNATIVES]])
        repaired = self._homophones.repaired(query)
        if repaired != query:
            mended, _ = self.signals([repaired])
            signals = np.maximum(signals, mended)
        scores = self._fusion.scores(signals)
        order = np.argsort(-scores, kind="stable")[:top]
        return [self._candidate(int(place), float(scores[place]), signals[place], likeness) for place in order]

    def signals(self, queries: Sequence[str]) -> tuple[Matrix, Matrix]:
        """The `SIGNALS` of every entry, shape (entries, signals), and the likeness of every text to the first query."""
        vectors = self._centred(self._embedder.queries(queries))
        found = [self._signals(query, self._vectors @ row) for query, row in zip(queries, vectors, strict=True)]
        raised = found[0]
        for other in found[1:]:
            raised = np.maximum(raised, (1 - _ALTERNATIVE_WEIGHT) * found[0] + _ALTERNATIVE_WEIGHT * other)
        return raised, self._vectors @ vectors[0]

    def _signals(self, query: str, likeness: Matrix) -> Matrix:
        entries = len(self._book.entries)
        signals = np.zeros((entries, len(SIGNALS)), dtype=np.float32)
        signals[:, 0] = self._lexical.scores(query)
        signals[:, 1] = self._kana.scores(query)
        for column, kind in ((2, self._asked), (3, ~self._asked)):
            best = np.full(entries, -1.0, dtype=np.float32)
            np.maximum.at(best, self._owners[kind], likeness[kind])
            signals[:, column] = best
        signals[:, 4] = self._nearest(likeness)
        return signals

    def _nearest(self, likeness: Matrix) -> Matrix:
        """Mean of the three greatest likenesses of each entry (of all, where there are fewer)."""
        order = np.lexsort((-likeness, self._owners))
        owners = self._owners[order]
        rank = np.arange(len(owners)) - np.searchsorted(owners, owners)
        kept = rank < _NEAREST
        entries = len(self._book.entries)
        total = np.bincount(owners[kept], weights=likeness[order][kept], minlength=entries)
        return (total / np.bincount(owners[kept], minlength=entries)).astype(np.float32)

    def _centred(self, vectors: Vectors) -> Vectors:
        """e5's vectors all point much the same way; what tells texts apart is how they differ from the mean."""
        moved = vectors - self._mean
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.where(lengths > 1e-6, lengths, 1.0), dtype=np.float32)

    def _candidate(self, place: int, score: float, signals: Matrix, likeness: Matrix) -> Candidate:
        entry = self._book.entries[place]
        own = np.flatnonzero((self._owners == place) & self._asked)
        matched = self._texts[int(own[np.argmax(likeness[own])])]
        lexical, kana, semantic = (round(min(1.0, max(0.0, float(signals[column]))), 4) for column in (0, 1, 2))
        return Candidate(entry.id, entry.version, entry.title, round(score, 4), lexical, semantic, kana, matched)


def _questions(entry: FaqEntry) -> list[str]:
    return list(dict.fromkeys(strip_fillers(text) for text in (*entry.questions, entry.title)))


def _answers(entry: FaqEntry) -> list[str]:
    words = " ".join((entry.title, *(term.surface for term in entry.vocabulary)))
    return [text for text in dict.fromkeys((words, entry.spoken, entry.long)) if text]


def _repeat(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(counts), dtype=np.int64), counts)
