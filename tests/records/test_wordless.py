"""What stays of a call whose words may not be kept."""

from hypothesis import given
from hypothesis import strategies as st

from records.models import CallOpened, EventRecord, Speaker, TurnRecord
from records.plain import to_json
from records.wordless import wordless_call, wordless_event, wordless_evidence, wordless_turn

SECRET = "湊川花子"
NAMES = st.text(min_size=1, max_size=8)
VALUES = st.recursive(
    st.just(SECRET) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_no_words_survive_in_an_event_of_any_shape(data: dict[str, object]) -> None:
    assert SECRET not in to_json(wordless_event(EventRecord("heard", 0, data)).data)


@given(st.dictionaries(NAMES | st.sampled_from(["heard", "query", "replay", "composition"]), VALUES, max_size=5))
def test_no_words_survive_in_evidence_of_any_shape(evidence: dict[str, object]) -> None:
    assert SECRET not in to_json(wordless_evidence(evidence))


def test_figures_and_the_programs_own_terms_stay() -> None:
    event = EventRecord("latency", 5, {"turn": 1, "first_audio": 420.0})
    assert wordless_event(event).data == {"turn": 1, "first_audio": 420.0}
    state = EventRecord("state", 5, {"state": "speaking", "detail": SECRET})
    assert wordless_event(state).data == {"state": "speaking"}


def test_a_turn_keeps_its_times_and_which_entry_answered() -> None:
    evidence = {"decision": "answer", "entry_ids": ["a"], "candidates": [{"entry_id": "a", "matched": SECRET}]}
    turn = wordless_turn(TurnRecord(3, Speaker.CALLER, "speech", 10, 20, SECRET, SECRET, evidence=evidence))
    assert (turn.index, turn.started_ms, turn.text, turn.heard_text) == (3, 10, "", None)
    assert turn.evidence is not None
    assert (turn.evidence["entry_ids"], turn.evidence["candidates"]) == (["a"], [{"entry_id": "a"}])


def test_a_call_keeps_nobodys_number() -> None:
    assert wordless_call(CallOpened(line="twilio", caller_number="090-1234-5678")).caller_number == ""
