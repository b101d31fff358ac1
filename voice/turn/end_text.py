"""What the last words of a text look like to the end-of-turn model: names that weights can be learnt for.

`endings.py` knows the rules of polite telephone Japanese; these features know how sentences and their halves
really end, also in the misspellings of a small recogniser: last characters, last morphemes with their parts of speech,
and how many predicates have been said.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from voice.turn.endings import EndingReader
from voice.turn.expectation import Expectation
from voice.turn.morphemes import Morpheme, Morphemes, shared_morphemes

_LAST_CHARACTERS: Final = 40
_MARKS: Final = "。．.、，,!?… "
_PREDICATES: Final = ("動詞", "形容詞", "助動詞")


class TextFeatures:
    """Names the features of a text's end. Thread-safe; about 0.2 ms."""

    def __init__(self, morphemes: Morphemes | None = None) -> None:
        self._morphemes = morphemes or shared_morphemes()
        self._reader = EndingReader(self._morphemes)

    def of(self, text: str) -> tuple[str, ...]:
        """The features of `text`, each counting once; punctuation does not count."""
        bare = unicodedata.normalize("NFKC", text).strip().rstrip(_MARKS)[-_LAST_CHARACTERS:]
        words = self._morphemes.read(bare)
        if not words:
            return ("none",)
        last = words[-1]
        predicates = sum(word.pos.startswith(_PREDICATES) for word in words)
        view = self._reader.read(bare, Expectation.FREE)
        found = [
            f"c1:{bare[-1]}",
            f"c2:{bare[-2:]}",
            f"s:{last.surface}",
            f"p:{last.pos}",
            f"g:{_coarse(last)}",
            f"e:{view.ending.value}",
            f"r:{view.rule.rstrip('0123456789')}",
            f"n:{min(predicates, 4)}",
        ]
        if len(words) > 1:
            before = words[-2]
            found += [
                f"gg:{_coarse(before)}|{_coarse(last)}",
                f"ss:{before.surface}|{last.surface}",
                f"gs:{_coarse(before)}|{last.surface}",
            ]
        return tuple(dict.fromkeys(found))


def _coarse(word: Morpheme) -> str:
    return "-".join(word.pos.split("-")[:2])
