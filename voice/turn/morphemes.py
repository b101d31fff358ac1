"""Japanese morphemes for the turn-taking rules: SudachiPy behind a lock, because its tokenizer is not thread-safe."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

from sudachipy import Dictionary, SplitMode


@dataclass(frozen=True)
class Morpheme:
    """One word: how it is written and its part of speech, joined by hyphens, for example `助詞-格助詞`."""

    surface: str
    pos: str


class Morphemes:
    """Splits text into morphemes (Sudachi mode C). Thread-safe; a short sentence takes about 0.1 ms."""

    def __init__(self) -> None:
        self._tokenizer = Dictionary(dict="core").tokenizer(mode=SplitMode.C)
        self._lock = threading.Lock()

    def read(self, text: str) -> tuple[Morpheme, ...]:
        """The morphemes of `text` in order; white space is dropped."""
        with self._lock:
            return tuple(
                Morpheme(m.surface(), "-".join(part for part in m.part_of_speech() if part != "*"))
                for m in self._tokenizer.tokenize(text)
                if m.surface().strip()
            )


@cache
def shared_morphemes() -> Morphemes:
    """The process's one reader: the dictionary takes 70 MB, and reading is short enough to share it."""
    return Morphemes()
