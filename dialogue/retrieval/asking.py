"""Questions to fit on, asked of indexes that lack them: left out, misheard, and of other matters."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.background import BACKGROUND
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.fusion import Signals
from dialogue.retrieval.noise import misheard
from dialogue.retrieval.retriever import Retriever
from dialogue.retrieval.squad import Question

_MISHEARD_SHARE = 0.5
_UNRELATED_SHARE = 3.0
_SPARSE_ASKED = 3
_CONSIDERED = 80


@dataclass(frozen=True)
class Asked:
    """One query's signals and the place of the entry meant (None: of none). `group` tells the halves of a fit apart."""

    kind: str
    signals: Signals
    meant: int | None
    group: int
    share: float = 1.0


class Asking:
    """Asks what a fit needs of indexes over one book, over the embedder and reader given."""

    def __init__(self, book: FaqBook, embedder: Embedder, reader: Reader) -> None:
        self._book, self._embedder, self._reader = book, embedder, reader

    def left_out(self, folds: int, rng: random.Random) -> Iterator[Asked]:
        """Each wording, clean and misheard, and each background sentence, of an index that lacks it."""
        for fold in range(folds):
            entries = tuple(_without(entry, fold, folds) for entry in self._book.entries)
            yield from self._fold(entries, fold, folds, rng)

    def of_few(self, rng: random.Random) -> Iterator[Asked]:
        """Wordings asked of a book that knows a single other one of each entry."""
        folds = 3
        for fold in range(folds):
            kept = [rng.choice(entry.questions) for entry in self._book.entries]
            entries = tuple(
                e.model_copy(update={"questions": (q,)}) for e, q in zip(self._book.entries, kept, strict=True)
            )
            index = self._index(entries, fold, folds)
            for place, (entry, known) in enumerate(zip(self._book.entries, kept, strict=True)):
                others = [question for question in entry.questions if question != known]
                for question in rng.sample(others, min(_SPARSE_ASKED, len(others))):
                    yield self._asked("few", index, question, place, place)
            yield from self._unrelated(index, fold, folds)

    def of_whole(self, kind: str, meant: Mapping[str, Sequence[str]], nothing: Sequence[str]) -> Iterator[Asked]:
        """Questions that stand in no book: of entries by id, and of none."""
        index = Retriever(self._book, self._embedder, self._reader)
        places = {entry.id: place for place, entry in enumerate(self._book.entries)}
        for entry_id, questions in meant.items():
            for question in questions:
                yield self._asked(kind, index, question, places[entry_id], places[entry_id])
        for number, text in enumerate(nothing):
            yield replace(self._asked(f"{kind}_other", index, text, None, number), share=_UNRELATED_SHARE)

    def of_paragraphs(self, questions: Sequence[Question]) -> Iterator[Asked]:
        """Questions on paragraphs, asked of the book of them."""
        index = Retriever(self._book, self._embedder, self._reader)
        for question in questions:
            yield self._asked("paragraphs", index, question.text, question.paragraph, question.paragraph // 2)

    def _fold(self, entries: tuple[FaqEntry, ...], fold: int, folds: int, rng: random.Random) -> Iterator[Asked]:
        index = self._index(entries, fold, folds)
        for place, entry in enumerate(self._book.entries):
            if len(entry.questions) > 1:
                for question in entry.questions[fold::folds]:
                    yield self._asked("clean", index, question, place, place)
                    noisy = misheard(strip_fillers(question), self._reader, rng)
                    yield replace(self._asked("misheard", index, noisy, place, place), share=_MISHEARD_SHARE)
        yield from self._unrelated(index, fold, folds)

    def _index(self, entries: tuple[FaqEntry, ...], fold: int, folds: int) -> Retriever:
        known = [text for number, text in enumerate(BACKGROUND) if number % folds != fold]
        return Retriever(FaqBook(entries=entries), self._embedder, self._reader, background=known)

    def _unrelated(self, index: Retriever, fold: int, folds: int) -> Iterator[Asked]:
        for number, text in enumerate(BACKGROUND[fold::folds]):
            yield replace(self._asked("unrelated", index, text, None, number), share=_UNRELATED_SHARE)

    def _asked(self, kind: str, index: Retriever, text: str, meant: int | None, group: int) -> Asked:
        signals = index.signals([strip_fillers(text)])
        kept = _likely(signals, meant)
        place = None if meant is None else int(np.flatnonzero(kept == meant)[0])
        return Asked(kind, Signals(signals.entries[kept], signals.none), place, group % 2)


def _likely(signals: Signals, meant: int | None) -> NDArray[np.int64]:
    """The places of the likeliest entries, and of the one meant: the others have no part in a fit."""
    table = signals.entries / np.maximum(signals.entries.std(axis=0), 1e-6)
    kept = np.argsort(-table.sum(axis=1), kind="stable")[:_CONSIDERED]
    return kept if meant is None or meant in kept else np.append(kept[:-1], meant)


def _without(entry: FaqEntry, fold: int, folds: int) -> FaqEntry:
    left = tuple(question for place, question in enumerate(entry.questions) if place % folds != fold)
    return entry.model_copy(update={"questions": left}) if left else entry
