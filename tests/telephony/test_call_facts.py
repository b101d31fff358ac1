"""What a running call has come to, for those who look at all calls at once."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dialogue.escalation.tone import Tone
from telephony.call_facts import KEPT, CallFacts
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCall, LiveCalls


def facts_after(*events: tuple[EventKind, int, dict[str, Any]]) -> CallFacts:
    facts = CallFacts()
    for kind, at_ms, data in events:
        facts.take(CallEvent("c", at_ms, kind, data))
    return facts


def test_the_topic_is_the_title_of_the_entry_that_was_answered_last() -> None:
    evidence = {"entry_ids": ["b"], "candidates": [{"entry_id": "a", "title": "甲"}, {"entry_id": "b", "title": "乙"}]}
    unsure = {"entry_ids": [], "candidates": [{"entry_id": "a", "title": "甲"}]}
    facts = facts_after(
        (EventKind.DECIDED, 0, {"evidence": evidence}),
        (EventKind.DECIDED, 1, {"evidence": unsure}),
    )
    assert (facts.topic, facts.entry_id) == ("乙", "b")


def test_the_tone_is_that_of_the_callers_last_words() -> None:
    angry = (EventKind.HEARD, 0, {"text": "さっきから何度も言っています"})
    calm = (EventKind.HEARD, 9_000, {"text": "料金プランを変えたいです"})
    assert facts_after(angry).tone is Tone.IRRITATED
    assert facts_after(angry, calm).tone is Tone.CALM


def test_who_waits_for_a_person_waits_until_one_comes_or_the_agent_goes_on() -> None:
    queued = (EventKind.QUEUED, 5_000, {"queue": "一般"})
    joined = (EventKind.OPERATOR, 9_000, {"what": "joined", "name": "山田"})
    left = (EventKind.OPERATOR, 12_000, {"what": "handed_back", "name": "山田"})
    listening = (EventKind.STATE, 9_000, {"state": "listening"})
    assert facts_after(queued).queued_at_ms == 5_000
    assert facts_after(queued, listening).queued_at_ms is None
    with_person = facts_after(queued, joined)
    assert (with_person.queued_at_ms, with_person.operator) == (None, "山田")
    assert facts_after(queued, joined, left).operator == ""


def test_a_running_call_keeps_what_happened_and_of_words_being_said_only_the_latest() -> None:
    live = LiveCalls()
    call = LiveCall("c", "twilio", "", "", "2026-11-24T00:00:00+00:00")
    live.open(call)
    for text in ("か", "解約", "解約した"):
        live.publish(CallEvent("c", 1, EventKind.PARTIAL, {"text": text}))
    live.publish(CallEvent("c", 2, EventKind.STATE, {"state": "thinking"}))
    assert (call.partial, call.state) == ("解約した", "thinking")
    assert [event.kind for event in call.events] == [EventKind.STATE]


events = st.builds(
    CallEvent,
    st.just("c"),
    st.integers(0, 100_000),
    st.sampled_from(list(EventKind)),
    st.fixed_dictionaries(
        {},
        optional={
            "text": st.text(max_size=8),
            "evidence": st.none() | st.just({}),
            "first_audio": st.none() | st.floats(0, 9_000),
            "what": st.sampled_from(["joined", "left", "hold"]),
        },
    ),
)


@given(st.lists(events, max_size=KEPT * 3))
def test_no_event_is_too_odd_and_nothing_grows_with_the_call(stream: list[CallEvent]) -> None:
    facts = CallFacts()
    for event in stream:
        facts.take(event)
    assert len(facts.responses_ms) <= KEPT
