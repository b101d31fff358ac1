"""Matters of one kind: entries whose names differ in one part, and the words by which callers tell them apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from dialogue.contrast import differing, longest_run, sibling
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.normalize import normalize, strip_fillers
from dialogue.retrieval.lexical import content_words

_SURE: Final = 0.9
_HOW: Final = frozenset({"遣り方", "方法", "仕方", "手続き", "手続", "件"})
_SHORTEST_SHARE: Final = 3
_NAME: Final = re.compile(r"^(?:[ァ-ヴー]{3,}|[a-z]{2,})$")
_NOUNS: Final = (("名詞", "普通名詞"), ("名詞", "固有名詞"))
_MOST_KIN: Final = 3


class EntryWords:
    """The names of things in entries, kept from one book to the next: an edit costs what it changes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: dict[FaqEntry, frozenset[str]] = {}

    def of_book(self, book: FaqBook) -> frozenset[str]:
        """Every name that stands anywhere in the book. Blocking for what is new in it."""
        self._kept = {entry: self._kept.get(entry) or self._of(entry) for entry in book.entries}
        return frozenset().union(*self._kept.values())

    def read_again(self, touched: Callable[[str], bool]) -> None:
        """The reader knows other words: entries with a `touched` text are read anew in the next book."""
        self._kept = {entry: names for entry, names in self._kept.items() if not any(map(touched, _texts(entry)))}

    def names(self, text: str) -> list[str]:
        """The nouns of `text` that are written in katakana or Latin letters, as things and makes are."""
        tokens = self._reader.tokens(strip_fillers(text))
        return [t.normalized for t in tokens if t.pos[:2] in _NOUNS and _NAME.match(t.surface)]

    def _of(self, entry: FaqEntry) -> frozenset[str]:
        return frozenset(name for text in _texts(entry) for name in self.names(text))


def _texts(entry: FaqEntry) -> tuple[str, ...]:
    terms = (term.surface for term in entry.vocabulary)
    return entry.title, entry.category, *entry.questions, entry.spoken, entry.long, *terms


class Kinship:
    """The kin of a book's entries. It remembers the words that it has cut; for one thread at a time."""

    def __init__(self, book: FaqBook, reader: Reader, words: EntryWords | None = None) -> None:
        self._book = {entry.id: entry for entry in book.entries}
        self._reader = reader
        self._entry_words = words or EntryWords(reader)
        self._names = self._entry_words.of_book(book)
        self._words: dict[str, frozenset[str]] = {}
        by_end: dict[str, list[str]] = defaultdict(list)
        for entry in book.entries:
            by_end[entry.title[-1:]].append(entry.id)
        self._by_end = by_end

    def kin_of(self, entry_id: str) -> tuple[str, ...]:
        """Entries whose titles differ from that one's in one part, in the order of the book, itself left out."""
        entry = self._book.get(entry_id)
        if entry is None:
            return ()
        return tuple(
            other
            for other in self._by_end[entry.title[-1:]]
            if other != entry_id and differing((entry.title, self._book[other].title)) is not None
        )

    def named(self, entry_id: str, name: str) -> str | None:
        """The one kin of `entry_id` that has in its name what the caller named instead."""
        entry, kin = self._book.get(entry_id), self.kin_of(entry_id)
        if entry is None or not kin:
            return None
        place = sibling(entry.title, name, [self._book[other].title for other in kin])
        return None if place is None else kin[place]

    def undecided(self, text: str, found: Sequence[tuple[str, float]]) -> tuple[str, ...]:
        """The kin between which `text` does not decide; empty where it does, or where no kin are near.

        `found` are candidates (id, score), best first. It decides by any word that only one of the kin is asked with.
        A text of one word leaves it open even where another entry leads by a little.
        """
        words = [word for word in self._content(text) if word not in _HOW]
        if not words or not found:
            return ()
        ids = [entry_id for entry_id, _ in found]
        leaders = ids[:1] if len(words) > 1 or found[0][1] >= _SURE else ids
        for leader in leaders:
            kin = [leader, *(other for other in self.kin_of(leader) if other in ids)][:_MOST_KIN]
            if len(kin) > 1 and self._leave_open(words, text, kin):
                return tuple(sorted(kin, key=list(self._book).index))
        return ()

    def _leave_open(self, words: Sequence[str], text: str, kin: Sequence[str]) -> bool:
        """The kin's common name has a word of the caller's, and none of the words or runs of signs is one kin's own."""
        titles = [self._book[entry_id].title for entry_id in kin]
        named = set.intersection(*(set(self._content(title)) for title in titles))
        own = [self._asked_with(entry_id) for entry_id in kin]
        decided = any(not all(word in each for each in own) for word in words)
        return bool(named & set(words)) and not decided and _nearest_name(text, titles) is None

    def strange(self, text: str) -> tuple[str, ...]:
        """The names in `text` that stand nowhere in the book: it may be about something else."""
        return tuple(name for name in self._entry_words.names(text) if name not in self._names)

    def named_in(self, text: str, options: Sequence[str]) -> int | None:
        """Which of `options` is named in `text` by the part in which their titles differ."""
        return _nearest_name(text, [self._book[entry_id].title for entry_id in options if entry_id in self._book])

    def told(self, text: str, options: Sequence[str]) -> int | None:
        """Which of `options` the words of `text` belong to and the others' do not; None when they tell nothing."""
        words = self._content(text)
        own = [self._asked_with(entry_id) for entry_id in options]
        hits = [
            sum(word in each and not any(word in other for other in own if other is not each) for word in words)
            for each in own
        ]
        best = max(hits, default=0)
        if best and hits.count(best) == 1:
            return hits.index(best)
        return self.named_in(text, options)

    def _asked_with(self, entry_id: str) -> frozenset[str]:
        if entry_id not in self._words:
            entry = self._book.get(entry_id)
            self._words[entry_id] = frozenset() if entry is None else self._words_of(entry)
        return self._words[entry_id]

    def _words_of(self, entry: FaqEntry) -> frozenset[str]:
        return frozenset(word for text in (entry.title, *entry.questions) for word in self._content(text))

    def _content(self, text: str) -> list[str]:
        return content_words(self._reader.tokens(strip_fillers(text)))


def _nearest_name(text: str, titles: Sequence[str]) -> int | None:
    """The title whose own part has the longest run of signs in common with `text`, of three signs at least."""
    apart = differing(titles) if len(titles) > 1 else None
    if apart is None:
        return None
    words = normalize(text)
    shares = [longest_run(normalize(part), words) for part in apart]
    best = max(shares)
    return shares.index(best) if best >= _SHORTEST_SHARE and shares.count(best) == 1 else None
