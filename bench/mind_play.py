"""Plays one sentence of a caller on a fresh conversation, and tells what came of it.

The scripted caller answers one question back truthfully: picks what was meant if it is offered, and otherwise says no
and the matter once more in the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from bench.mind_sets import Asked
from dialogue.faq.entry import FaqEntry
from dialogue.sentences import sentences_of
from dialogue.state import ConversationState, Decision
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind

YES: Final = "はい、そうです"
NO: Final = "いいえ、違います"
NOT_UNDERSTOOD: Final = frozenset({Act.REASK, Act.CLARIFY})
"""Replies before which the line listens a second time."""


class Came(StrEnum):
    """What the first reply came to."""

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    CONFIRMED = "confirmed"
    ABSTAINED = "abstained"
    HANDED_OVER = "handed_over"
    OTHER = "other"


class Mind(Protocol):
    """What is talked to; a `Conversation` is one."""

    @property
    def state(self) -> ConversationState:
        """What it remembers: here, what it offers."""
        ...

    async def decide(self, turn: CallerTurn) -> Decision:
        """What to say to `turn`; changes nothing."""
        ...

    def commit(self, decision: Decision) -> None:
        """The reply is being given."""
        ...

    def heard(self, text: str) -> None:
        """What of it reached the caller's ear."""
        ...


@dataclass(frozen=True)
class Saying:
    """What the mind gets of the caller's sentence: typed, or heard, and how it is heard more closely."""

    turn: CallerTurn
    again: Callable[[], CallerTurn] | None = None


@dataclass(frozen=True)
class Played:
    """One sentence with what came of it.

    `right`: an accepted entry, and no other, was spoken at once or after one question back (for an entry whose answer
    hands over, a hand-over is right too). `wrong`: an entry that is not accepted was spoken at any time. `found` are
    the candidates of the first reply, best first.
    """

    asked: Asked
    heard: str
    came: Came
    right: bool
    wrong: bool
    at_once: bool
    spoken: tuple[str, ...]
    found: tuple[str, ...]
    took_ms: float
    rule: str = ""


def typed(asked: Asked) -> Saying:
    """The sentence as it is written."""
    return Saying(CallerTurn(TurnKind.SPEECH, text=asked.text))


class Player:
    """Plays sentences. `entry_of` gives an entry by its id."""

    def __init__(self, new_conversation: Callable[[], Mind], entry_of: Callable[[str], FaqEntry | None]) -> None:
        self._new = new_conversation
        self._entry_of = entry_of

    async def play(self, asked: Asked, saying: Saying) -> Played:
        """Say it to a fresh conversation, and answer one question back."""
        mind = self._new()
        first = await _say(mind, saying)
        came = _came(first)
        spoken = list(self._spoken(first))
        right = bool(spoken) or self._rightly_handed_over(asked, first)
        at_once = right
        if came in {Came.CLARIFIED, Came.CONFIRMED}:
            for reply in await self._answer_back(mind, asked, saying, first):
                spoken += self._spoken(reply)
                right = right or bool(spoken) or self._rightly_handed_over(asked, reply)
        wrong = any(entry_id not in asked.accepted for entry_id in spoken)
        evidence = first.evidence
        return Played(
            asked,
            saying.turn.text,
            came,
            right=right and not wrong,
            wrong=wrong,
            at_once=at_once and not wrong,
            spoken=tuple(spoken),
            found=tuple(candidate.entry_id for candidate in evidence.candidates),
            took_ms=evidence.took_ms,
            rule=evidence.rule or "",
        )

    async def _answer_back(self, mind: Mind, asked: Asked, saying: Saying, question: Reply) -> list[Reply]:
        meant = next((option for option in mind.state.options if option.entry_id in asked.accepted), None)
        if meant is not None:
            words = YES if question.expects is Expects.YES_NO else f"{meant.title}です"
            return [await _say(mind, _said(words))]
        refused = await _say(mind, _said(NO))
        if not asked.accepted or refused.after is not After.LISTEN or self._spoken(refused):
            return [refused]
        return [refused, await _say(mind, saying)]

    def _spoken(self, reply: Reply) -> tuple[str, ...]:
        """Entries whose answer is in the reply."""
        if reply.act is Act.ANSWER:
            return reply.evidence.entry_ids
        return tuple(entry_id for entry_id in reply.evidence.entry_ids if self._is_in(entry_id, reply))

    def _is_in(self, entry_id: str, reply: Reply) -> bool:
        entry = self._entry_of(entry_id)
        return entry is not None and any(sentence in reply.sentences for sentence in sentences_of(entry.spoken))

    def _rightly_handed_over(self, asked: Asked, reply: Reply) -> bool:
        entries = [self._entry_of(entry_id) for entry_id in asked.accepted]
        return reply.after is After.HAND_OVER and any(entry is not None and entry.escalate for entry in entries)


async def _say(mind: Mind, saying: Saying) -> Reply:
    decision = await mind.decide(saying.turn)
    if saying.again is not None and decision.reply.act in NOT_UNDERSTOOD:
        second = await mind.decide(saying.again())
        if second.reply.act is Act.ANSWER or decision.reply.act is Act.REASK:
            decision = second
    mind.commit(decision)
    mind.heard(decision.reply.text)
    return decision.reply


def _said(words: str) -> Saying:
    return Saying(CallerTurn(TurnKind.SPEECH, text=words))


def _came(reply: Reply) -> Came:
    if reply.after is After.HAND_OVER:
        return Came.ANSWERED if reply.evidence.entry_ids else Came.HANDED_OVER
    match reply.act:
        case Act.ANSWER:
            return Came.ANSWERED
        case Act.CLARIFY:
            return Came.CONFIRMED if reply.expects is Expects.YES_NO else Came.CLARIFIED
        case Act.REASK:
            return Came.ABSTAINED
        case _:
            return Came.OTHER
