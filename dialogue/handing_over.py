"""What goes along when a person takes over: how far the attempt has come, and the note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dialogue.company import Company
from dialogue.escalation.facts import CallerProfile
from dialogue.escalation.judge import calls_back
from dialogue.escalation.note import HandOverNote, Line, NoteMaterial, write_note
from dialogue.escalation.outcome import AttemptOutcome, attempt_of
from dialogue.knowledge import Knowledge
from dialogue.privacy.kinds import PersonalKind, SlotHint
from dialogue.state import Decision
from dialogue.wording import Wording

_ACCEPTED: Final = "かしこまりました。"
_HINTS = {"name": PersonalKind.NAME, "phone": PersonalKind.PHONE}


@dataclass(frozen=True)
class HandOver:
    """`outcome` has the values of the records' `EscalationOutcome`; `queue` is empty where no rule named one."""

    outcome: str
    queue: str
    priority: int
    note: HandOverNote


@dataclass(frozen=True)
class Promise:
    """What is said to a caller whom nobody can talk to now. `outcome` is the records' `EscalationOutcome`."""

    sentences: tuple[str, ...]
    outcome: str


def promise_of(company: Company, wording: Wording, moment: datetime, caller: CallerProfile) -> Promise:
    """A call back, now or when people are next there; what to do instead where the number is not known."""
    if not caller.number_known:
        return Promise(wording.person.unreachable, AttemptOutcome.FAILED.value)
    outcome = AttemptOutcome.CALLBACK_BOOKED if company.is_open(moment) else AttemptOutcome.OUT_OF_HOURS
    said = (sentence.removeprefix(_ACCEPTED) for sentence in wording.hand_over(company, moment))
    return Promise(tuple(filter(None, said)), outcome.value)


def without_promise(sentences: Sequence[str]) -> tuple[str, ...]:
    """The words of a hand-over to a caller who is connected at once: nobody has to call them back."""
    return tuple(sentence for sentence in sentences if not calls_back(sentence))


def slot_hint(asks_for: str) -> SlotHint | None:
    """What a value that was asked for tells of a person, if it does."""
    return _HINTS.get(asks_for)


def hand_over_of(
    last: Decision | None, history: Sequence[Line], knowledge: Knowledge, caller: CallerProfile, number: str
) -> HandOver:
    """The hand-over that `last` begins."""
    firing = last.firing if last is not None else None
    facts = last.facts if last is not None else None
    is_open = facts.situation.open if facts is not None else True
    attempt = attempt_of(firing, is_open) if firing is not None else None
    if attempt is not None:
        outcome = attempt.outcome
    else:
        outcome = AttemptOutcome.REQUESTED if is_open else AttemptOutcome.OUT_OF_HOURS
    state = last.state if last is not None else None
    material = NoteMaterial(
        history=history,
        firing=firing,
        caller_number=number,
        caller=caller,
        collected=dict(state.tool.values) if state is not None and state.tool is not None else {},
        answered=[topic.title for topic in state.topics] if state is not None else [],
        reason=(last.reply.escalation_reason or "") if last is not None else "",
    )
    if facts is not None:
        material = NoteMaterial(**{**vars(material), "tone": facts.tone, "harassment": facts.harassment})
    return HandOver(
        outcome.value,
        attempt.queue if attempt is not None else "",
        attempt.priority if attempt is not None else 3,
        write_note(material),
    )
