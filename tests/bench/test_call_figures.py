"""The figures of played calls, from results made by hand."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.agent_process import AgentProcess
from bench.calls import describe, percentile, report_on
from bench.player import CallResult, StepResult
from samples.scripts import CallScript, Step

AGENT = AgentProcess("http://127.0.0.1:8080", os.getpid(), 4.25, "a test")
QUESTION = Step.model_validate(
    {"say": "料金は", "kind": "question", "expect": {"act": ["answer", "clarify"], "entries": ["fee", "fee-2"]}}
)
CHATTER = Step.model_validate({"say": "天気は", "kind": "chatter", "expect": {"act": "reask"}})
AIZUCHI = Step.model_validate({"say": "はい", "kind": "aizuchi", "during_agent": 1.0})
INTERRUPTION = Step.model_validate(
    {"say": "違います", "kind": "interruption", "during_agent": 1.0, "expect": {"act": "reask"}}
)


def result(step: Step = QUESTION, **more: object) -> StepResult:
    return StepResult(step, from_ms=0.0, to_ms=1_000.0, **more)  # type: ignore[arg-type]


def call(*steps: StepResult, voice: str = "openjtalk", late_frames: int = 0) -> CallResult:
    script = CallScript.model_validate(
        {"id": "made", "title": "手製", "tags": ["test"], "from": "09012345678", "steps": [QUESTION]}
    )
    return CallResult(script, voice, list(steps), late_frames=late_frames)


def figures(*calls: CallResult) -> dict[str, float]:
    return report_on(calls, AGENT).figures


# Percentiles


@pytest.mark.parametrize(("share", "value"), [(0.05, 3), (0.75, 38), (0.95, 48), (0.99, 50), (1.0, 50)])
def test_a_percentile_between_two_ranks_is_the_upper_one(share: float, value: int) -> None:
    assert percentile(range(1, 51), share) == value


def test_every_percentile_of_one_value_is_that_value() -> None:
    assert {percentile([7.0], share) for share in (0.0, 0.5, 0.95, 1.0)} == {7.0}


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50).map(sorted), st.floats(0.01, 1.0))
def test_at_least_the_share_of_the_values_lies_at_or_below_the_percentile(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= int(share * len(values))


# Was the step as expected?


@pytest.mark.parametrize(
    ("did", "right"),
    [
        ({"act": "answer", "entries": ("fee",)}, True),
        ({"act": "answer", "entries": ("other", "fee-2")}, True),
        ({"act": "answer", "entries": ("other",)}, False),
        ({"act": "answer"}, False),
        ({"act": "clarify"}, True),
        ({"act": "reask"}, False),
        ({}, False),
    ],
)
def test_an_answer_must_rest_on_an_expected_entry_and_another_act_must_be_named(
    did: dict[str, object], right: bool
) -> None:
    assert result(**did).as_expected is right


def test_where_the_script_expects_nothing_nothing_is_judged() -> None:
    assert result(AIZUCHI, act="answer").as_expected is None


# Figures


def test_latencies_are_of_turns_alone() -> None:
    found = figures(
        call(result(latency_s=0.8), result(latency_s=1.2), result(CHATTER, latency_s=1.0), result(AIZUCHI, latency_s=9))
    )
    assert (found["latency_p50_s"], found["latency_p95_s"], found["latency_max_s"]) == (1.0, 1.2, 1.2)


def test_right_entries_are_counted_for_each_voice() -> None:
    right, wrong = result(act="answer", entries=("fee",)), result(act="answer", entries=("other",))
    found = figures(call(right, wrong), call(right, voice="kokoro"))
    assert (found["right_entry_openjtalk"], found["questions_openjtalk"]) == (0.5, 2)
    assert (found["right_entry_kokoro"], found["questions_kokoro"]) == (1.0, 1)


def test_an_answer_to_what_is_out_of_scope_is_counted() -> None:
    found = figures(call(result(CHATTER, act="answer"), result(CHATTER, act="reask")))
    assert (found["out_of_scope_answered"], found["out_of_scope_asked"]) == (1, 2)


def test_interruptions_and_aizuchi_are_counted_apart_and_only_where_the_agent_still_spoke() -> None:
    found = figures(
        call(
            result(INTERRUPTION, stop_s=0.3, stopped_agent=True),
            result(INTERRUPTION),
            result(INTERRUPTION, missed=True),
            result(AIZUCHI, stopped_agent=True),
            result(AIZUCHI),
            result(AIZUCHI, missed=True),
        )
    )
    assert (found["interruptions_taken"], found["interruptions"]) == (1, 2)
    assert (found["aizuchi_stops"], found["aizuchi"]) == (1, 2)
    assert found["barge_in_stop_p50_s"] == found["barge_in_stop_p95_s"] == 0.3


def test_cut_off_callers_unanswered_turns_and_late_frames_are_counted() -> None:
    found = figures(call(result(latency_s=1.0, cut_off=True), result(), late_frames=3), call(late_frames=1))
    assert (found["cut_off_callers"], found["unanswered_turns"], found["late_frames"], found["calls"]) == (1, 1, 4, 2)


def test_without_a_single_call_there_are_counts_and_no_latencies() -> None:
    found = figures()
    assert found["calls"] == 0
    assert "latency_p50_s" not in found
    assert found["rss_mb"] > 0
    assert found["start_s"] == 4.25


def test_every_step_that_went_wrong_is_told_with_what_was_heard_wanted_and_done() -> None:
    notes = report_on([call(result(act="answer", entries=("other",), heard="料金わ"))], AGENT).notes
    assert notes[0] == "agent: a test"
    assert "「料金は」 heard 「料金わ」 wanted answer/clarify fee,fee-2, got answer other" in notes[1]


def test_a_call_is_described_in_one_line() -> None:
    played = call(result(latency_s=1.0, act="answer", entries=("fee",)), result(latency_s=2.0))
    assert describe(played) == "応答 1.50秒、期待どおり 1/2"
    assert describe(call()) == "応答なし、期待どおり 0/0"
