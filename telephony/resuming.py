"""Where the agent goes on after it stopped for nothing: a cough, a door, a はい that was none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dialogue.state import Decision
from dialogue.turns import Reply
from telephony.call_types import TurnTrace
from telephony.playout import Played

CLAUSE_ENDS: Final = "、。！？"
SHORTEST_REST: Final = 4
"""A rest of fewer characters is no sentence to begin with: the one before it is said again with it."""


@dataclass(frozen=True)
class CutReply:
    """A reply that was stopped, and what of it is still to be said (nothing empty)."""

    reply: Reply
    trace: TurnTrace
    decision: Decision | None
    rest: tuple[str, ...]

    def again(self) -> Reply:
        """The reply, from where it is taken up."""
        return replace(self.reply, sentences=self.rest)


def cut_reply(trace: TurnTrace, played: Played) -> CutReply | None:
    """What is left of the reply in `trace`; None when all of it had been heard."""
    if trace.reply is None:
        return None
    rest = rest_of(trace.reply.sentences, played)
    return CutReply(trace.reply, trace, trace.decision, rest) if rest else None


def rest_of(sentences: Sequence[str], played: Played) -> tuple[str, ...]:
    """The sentences still to be said: from the clause in which the agent fell silent.

    Half a clause is not understood, so it is said again whole; a clause ends at 、 or at the end of the sentence.
    """
    for place, sent in enumerate(played.sentences[: len(sentences)]):
        heard = sent.heard_text
        if heard == sent.text:
            continue
        clause = _clause_start(sent.text, len(heard))
        return (sent.text[clause:], *sentences[place + 1 :])
    return tuple(sentences[len(played.sentences) :])


def _clause_start(sentence: str, cut: int) -> int:
    start = max((sentence.rfind(mark, 0, cut) for mark in CLAUSE_ENDS), default=-1) + 1
    return start if len(sentence) - start >= SHORTEST_REST else 0
