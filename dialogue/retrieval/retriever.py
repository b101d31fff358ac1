"""From what was heard to the entries it may be about, with scores that can be read as probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.fusion import Fusion, features
from dialogue.retrieval.kana import KanaIndex
from dialogue.retrieval.lexical import LexicalIndex

Matrix = NDArray[np.float32]

# e5's cosines crowd between these two: below, nothing in common; above, the same sentence.
_COSINE_FLOOR, _COSINE_CEILING = 0.78, 0.98
# A match in the answer's own words says less than one in a question's.
_SPOKEN_WEIGHT = 0.8
_ALTERNATIVE_WEIGHT = 0.95
_MAX_ALTERNATIVES = 2


@dataclass(frozen=True)
class _Document:
    entry: int
    text: str
    weight: float


class Retriever:
    """An index of one book; immutable, thread-safe, blocking (run it off the event loop). Publishing builds a new one.

    Indexed are each entry's question variants, title, vocabulary and, with less weight, the spoken answer.
    """

    def __init__(self, book: FaqBook, embedder: Embedder, reader: Reader, fusion: Fusion = Fusion()) -> None:  # noqa: B008
        self.book = book
        self._embedder = embedder
        self._fusion = fusion
        self._documents = [doc for index, entry in enumerate(book.entries) for doc in _documents(index, entry)]
        texts = [document.text for document in self._documents]
        self._weights = np.array([document.weight for document in self._documents], dtype=np.float32)
        self._owners = np.array([document.entry for document in self._documents], dtype=np.int64)
        if texts:
            self._lexical = LexicalIndex(texts, reader)
            self._kana = KanaIndex(texts, reader)
            self._vectors = embedder.passages(texts)

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """The likeliest entries for `text`, best first; recognition `alternatives` may add to an entry's scores."""
        query = strip_fillers(text)
        if not query or not self._documents:
            return []
        scores = self.document_scores([query, *map(strip_fillers, alternatives[:_MAX_ALTERNATIVES])])
        return self.rank(scores, top)

    def document_scores(self, queries: Sequence[str]) -> Matrix:
        """Lexical, semantic and kana score of every indexed text: shape (3, texts). The first query counts most."""
        vectors = self._embedder.queries(queries)
        best = np.zeros((3, len(self._documents)), dtype=np.float32)
        for index, (query, vector) in enumerate(zip(queries, vectors, strict=True)):
            cosine = (self._vectors @ vector - _COSINE_FLOOR) / (_COSINE_CEILING - _COSINE_FLOOR)
            found = np.stack([self._lexical.scores(query), np.clip(cosine, 0, 1), self._kana.scores(query)])
            best = np.maximum(best, found * (_ALTERNATIVE_WEIGHT if index else 1.0))
        return best * self._weights

    def rank(self, scores: Matrix, top: int) -> list[Candidate]:
        """Fuse document scores (see `document_scores`) into the best `top` entries."""
        entries = np.zeros((3, len(self.book.entries)), dtype=np.float32)
        for kind in range(3):
            np.maximum.at(entries[kind], self._owners, scores[kind])
        fused = self._fusion.scores(features(entries))
        order = np.argsort(-fused)[:top]
        return [self._candidate(int(index), float(fused[index]), entries[:, index], scores) for index in order]

    def texts_of(self, entry_id: str) -> list[int]:
        """Places (in `document_scores`) of that entry's indexed texts."""
        return [i for i, doc in enumerate(self._documents) if self.book.entries[doc.entry].id == entry_id]

    def _candidate(self, index: int, score: float, parts: Matrix, scores: Matrix) -> Candidate:
        entry = self.book.entries[index]
        own = np.flatnonzero(self._owners == index)
        matched = self._documents[int(own[np.argmax(scores[:, own].sum(axis=0))])].text
        lexical, semantic, kana = (round(float(part), 4) for part in parts)
        return Candidate(entry.id, entry.version, entry.title, round(score, 4), lexical, semantic, kana, matched)


def hotwords(book: FaqBook) -> list[tuple[str, str, float]]:
    """The FAQ's own terms for the recogniser: (surface, reading, weight), most important first.

    A term weighs more the more entries name it; 1.0 is the term that most entries share.
    """
    readings: dict[str, str] = {}
    counts: dict[str, int] = {}
    for entry in book.entries:
        for term in entry.vocabulary:
            readings.setdefault(term.surface, term.reading)
            counts[term.surface] = counts.get(term.surface, 0) + 1
    most = max(counts.values(), default=1)
    ordered = sorted(counts, key=lambda surface: -counts[surface])
    return [(surface, readings[surface], round(counts[surface] / most, 3)) for surface in ordered]


def _documents(index: int, entry: FaqEntry) -> list[_Document]:
    texts = dict.fromkeys([*(strip_fillers(question) for question in entry.questions), strip_fillers(entry.title)])
    documents = [_Document(index, text, 1.0) for text in texts]
    if entry.vocabulary:
        words = " ".join(term.surface for term in entry.vocabulary)
        documents.append(_Document(index, f"{strip_fillers(entry.title)} {words}", _SPOKEN_WEIGHT))
    documents.append(_Document(index, entry.spoken, _SPOKEN_WEIGHT))
    return documents
