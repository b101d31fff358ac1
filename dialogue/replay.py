"""A turn's decision made again from its stored evidence: what explains a decision must also be able to repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

from dialogue.evidence import Evidence, ModelUse
from dialogue.faq.entry import FaqEntry
from dialogue.grounding.check import GroundingReport
from dialogue.grounding.compose import Composition
from dialogue.ruling import Circumstances
from dialogue.state import ConversationState, Decision
from dialogue.turns import CallerTurn, Reply

_STATE: Final = TypeAdapter(ConversationState)
_TURN: Final = TypeAdapter(CallerTurn)
_CIRCUMSTANCES: Final = TypeAdapter(Circumstances)
_USES: Final = TypeAdapter(tuple[ModelUse, ...])


class ReplayError(ValueError):
    """The evidence holds too little to decide again; the Japanese message says what is missing."""


@dataclass(frozen=True)
class Premises:
    """All that a decision was made from, besides what was published: the turn, the state before it, and the moment.

    `model_uses` and `composed` (the sentences of a composed answer) are the models' answers, taken as given.
    """

    turn: CallerTurn
    state: ConversationState
    moment: datetime
    circumstances: Circumstances = Circumstances()
    composed: tuple[str, ...] = ()
    model_uses: tuple[ModelUse, ...] = ()


def premises_to_dict(
    turn: CallerTurn, state: ConversationState, moment: datetime, circumstances: Circumstances
) -> dict[str, Any]:
    """Plain data for `Evidence.replay`. What 「もう一度」 would repeat is kept without its own evidence."""
    slim = replace(state, repeatable=_slim(state.repeatable))
    return {
        "turn": asdict(turn),
        "state": asdict(slim),
        "moment": moment.isoformat(),
        "circumstances": asdict(circumstances),
    }


def premises_of(evidence: Mapping[str, Any]) -> Premises:
    """The premises that a stored evidence (`Evidence.to_dict`) holds. Raises `ReplayError`."""
    kept = evidence.get("replay") or {}
    try:
        return Premises(
            turn=_TURN.validate_python(kept["turn"]),
            state=_STATE.validate_python(kept["state"]),
            moment=datetime.fromisoformat(kept["moment"]),
            circumstances=_CIRCUMSTANCES.validate_python(kept["circumstances"]),
            composed=tuple((evidence.get("composition") or {}).get("sentences", ())),
            model_uses=_USES.validate_python(evidence.get("model_uses") or ()),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ReplayError(f"この判断の記録からは、判断をやり直せません（{error}）。") from error


@dataclass(frozen=True)
class Departure:
    """One thing in which a decision made again departs from the stored one; `what` is Japanese."""

    what: str
    before: object
    now: object


def departures(evidence: Mapping[str, Any], text: str, again: Decision) -> list[Departure]:
    """In what a decision made again departs from the stored one; empty when it is the same."""
    reply, now = again.reply, again.reply.evidence
    pairs = (
        Departure("動作", evidence.get("decision"), now.decision),
        Departure("規則", evidence.get("rule"), now.rule),
        Departure("回答した項目", list(evidence.get("entry_ids") or ()), list(now.entry_ids)),
        Departure("FAQの版", evidence.get("faq_version"), now.faq_version),
        Departure("話した言葉", text, reply.text),
    )
    return [each for each in pairs if each.before != each.now]


def differences(evidence: Mapping[str, Any], text: str, again: Decision) -> list[str]:
    """The departures as sentences, with the names that the evidence has."""
    return [f"{each.what}: {each.before} → {each.now}" for each in departures(evidence, text, again)]


class RecordedRouter:
    """Says what the model said then, turn by turn."""

    def __init__(self, uses: Sequence[ModelUse]) -> None:
        self._uses = [use for use in uses if use.purpose == "route"]

    async def route(self, utterance: str, candidates: Sequence[tuple[str, str]]) -> RecordedRouting:
        """The recorded label; none where no model was asked."""
        if not self._uses:
            return RecordedRouting(None, ModelUse("", "route", "unavailable", None, 0.0))
        use = self._uses.pop(0)
        return RecordedRouting(use.label, use)


class RecordedComposer:
    """Words an answer as it was worded then."""

    def __init__(self, premises: Premises) -> None:
        self._sentences = premises.composed
        self._use = next((use for use in premises.model_uses if use.purpose == "compose"), None)

    async def compose(self, question: str, entries: Sequence[FaqEntry], topic: str = "") -> Composition:
        """The recorded sentences."""
        use = self._use or ModelUse("", "compose", "unavailable", None, 0.0)
        return Composition(self._sentences, GroundingReport(True, (), ()), use, accepted=True)


@dataclass(frozen=True)
class RecordedRouting:
    """What a router said then."""

    label: str | None
    model_use: ModelUse


def _slim(reply: Reply | None) -> Reply | None:
    if reply is None:
        return None
    kept = Evidence(decision=reply.evidence.decision, entry_ids=reply.evidence.entry_ids)
    return replace(reply, evidence=kept)
