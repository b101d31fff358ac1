"""From what was heard to the entries it may be about, with scores that can be read as probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.background import BACKGROUND
from dialogue.retrieval.embedder import Embedder, EmbedderError
from dialogue.retrieval.fusion import LEARNT, PLAIN, SIGNALS, Fusion, Signals
from dialogue.retrieval.homophones import Homophones
from dialogue.retrieval.learnt import Classifier, can_be_learnt, combined
from dialogue.retrieval.meaning import Meaning
from dialogue.retrieval.postings import Postings
from dialogue.retrieval.prepared import Features, Prepared, Workshop

Row = NDArray[np.float32]

_MAX_ALTERNATIVES = 2
# What only a further hypothesis of the recogniser supports counts half.
_ALTERNATIVE_WEIGHT = 0.5
_SATURATION, _LENGTH = 0.6, 0.3
# By how much nearer to a negative than to a wording the odds of an entry fall to a third.
_DENIAL = 0.05
# Words and sounds alone may ask whether an entry is meant; they do not answer.
_WITHOUT_MEANING = 0.5
# A wording that a person has written for one entry, and for no other, is that entry's.
_WORD_FOR_WORD = 0.97


class Retriever:
    """An index of one book; immutable, thread-safe, blocking (run it off the event loop). Publishing builds a new one.

    Indexed are each entry's question variants, title, vocabulary, spoken answer, the operators' notes and the
    negatives. `background` are sentences that are no entry's matter. A book with enough wordings gets a classifier of
    its own. `workshop` keeps what another book's retriever has prepared.
    """

    def __init__(
        self,
        book: FaqBook,
        embedder: Embedder,
        reader: Reader,
        fusion: Fusion | None = None,
        background: Sequence[str] = BACKGROUND,
        workshop: Workshop | None = None,
    ) -> None:
        self._book = book
        self._workshop = workshop or Workshop(embedder, reader)
        if not book.entries:
            return
        entries = self._workshop.prepare(book.entries)
        self._texts = [one.texts for one in entries]
        self._wordings = _wordings(book)
        self._words = Postings([one.words for one in entries], _SATURATION, _LENGTH)
        self._sounds = Postings([one.heard for one in entries])
        terms = ((term.surface, term.reading) for entry in book.entries for term in entry.vocabulary)
        self._homophones = Homophones(terms, reader)
        other = [strip_fillers(text) for text in background]
        self._meaning = Meaning(entries, self._workshop.background(other))
        self._classifier = self._learn(entries, other)
        self._fusion = fusion or (LEARNT if self._classifier else PLAIN)

    @property
    def book(self) -> FaqBook:
        """What is searched."""
        return self._book

    @property
    def has_learnt(self) -> bool:
        """Whether the book had enough wordings for a classifier of its own."""
        return bool(self._book.entries) and self._classifier is not None

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """The likeliest entries for `text`, best first; recognition `alternatives` may add to an entry's signals.

        Empty when there is nothing to look for or to find. Without an embedder's answer only words and sounds count,
        and all scores are halved.
        """
        query = strip_fillers(text)
        if not query or not self._book.entries:
            return []
        others = [other for other in map(strip_fillers, alternatives) if other and other != query]
        signals = self.signals([query, *others[:_MAX_ALTERNATIVES]])
        repaired = self._homophones.repaired(query)
        if repaired != query:
            signals = Signals(np.maximum(signals.entries, self.signals([repaired]).entries), signals.none)
        row = self._row(query)
        scores = self._fusion.scores(signals) * self._allowed(row, signals)
        if not row.any():
            scores = scores * _WITHOUT_MEANING
        asked = self._wordings.get(query)
        if asked is not None:
            scores[asked] = max(scores[asked], _WORD_FOR_WORD)
        order = np.argsort(-scores, kind="stable")[:top]
        likeness = self._meaning.likeness(row)
        return [self._candidate(int(place), float(scores[place]), signals, likeness) for place in order]

    def signals(self, queries: Sequence[str]) -> Signals:
        """What is known of the first of the queries, the others being further hypotheses of it."""
        found = [self._signals(query) for query in queries]
        raised = found[0].entries
        for other in found[1:]:
            half = (1 - _ALTERNATIVE_WEIGHT) * found[0].entries + _ALTERNATIVE_WEIGHT * other.entries
            raised = np.maximum(raised, half)
        return Signals(raised, found[0].none)

    def _signals(self, query: str) -> Signals:
        features = self._workshop.query(query)
        row = self._row(query)
        likeness = self._meaning.likeness(row)
        signals = np.zeros((len(self._book.entries), len(SIGNALS)), dtype=np.float32)
        signals[:, 0] = self._words.scores(features.words)
        signals[:, 1] = self._sounds.scores(features.sounds)
        signals[:, 2] = self._meaning.nearest_question(likeness)
        signals[:, 3] = self._meaning.nearest_answer(likeness)
        signals[:, 4] = self._meaning.nearest_texts(likeness)
        signals[:, 5] = self._meaning.centre(row)
        near = float((self._meaning.background @ row).max(initial=0.0))
        none = 0.0
        if self._classifier is not None:
            said = self._classifier.scores(self._combined(row[None], [features])[0])
            signals[:, 6] = said[:-1]
            none = float(said[-1])
        return Signals(signals, np.array([near, none, self._words.strange(features.words)], dtype=np.float32))

    def _row(self, query: str) -> Row:
        try:
            return np.asarray(self._meaning.query(self._workshop.embedder.queries([query]))[0])
        except EmbedderError:
            return np.zeros(self._meaning.rows.shape[1], dtype=np.float32)

    def _combined(self, meaning: Row, features: Sequence[Features]) -> Row:
        return combined(meaning, features, self._words, self._sounds)

    def _learn(self, entries: Sequence[Prepared], other: Sequence[str]) -> Classifier | None:
        count = len(entries)
        if not can_be_learnt(len(self._meaning.rows), count):
            return None
        rows = self._combined(self._meaning.rows, [one for entry in entries for one in entry.features])
        strange = self._combined(self._meaning.background, [self._workshop.query(text) for text in other])
        classes = np.concatenate([self._meaning.owners, np.full(len(strange), count)])
        denied = self._combined(self._meaning.denied, [one for entry in entries for one in entry.denied])
        owners = self._meaning.denied_owners
        learner = self._workshop.learner
        return learner.classifier(np.concatenate([rows, strange]), classes, count + 1, denied, owners)

    def _allowed(self, row: Row, signals: Signals) -> Row:
        """Below one for entries whose negatives are nearer to the query than their wordings are."""
        nearer = np.maximum(0.0, self._meaning.nearest_negative(row) - signals.entries[:, 2])
        return np.asarray(2.0 / (1.0 + np.exp(np.minimum(nearer / _DENIAL, 40.0))))

    def _candidate(self, place: int, score: float, signals: Signals, likeness: Row) -> Candidate:
        entry = self._book.entries[place]
        matched = self._texts[place][self._meaning.matched(place, likeness)]
        lexical, kana, semantic = (round(min(1.0, max(0.0, float(signals.entries[place, n]))), 4) for n in (0, 1, 2))
        return Candidate(entry.id, entry.version, entry.title, round(score, 4), lexical, semantic, kana, matched)


def _wordings(book: FaqBook) -> dict[str, int]:
    """The place of the one entry that each wording belongs to; wordings of several entries are left out."""
    owners: dict[str, set[int]] = {}
    for place, entry in enumerate(book.entries):
        for question in entry.questions:
            owners.setdefault(strip_fillers(question), set()).add(place)
    return {wording: next(iter(places)) for wording, places in owners.items() if len(places) == 1}
