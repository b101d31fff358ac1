"""An entry made ready to be searched, once for each wording: what an edit does not touch is used again."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.faq.entry import FaqEntry
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.embedder import Embedder, Vectors
from dialogue.retrieval.kana import groups
from dialogue.retrieval.learnt import Learner
from dialogue.retrieval.lexical import content_words
from dialogue.retrieval.postings import Held, Ids, Vocabulary

_FEW_WORDINGS = 2


@dataclass(frozen=True, eq=False)
class Features:
    """A text's words and groups of sounds as they occur: numbered, and hashed to 32 bits (words, then sounds)."""

    words: Ids
    sounds: Ids
    hashes: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """One entry's texts with their vectors, shape (texts, dimensions), and features.

    `asked` tells a wording of the question from another text (answer, notes, vocabulary). `heard` are the sounds of
    the questions and of the vocabulary, with few questions those of all texts. `negatives` are the vectors of the
    wordings that are not meant.
    """

    entry: FaqEntry
    texts: tuple[str, ...]
    asked: NDArray[np.bool_]
    vectors: Vectors
    negatives: Vectors
    features: tuple[Features, ...]
    denied: tuple[Features, ...]
    words: Held
    heard: Held


class Workshop:
    """Prepares entries and queries, and remembers the entries of the last book. Thread-safe; blocking."""

    def __init__(self, embedder: Embedder, reader: Reader) -> None:
        self.embedder = embedder
        self.reader = reader
        self.learner = Learner()
        self._words, self._sounds = Vocabulary(), Vocabulary()
        self._known: dict[FaqEntry, Prepared] = {}
        self._background: tuple[tuple[str, ...], Vectors] = ((), np.zeros((0, 0), dtype=np.float32))
        self._lock = threading.Lock()

    def prepare(self, entries: Sequence[FaqEntry]) -> list[Prepared]:
        """The entries, ready; those that were in the last book as they are now cost nothing."""
        with self._lock:
            new = [entry for entry in entries if entry not in self._known]
            made = dict(zip(new, self._make(new), strict=True))
            self._known = {entry: self._known.get(entry) or made[entry] for entry in entries}
            return list(self._known.values())

    def read_again(self, touched: Callable[[str], bool]) -> None:
        """Read anew what is remembered of entries with a `touched` text: the reader knows other words. Nothing is
        embedded again."""
        with self._lock:
            for entry, known in self._known.items():
                asked, said = _questions(entry), _answers(entry)
                terms = (term.surface for term in entry.vocabulary)
                if any(map(touched, (*asked, *said, *terms, *entry.negatives))):
                    self._known[entry] = self._ready(entry, asked, said, known.vectors, known.negatives)

    def background(self, texts: Sequence[str]) -> Vectors:
        """Vectors, as queries, of what is none of the entries'; kept for the next book."""
        with self._lock:
            if texts and self._background[0] != tuple(texts):
                self._background = (tuple(texts), self.embedder.queries(texts))
            return self._background[1] if texts else np.zeros((0, 0), dtype=np.float32)

    def query(self, text: str) -> Features:
        """The words and sounds of what is asked."""
        words, heard = self._read(text)
        return Features(self._words.known(words), self._sounds.known(heard), _hashes(words, heard))

    def _features(self, text: str) -> Features:
        words, heard = self._read(text)
        return Features(self._words.learnt(words), self._sounds.learnt(heard), _hashes(words, heard))

    def _read(self, text: str) -> tuple[list[str], list[str]]:
        tokens = self.reader.tokens(text)
        return content_words(tokens), groups("".join(token.reading for token in tokens))

    def _make(self, entries: Sequence[FaqEntry]) -> Iterable[Prepared]:
        texts = [(_questions(entry), _answers(entry)) for entry in entries]
        everything = [text for asked, said in texts for text in (*asked, *said)]
        vectors = self.embedder.passages(everything) if everything else np.zeros((0, 0), dtype=np.float32)
        at = 0
        for entry, (asked, said) in zip(entries, texts, strict=True):
            count = len(asked) + len(said)
            denied = [strip_fillers(text) for text in entry.negatives]
            negatives = self.embedder.passages(denied) if denied else vectors[:0]
            yield self._ready(entry, asked, said, vectors[at : at + count], negatives)
            at += count

    def _ready(
        self, entry: FaqEntry, asked: list[str], said: list[str], vectors: Vectors, negatives: Vectors
    ) -> Prepared:
        features = tuple(self._features(text) for text in (*asked, *said))
        terms = [self._features(term.surface).sounds for term in entry.vocabulary]
        spoken = features if len(asked) <= _FEW_WORDINGS else features[: len(asked)]
        denied = [strip_fillers(text) for text in entry.negatives]
        return Prepared(
            entry=entry,
            texts=(*asked, *said),
            asked=np.arange(len(asked) + len(said)) < len(asked),
            vectors=vectors,
            negatives=negatives,
            features=features,
            denied=tuple(self._features(text) for text in denied),
            words=Held.of(_joined([one.words for one in features])),
            heard=Held.of(_joined([*(one.sounds for one in spoken), *terms])),
        )


def _questions(entry: FaqEntry) -> list[str]:
    return list(dict.fromkeys(strip_fillers(text) for text in (*entry.questions, entry.title)))


def _answers(entry: FaqEntry) -> list[str]:
    words = " ".join((entry.title, *(term.surface for term in entry.vocabulary)))
    return [text for text in dict.fromkeys((words, entry.spoken, entry.long)) if text]


def _joined(parts: Sequence[Ids]) -> Ids:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)


def _hashes(words: Sequence[str], heard: Sequence[str]) -> NDArray[np.int64]:
    marked = (*words, *(f"\0{group}" for group in heard))
    return np.array([zlib.crc32(one.encode("utf-8", "surrogatepass")) for one in marked], dtype=np.int64)
