"""What past calls tell of the answers: what was looked up, what was missed, what was probably answered wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dashboard.transcript import SPREADS, LineMask
from dialogue.turns import Act
from records.asked import SlimCall, SlimTurn
from records.models import Speaker

_SPEECH: Final = "speech"
_TAKEN_BACK: Final = frozenset({"not_this", "corrected"})
"""Rules by which the agent takes an answer back, because the caller says that it is not what was asked."""
_ASKED_ELSEHOW: Final = frozenset({Act.ANSWER.value, Act.REASK.value, Act.CLARIFY.value})


class Missed(StrEnum):
    """Why a question counts as not answered."""

    NO_ANSWER = "no_answer"
    UNCLEAR = "unclear"
    MISHEARD = "misheard"
    HANDED_OVER = "handed_over"


class Doubt(StrEnum):
    """Why an answer is doubted."""

    VOTED = "voted"
    CORRECTED = "corrected"
    REPHRASED = "rephrased"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class MissedTurn:
    """A caller's turn without an answer, and the reply to it."""

    heard: SlimTurn
    reply: SlimTurn
    why: Missed


@dataclass(frozen=True)
class DoubtedTurn:
    """An answer, the question before it and what the caller said next (None: nothing)."""

    heard: SlimTurn
    answer: SlimTurn
    after: SlimTurn | None
    why: Doubt


def exchanges(call: SlimCall) -> Iterator[tuple[int, SlimTurn, SlimTurn]]:
    """What the caller said and what the agent replied at once, with the reply's place among the turns."""
    for place, (heard, reply) in enumerate(zip(call.turns, call.turns[1:], strict=False), start=1):
        if heard.speaker is Speaker.CALLER and heard.kind == _SPEECH and reply.speaker is Speaker.AGENT:
            yield place, heard, reply


def questions_of(call: SlimCall) -> Iterator[tuple[SlimTurn, str]]:
    """The caller's turns that were looked up in the FAQ, each with how it was understood in its context."""
    for _, heard, reply in exchanges(call):
        if reply.candidates:
            yield heard, reply.query or heard.text


def missed_in(call: SlimCall) -> Iterator[MissedTurn]:
    """The questions of a call that got no answer. A question back counts when nothing came of it."""
    for place, heard, reply in exchanges(call):
        if reply.kind == Act.REASK.value and reply.rule not in _TAKEN_BACK:
            why = Missed.MISHEARD if reply.rule == "low_confidence" else Missed.NO_ANSWER
            yield MissedTurn(heard, reply, why)
        elif reply.kind == Act.HAND_OVER.value and reply.candidates and not reply.entry_ids:
            yield MissedTurn(heard, reply, Missed.HANDED_OVER)
        elif reply.kind == Act.CLARIFY.value and not _led_on(call.turns[place + 1 :]):
            yield MissedTurn(heard, reply, Missed.UNCLEAR)


def doubted_in(call: SlimCall) -> Iterator[DoubtedTurn]:
    """The answers of a call that the caller took back, cut off and asked otherwise, or left for a person."""
    for place, heard, reply in exchanges(call):
        if reply.kind != Act.ANSWER.value or not reply.entry_ids:
            continue
        after = call.turns[place + 1] if place + 1 < len(call.turns) else None
        then = call.turns[place + 2] if place + 2 < len(call.turns) else None
        why = _doubt(reply, after, then)
        if why is not None:
            yield DoubtedTurn(heard, reply, after, why)


def mask_of(call: SlimCall, mask: LineMask) -> LineMask:
    """`mask` with what is known to be personal anywhere in the call."""
    for turn in call.turns:
        if turn.speaker is Speaker.CALLER and turn.personal:
            mask = mask.knowing(turn.text, turn.personal, SPREADS)
    return mask


def _led_on(after: tuple[SlimTurn, ...]) -> bool:
    reply = next((turn for turn in after if turn.speaker is not Speaker.CALLER), None)
    return reply is not None and reply.kind not in {Act.REASK.value, Act.HAND_OVER.value, Act.CLOSE.value}


def _doubt(answer: SlimTurn, after: SlimTurn | None, then: SlimTurn | None) -> Doubt | None:
    if after is None or then is None or after.speaker is not Speaker.CALLER or then.speaker is not Speaker.AGENT:
        return None
    if then.rule in _TAKEN_BACK:
        return Doubt.CORRECTED
    if then.kind == Act.HAND_OVER.value and not then.entry_ids:
        return Doubt.HANDED_OVER
    elsewhere = then.kind in _ASKED_ELSEHOW and then.entry_ids != answer.entry_ids
    return Doubt.REPHRASED if answer.interrupted and elsewhere and then.candidates else None
