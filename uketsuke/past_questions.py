"""What callers asked in the last days: each question once, with how often it was asked and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dashboard.improve.asked import mask_of, questions_of
from dashboard.transcript import LineMask
from dialogue.normalize import strip_fillers
from records.asked import AskedRepository
from records.clock import utc_now

MOST_CALLS: Final = 5_000
MOST_QUESTIONS: Final = 500
_LINKS: Final = 5
_SHORTEST: Final = 3


@dataclass(frozen=True)
class TurnLink:
    """The turn of a call."""

    call_id: str
    turn: int


@dataclass(frozen=True)
class PastQuestion:
    """A question. `asked` is how it was understood (it may hold what is personal), `shown` the words, covered."""

    key: str
    asked: str
    shown: str
    count: int
    links: tuple[TurnLink, ...]


@dataclass(frozen=True)
class PastQuestions:
    """The most asked first, and how many calls were read for them."""

    questions: tuple[PastQuestion, ...]
    calls: int


async def past_questions(
    asked: AskedRepository, mask: LineMask, days: int, calls: int = MOST_CALLS, most: int = MOST_QUESTIONS
) -> PastQuestions:
    """The questions of the last `days`, out of at most so many calls, the newest; questions that are one are joined."""
    found: dict[str, PastQuestion] = {}
    read = 0
    async for call in asked.calls(utc_now() - timedelta(days=days), calls):
        read += 1
        for heard, understood in questions_of(call):
            plain = strip_fillers(understood)
            if len(plain) < _SHORTEST:
                continue
            key = hashlib.sha256(plain.encode()).hexdigest()[:16]
            link = TurnLink(call.id, heard.index)
            known = found.get(key)
            if known is None:
                shown = mask_of(call, mask).text(heard.text, heard.personal or None)
                found[key] = PastQuestion(key, understood, shown, 1, (link,))
            else:
                links = known.links if len(known.links) >= _LINKS else (*known.links, link)
                found[key] = PastQuestion(key, known.asked, known.shown, known.count + 1, links)
    ranked = sorted(found.values(), key=lambda question: -question.count)
    return PastQuestions(tuple(ranked[:most]), read)
