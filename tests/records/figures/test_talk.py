"""A call's records reduced to its facts: what counts as an outcome, and whose turns are the agent's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.figures.facts import Finish, Left, Outcome, TalkFacts
from records.figures.stored import facts_of, text_of
from records.figures.talk import CallFact, EventFact, TurnFact, talk_of

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
SAYS = TurnFact("caller", "speech")
GREETS = TurnFact("agent", "greet", "opening")
ANSWERS = TurnFact("agent", "answer", "as_asked", ("pay-date",))
CUT = TurnFact("agent", "answer", "as_asked", ("pay-date",), interrupted=True)
TAKES_LEAVE = TurnFact("agent", "close", "acknowledged")
ASKS_AGAIN = TurnFact("agent", "reask", "below_threshold")
DONE = TurnFact("agent", "acknowledge", "tool_done")
ANSWERED = EventFact("bot_answered", BEGAN)


def _talk(
    *turns: TurnFact, by: str = "caller", events: tuple[EventFact, ...] = (), reasons: tuple[str, ...] = ()
) -> TalkFacts:
    call = CallFact(BEGAN, BEGAN + timedelta(seconds=60), by)
    return talk_of(call, (GREETS, *turns), (ANSWERED, *events), reasons)


def _event(kind: str, at_s: float, how: str = "") -> EventFact:
    return EventFact(kind, BEGAN + timedelta(seconds=at_s), how, int(at_s * 1000))


@pytest.mark.parametrize(
    ("turns", "outcome", "finish"),
    [
        ((SAYS, ANSWERS, SAYS, TAKES_LEAVE), Outcome.CONFIRMED, Finish.COMPLETED),
        ((SAYS, CUT, SAYS, TAKES_LEAVE), Outcome.CONFIRMED, Finish.COMPLETED),
        ((SAYS, ANSWERS), Outcome.UNCONFIRMED, Finish.HUNG_UP_AFTER_ANSWER),
        ((SAYS, CUT), None, Finish.HUNG_UP),
        ((SAYS, ANSWERS, SAYS, ASKS_AGAIN), None, Finish.HUNG_UP),
        ((SAYS, ANSWERS, SAYS, ASKS_AGAIN, SAYS, TAKES_LEAVE), None, Finish.HUNG_UP),
        ((SAYS, ASKS_AGAIN, SAYS, ANSWERS, SAYS, TAKES_LEAVE), Outcome.CONFIRMED, Finish.COMPLETED),
        ((SAYS, TAKES_LEAVE), None, Finish.HUNG_UP),
        ((SAYS, ANSWERS, SAYS, DONE), Outcome.TASK_DONE, Finish.COMPLETED),
        ((SAYS, DONE, SAYS, TAKES_LEAVE), Outcome.TASK_DONE, Finish.COMPLETED),
        ((SAYS, DONE, SAYS, ASKS_AGAIN), None, Finish.HUNG_UP),
        ((), None, Finish.NOT_ENGAGED),
    ],
)
def test_an_outcome_is_accepted_only_when_it_was_said_and_nothing_was_left_open(
    turns: tuple[TurnFact, ...], outcome: Outcome | None, finish: Finish
) -> None:
    talk = _talk(*turns)
    assert (talk.outcome, talk.finish) == (outcome, finish)


@pytest.mark.parametrize("rule", ["no_input_end", "silence_after_answer", "max_duration", "decision_failed"])
def test_a_call_that_the_agent_ends_in_silence_is_not_contained(rule: str) -> None:
    talk = _talk(SAYS, ANSWERS, TurnFact("agent", "close", rule), by="agent")
    assert (talk.outcome, talk.finish) == (Outcome.UNCONFIRMED, Finish.OTHER)


def test_a_call_that_a_rule_ends_is_not_contained() -> None:
    ended = TurnFact("agent", "close", "harassment-end", ruled=True)
    assert _talk(SAYS, ANSWERS, SAYS, ended, by="agent").finish is Finish.OTHER


def test_what_is_said_to_a_person_or_in_the_queue_is_not_said_to_the_agent() -> None:
    events = (
        _event("esc_queued", 10),
        _event("esc_answered", 20),
        _event("op_talk_start", 20),
        _event("op_talk_end", 40),
    )
    heard = [TurnFact("caller", "speech", at_ms=at) for at in (5_000, 15_000, 25_000, 45_000)]
    announced = TurnFact("agent", "announce", at_ms=12_000)
    talk = _talk(*heard[:2], announced, *heard[2:], events=events, reasons=("caller_asked",))
    assert (talk.caller_turns, talk.prompts) == (2, 1)
    assert talk.finish is Finish.PERSON
    assert talk.agent_ms == 10_000


@pytest.mark.parametrize(
    ("how", "left"), [("abandoned", Left.ABANDONED), ("returned", Left.OTHERWISE), ("ended", Left.OTHERWISE)]
)
def test_who_is_given_back_to_the_agent_has_not_abandoned_the_queue(how: str, left: Left) -> None:
    talk = _talk(SAYS, events=(_event("esc_queued", 10), _event("esc_abandoned", 22.5, how)), reasons=("caller_asked",))
    assert [(wait.waited_ms, wait.left) for wait in talk.waits] == [(12_500, left)]


def test_a_caller_who_waited_twice_has_two_waits() -> None:
    events = (
        _event("esc_queued", 10),
        _event("esc_abandoned", 30, "returned"),
        _event("esc_queued", 50),
        _event("esc_answered", 55),
    )
    talk = _talk(SAYS, events=events, reasons=("caller_asked",))
    assert [(wait.waited_ms, wait.left) for wait in talk.waits] == [(20_000, Left.OTHERWISE), (5_000, Left.ANSWERED)]


_TURNS = st.sampled_from([SAYS, ANSWERS, CUT, TAKES_LEAVE, ASKS_AGAIN, DONE, TurnFact("agent", "hand_over", "key_0")])
_EVENTS = st.builds(
    _event,
    st.sampled_from(
        ["esc_queued", "esc_answered", "esc_abandoned", "op_talk_start", "op_talk_end", "barge_in", "resumed"]
    ),
    st.floats(0, 60),
)


@given(st.lists(_TURNS, max_size=12), st.lists(_EVENTS, max_size=6), st.lists(st.text(max_size=5), max_size=2))
def test_whatever_happened_can_be_kept_and_read_back(
    turns: list[TurnFact], events: list[EventFact], reasons: list[str]
) -> None:
    ordered = tuple(sorted(events, key=lambda event: event.at_ms))
    talk = _talk(*turns, events=ordered, reasons=tuple(reasons))
    assert facts_of(text_of(talk)) == talk
    assert talk.finish is not Finish.COMPLETED or (talk.engaged and not talk.reasons and not talk.person)
