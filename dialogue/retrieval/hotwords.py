"""The FAQ's own terms, for the recogniser."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.faq.entry import FaqBook
from dialogue.normalize import normalize

_OWN_ENTRY = 0.5


def hotwords(book: FaqBook) -> list[tuple[str, str, float]]:
    """(surface, reading, weight) of every vocabulary term, the most widely asked for first.

    The weight, in (0, 1], grows with the number of entries and question variants that say the term: 1.0 is the most
    common. So 解約 and 請求 come before the name of one option.
    """
    asked = [[normalize(text) for text in (*entry.questions, entry.title)] for entry in book.entries]
    readings: dict[str, str] = {}
    listed: dict[str, int] = {}
    for entry in book.entries:
        for term in entry.vocabulary:
            readings.setdefault(term.surface, term.reading)
            listed[term.surface] = listed.get(term.surface, 0) + 1
    use = {surface: _OWN_ENTRY * count + _use(normalize(surface), asked) for surface, count in listed.items()}
    most = max(use.values(), default=1.0)
    ordered = sorted(use, key=lambda surface: -use[surface])
    return [(surface, readings[surface], round(use[surface] / most, 4)) for surface in ordered]


def _use(term: str, asked: Sequence[Sequence[str]]) -> float:
    """In how many entries, plus in how many variants, the term is said."""
    said = [sum(term in text for text in texts) for texts in asked]
    return float(sum(said) + sum(1 for count in said if count))
