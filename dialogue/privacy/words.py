"""Words of a text with their places and parts of speech: what Sudachi knows of names and places."""

from __future__ import annotations

import functools
import re
import threading
from dataclasses import dataclass
from typing import Final

from sudachipy import Dictionary, SplitMode

_LONGEST: Final = 4_000
_BREAK: Final = re.compile(rf"[^。\n]{{1,{_LONGEST}}}[。\n]*|[。\n]+")


@dataclass(frozen=True)
class Word:
    """`text[start:end]`, and its part of speech in Sudachi's four levels."""

    surface: str
    start: int
    end: int
    pos: tuple[str, ...]

    @property
    def person(self) -> bool:
        """A name of a person by the dictionary."""
        return self.pos[:3] == ("名詞", "固有名詞", "人名")

    @property
    def surname(self) -> bool:
        """A surname by the dictionary."""
        return self.person and self.pos[3] == "姓"

    @property
    def place(self) -> bool:
        """A name of a place by the dictionary."""
        return self.pos[:3] == ("名詞", "固有名詞", "地名")

    @property
    def number(self) -> bool:
        """A number, in figures or kanji."""
        return self.pos[:2] == ("名詞", "数詞")

    @property
    def noun(self) -> bool:
        """Any noun, prefix or suffix of nouns."""
        return self.pos[0] in ("名詞", "接頭辞", "接尾辞", "代名詞")


class Words:
    """Splits texts into words. Sudachi's tokenizer is not thread-safe, so this holds a lock; one serves all threads."""

    def __init__(self) -> None:
        self._dictionary = Dictionary(dict="core")
        self._tokenizer = self._dictionary.tokenizer(mode=SplitMode.C)
        self._lock = threading.Lock()

    def of(self, text: str) -> list[Word]:
        """The words of `text`, in order."""
        words: list[Word] = []
        for part in _BREAK.finditer(text):
            with self._lock:
                words += [
                    Word(m.surface(), part.start() + m.begin(), part.start() + m.end(), tuple(m.part_of_speech()[:4]))
                    for m in self._tokenizer.tokenize(part[0])
                    if m.end() > m.begin()
                ]
        return words

    def may_be_surname(self, surface: str) -> bool:
        """Whether the dictionary has `surface` as a surname too (森 is a wood and a family)."""
        with self._lock:
            return any(m.part_of_speech()[2:4] == ("人名", "姓") for m in self._dictionary.lookup(surface))


@functools.cache
def shared_words() -> Words:
    """The words reader that all of the process share: its dictionary takes some 100 MB."""
    return Words()
