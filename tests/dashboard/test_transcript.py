"""What of a call's lines a reader sees, and where an answer's time went."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.transcript import Line, LineMask, NoMask, Who, steps_of
from dialogue.privacy.finder import PersonalFinder


def test_the_waterfall_begins_at_the_end_of_speech_and_ends_at_the_first_sound() -> None:
    steps = steps_of({"turn": 1, "end_of_turn": 240, "text": 395, "decision": 412, "first_audio": 688})
    assert [(step.name, step.took_ms) for step in steps] == [
        ("終話判定", 240),
        ("認識", 155),
        ("判断", 17),
        ("第一声", 276),
    ]


def test_a_text_that_was_ready_before_the_end_of_the_turn_took_no_time() -> None:
    steps = steps_of({"end_of_turn": 300, "text": 120, "decision": 310, "first_audio": 600})
    assert [step.took_ms for step in steps] == [300, 0, 10, 290]


@given(st.dictionaries(st.sampled_from(["end_of_turn", "text", "decision", "first_audio"]), st.floats(0, 60_000)))
def test_no_step_ever_runs_backwards(latency: dict[str, float]) -> None:
    steps = steps_of(latency)
    assert all(step.took_ms >= 0 for step in steps)
    assert sum(step.took_ms for step in steps) <= max(latency.values(), default=0) + 1e-6


def test_the_companys_own_number_stays_readable() -> None:
    mask = LineMask(PersonalFinder(["03-0000-3710"]))
    assert mask.text("03-0000-3710へお電話ください") == "03-0000-3710へお電話ください"


def test_a_recorded_line_is_covered_where_the_records_say_so() -> None:
    line = Line("turn-1", Who.CALLER, 0, "森です")
    assert LineMask().line(line, [{"kind": "name", "start": 0, "end": 1}]).text == "〈お名前〉です"


def test_of_a_callers_number_the_beginning_and_the_end_are_readable() -> None:
    assert LineMask().data({"from_number": "090-1234-5678", "to_number": "03-0000-3710"}) == {
        "from_number": "090****5678",
        "to_number": "03-0000-3710",
    }


def test_for_those_who_may_see_a_call_nothing_is_covered_but_what_is_of_no_use_stays_out() -> None:
    line = Line("turn-1", Who.CALLER, 0, "森です", details={"from_number": "090-1234-5678", "replay": {}})
    seen = NoMask().line(line, [{"kind": "name", "start": 0, "end": 1}])
    assert seen.text == "森です"
    assert seen.details == {"from_number": "090-1234-5678"}
