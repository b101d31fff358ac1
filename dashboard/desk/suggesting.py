"""What an operator might answer: the telephone's own index, with what only operators may see."""

from __future__ import annotations

from typing import Any, Final

from dashboard.faq_search import Found, Search
from dialogue.faq.entry import Audience
from telephony.events import EventKind
from telephony.live import LiveCall

TOP: Final = 5
AT_LEAST: Final = 0.7
"""The default limit: scores read as probabilities, and a wrong suggestion costs more attention than none."""
LONGEST: Final = 200


class Suggester:
    """Finds entries for words; only those that reach `at_least`, unless a lower limit is asked for."""

    def __init__(self, search: Search, at_least: float = AT_LEAST) -> None:
        self._search = search
        self.at_least = at_least

    async def of(self, text: str, at_least: float | None = None) -> list[dict[str, Any]]:
        """Suggestions for `text`, best first, as plain data."""
        words = text.strip()[:LONGEST]
        if not words:
            return []
        limit = self.at_least if at_least is None else at_least
        found = await self._search(words, Audience.OPERATOR, TOP)
        return [_told(each) for each in found if each.candidate.score >= limit]


def last_words(call: LiveCall) -> tuple[int, str]:
    """What the caller said last, with the number of its turn; (0, "") before they said anything."""
    for event in reversed(call.events):
        text = str(event.data.get("text") or "") if event.kind is EventKind.HEARD else ""
        if text:
            return int(event.data.get("turn") or 0), text
    return 0, ""


def _told(found: Found) -> dict[str, Any]:
    entry, fit = found.entry, found.candidate
    return {
        "entry_id": entry.id,
        "version": entry.version,
        "title": entry.title,
        "category": entry.category,
        "spoken": entry.spoken,
        "long": entry.long,
        "score": round(fit.score, 3),
        "matched": fit.matched,
        "operator_only": entry.audience is Audience.OPERATOR,
    }
