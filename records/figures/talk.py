"""Reduces a call's records to its facts. Pure: rows in, `TalkFacts` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from records.figures.facts import ACCEPTED, Finish, Left, Outcome, TalkFacts, Wait
from records.models import EndedBy, KpiEvent, Speaker

SILENT_ENDS: Final = frozenset({"no_input_end", "silence_after_answer", "max_duration", "decision_failed"})
"""Rules by which the agent ends a call without a word of the caller: no confirmation."""
_NOT_QUESTIONS: Final = frozenset({"not_this"})
"""The caller takes the agent's answer back: a contradiction, not a further question."""


_LEAVING: Final = {
    KpiEvent.ESC_ANSWERED.value: Left.ANSWERED,
    KpiEvent.ESC_ABANDONED.value: Left.ABANDONED,
    KpiEvent.CALLBACK_BOOKED.value: Left.OTHERWISE,
}
_BACK_TO_THE_AGENT: Final = frozenset({KpiEvent.OP_TALK_END.value, KpiEvent.ESC_ABANDONED.value, "callback_booked"})


@dataclass(frozen=True, slots=True)
class TurnFact:
    """One turn, as far as figures go. `at_ms` is on the call's clock; `ruled`: an escalation rule acted in it."""

    speaker: str
    kind: str
    rule: str = ""
    entry_ids: tuple[str, ...] = ()
    interrupted: bool = False
    response_ms: float | None = None
    ruled: bool = False
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class EventFact:
    """One event, as far as figures go. `how` says of a wait that ended why it did; `at_ms` is on the call's clock."""

    kind: str
    at: datetime
    how: str = ""
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class CallFact:
    """The call's own row."""

    started_at: datetime
    ended_at: datetime
    ended_by: str | None


def talk_of(
    call: CallFact, turns: Sequence[TurnFact], events: Sequence[EventFact], reasons: Sequence[str]
) -> TalkFacts:
    """The facts of one call; `turns` and `events` in their order, `reasons` of its requests for a person."""
    short = any(event.kind == KpiEvent.SHORT_ABANDON for event in events)
    turns = _with_the_agent(turns, events)
    caller_turns = sum(turn.speaker == Speaker.CALLER and turn.kind in {"speech", "keypad"} for turn in turns)
    agent = [turn for turn in turns if turn.speaker == Speaker.AGENT]
    replies = _first_replies(turns)
    waits = _waits(events)
    person = any(event.kind in {KpiEvent.OP_TALK_START, KpiEvent.ESC_ANSWERED} for event in events)
    outcome = _outcome(agent)
    escalated = bool(reasons) or bool(waits)
    finish = _finish(call, caller_turns > 0, person, escalated, outcome)
    return TalkFacts(
        answered=not short and any(event.kind == KpiEvent.BOT_ANSWERED for event in events),
        short_abandon=short,
        engaged=caller_turns > 0,
        agent_ms=_agent_ms(call, events),
        finish=finish,
        outcome=outcome,
        topic=next((turn.entry_ids[0] for turn in reversed(agent) if _answers(turn)), ""),
        entries=tuple(dict.fromkeys(entry for turn in agent if _answers(turn) for entry in turn.entry_ids)),
        answers=sum(_answers(turn) for turn in replies),
        unanswered=sum(_fails(turn) for turn in replies) + ("not_understood" in reasons),
        caller_turns=caller_turns,
        asked_again=sum(turn.kind == "repeat" for turn in agent),
        prompts=len(agent),
        cuts=sum(event.kind == "barge_in" for event in events),
        false_cuts=sum(event.kind == "resumed" for event in events),
        responses_ms=tuple(round(turn.response_ms) for turn in agent if turn.response_ms is not None),
        reasons=tuple(dict.fromkeys(reasons)),
        waits=waits,
        person=person,
        left_at=agent[-1].kind if finish is Finish.HUNG_UP and agent else "",
    )


def _first_replies(turns: Sequence[TurnFact]) -> list[TurnFact]:
    """The agent's first words to each of the caller's: what it goes on with after a break is no further answer."""
    found = []
    asked = False
    for turn in turns:
        if turn.speaker == Speaker.CALLER:
            asked = True
        elif turn.speaker == Speaker.AGENT and asked:
            found.append(turn)
            asked = False
    return found


def _answers(turn: TurnFact) -> bool:
    """The approved words of an entry were spoken, whether or not a person takes over after them."""
    return turn.kind in {"answer", "hand_over"} and bool(turn.entry_ids)


def _fails(turn: TurnFact) -> bool:
    return turn.kind == "reask" and turn.rule not in _NOT_QUESTIONS


def _outcome(agent: Sequence[TurnFact]) -> Outcome | None:
    """What stands at the end: each question that is opened takes back what was reached before it."""
    reached: Outcome | None = None
    begun = False  # an answer was begun, and nothing was asked anew since
    for turn in agent:
        match turn.kind:
            case "answer":
                reached, begun = (None if turn.interrupted else Outcome.UNCONFIRMED), True
            case "acknowledge" if turn.rule == "tool_done":
                reached = Outcome.TASK_DONE
            case "reask" | "clarify" | "hand_over":
                reached, begun = None, False
            case "close" if reached is not Outcome.TASK_DONE and begun and _in_words(turn):
                # Who breaks into an answer with 「わかりました、ありがとう」 has confirmed it too.
                reached = Outcome.CONFIRMED
            case _:
                continue
    return reached


def _in_words(close: TurnFact) -> bool:
    """The caller took leave: neither silence, nor a limit, nor a rule ended the call."""
    return close.rule not in SILENT_ENDS and not close.ruled


def _finish(call: CallFact, engaged: bool, person: bool, escalated: bool, outcome: Outcome | None) -> Finish:
    if person:
        return Finish.PERSON
    if not engaged:
        return Finish.NOT_ENGAGED
    if escalated:
        return Finish.ESCALATED
    if outcome in ACCEPTED:
        return Finish.COMPLETED
    if call.ended_by != EndedBy.CALLER:
        return Finish.OTHER
    return Finish.HUNG_UP_AFTER_ANSWER if outcome is Outcome.UNCONFIRMED else Finish.HUNG_UP


def _agent_ms(call: CallFact, events: Sequence[EventFact]) -> int:
    """From the connection until the caller waits for a person, talks with one, or the call ends; 0 unanswered."""
    begun = [event.at for event in events if event.kind == KpiEvent.BOT_ANSWERED]
    if not begun or any(event.kind == KpiEvent.SHORT_ABANDON for event in events):
        return 0
    ends = [event.at for event in events if event.kind in {KpiEvent.ESC_QUEUED, KpiEvent.OP_TALK_START}]
    return max(0, _ms(begun[0], min([*ends, call.ended_at])))


def _waits(events: Sequence[EventFact]) -> tuple[Wait, ...]:
    """Every stay in the queue, in order. Who went back to the agent, or was let go, has not abandoned it."""
    since: datetime | None = None
    waits: list[Wait] = []
    for event in events:
        if event.kind == KpiEvent.ESC_QUEUED:
            since = event.at
        elif since is not None and event.kind in _LEAVING:
            left = _LEAVING[event.kind]
            if left is Left.ABANDONED and event.how not in {"", "abandoned"}:
                left = Left.OTHERWISE
            waits.append(Wait(_ms(since, event.at), left))
            since = None
    return tuple(waits) if since is None else (*waits, Wait(_ms(since, events[-1].at), Left.OTHERWISE))


def _with_the_agent(turns: Sequence[TurnFact], events: Sequence[EventFact]) -> list[TurnFact]:
    """The turns outside the queue and outside a person's talk: what is said there is not said to the agent."""
    apart: list[tuple[float, float]] = []
    since: float | None = None
    for event in events:
        if event.kind in {KpiEvent.ESC_QUEUED, KpiEvent.OP_TALK_START}:
            since = event.at_ms if since is None else since
        elif since is not None and event.kind in _BACK_TO_THE_AGENT:
            apart.append((since, event.at_ms))
            since = None
    if since is not None:
        apart.append((since, float("inf")))
    return [turn for turn in turns if not any(begin <= turn.at_ms < end for begin, end in apart)]


def _ms(since: datetime, until: datetime) -> int:
    return round((until - since).total_seconds() * 1000)
