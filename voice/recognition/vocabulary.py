"""The words a company wants to be heard rightly, as hotwords for the recogniser."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

PROMPT_TOKENS: Final = 100
"""How much of the decoder's prompt hotwords may take: about 20 terms, 20 ms more for each utterance on a CPU."""

_SHORTEST: Final = 2


@dataclass(frozen=True)
class Term:
    """A word as it is recognised and read (hiragana or katakana); a greater `weight` is more useful.

    `display` is how it is to be written when that is another spelling (エムエヌピー: MNP).
    """

    surface: str
    reading: str = ""
    weight: float = 1.0
    display: str = ""

    @property
    def written(self) -> str:
        """The display form: the surface itself when no other was given."""
        return self.display or self.surface


class HotwordList:
    """Terms without duplicates, most useful first.

    Terms of equal weight stay in the order given. A surface given twice keeps its greatest weight. Single
    characters are left out: they favour themselves everywhere.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        best: dict[str, Term] = {}
        for term in terms:
            surface = unicodedata.normalize("NFKC", term.surface).strip()
            if len(surface) < _SHORTEST:
                continue
            known = best.get(surface, Term(surface, weight=term.weight))
            heavy, light = (term, known) if term.weight > known.weight else (known, term)
            best[surface] = Term(surface, heavy.reading or light.reading, heavy.weight, heavy.display or light.display)
        self._terms = tuple(sorted(best.values(), key=lambda term: -term.weight))

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, most useful first."""
        return self._terms

    def hotwords(self, tokens_of: Callable[[str], int], budget: int = PROMPT_TOKENS) -> tuple[str, ...]:
        """The surfaces that fit into `budget` tokens, most useful first.

        `tokens_of` counts a text's tokens: `WhisperRecognizer.tokens_of`. A term that does not fit is passed over
        for shorter ones; a term that already stands inside a chosen one is not given twice.
        """
        chosen: list[str] = []
        left = budget
        for term in self._terms:
            if any(term.surface in other for other in chosen):
                continue
            cost = tokens_of(f"、{term.surface}")
            if cost <= left:
                chosen.append(term.surface)
                left -= cost
        return tuple(chosen)
