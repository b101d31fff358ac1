from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from dialogue.tools.flow import MOST_TRIES, StepKind, ToolFlow, ToolStage, ToolStep
from tests.dialogue.tools.conftest import a_tool

NOW = datetime(2026, 11, 24, 10, 0)
FLOW = ToolFlow(a_tool())


def read_back() -> ToolStep:
    step = FLOW.begin(FLOW.offer())
    for said in ("090の1234の5678", "明日"):
        step = FLOW.take(step.state, said, NOW)
    return step


def test_arguments_are_asked_for_one_after_the_other_and_read_back() -> None:
    first = FLOW.begin(FLOW.offer())
    assert first.sentences == ("お電話番号をお願いいたします。",)
    second = FLOW.take(first.state, "090の1234の5678", NOW)
    assert second.sentences == ("ご希望の日はいつでしょうか。",)
    third = FLOW.take(second.state, "明日", NOW)
    assert "090の、1234の、5678に、11月25日、水曜日、お電話を差し上げます。" in third.sentences[0]
    assert third.argument is None and third.state.stage is ToolStage.READ_BACK


def test_only_a_plain_yes_runs_a_tool_that_writes() -> None:
    assert FLOW.confirm(read_back().state, None).kind is StepKind.ASK
    assert FLOW.confirm(read_back().state, False).kind is StepKind.ASK
    assert FLOW.confirm(read_back().state, True).kind is StepKind.RUN


def test_a_no_to_the_read_back_takes_the_values_anew() -> None:
    step = FLOW.confirm(read_back().state, False)
    assert step.state.values == () and "お電話番号" in step.sentences[-1]


def test_what_cannot_be_read_three_times_is_given_up() -> None:
    step = FLOW.begin(FLOW.offer())
    for _ in range(MOST_TRIES):
        step = FLOW.take(step.state, "わかりません", NOW)
    assert step.kind is StepKind.GIVE_UP


def test_a_tool_that_only_reads_runs_without_a_read_back() -> None:
    flow = ToolFlow(a_tool(writes=False))
    step = flow.begin(flow.offer())
    for said in ("09012345678", "明日"):
        step = flow.take(step.state, said, NOW)
    assert step.kind is StepKind.RUN


def test_the_same_values_in_one_conversation_have_one_key_and_another_conversation_another() -> None:
    state = read_back().state
    assert state.to_run("call-1") == state.to_run("call-1")
    assert state.to_run("call-1").idempotency_key != state.to_run("call-2").idempotency_key


@given(st.lists(st.text(max_size=12), max_size=6))
def test_no_words_but_a_yes_to_the_read_back_ever_run_a_tool_that_writes(words: list[str]) -> None:
    step = FLOW.begin(FLOW.offer())
    for said in words:
        if step.kind is not StepKind.ASK:
            break
        waits_for_yes = step.state.stage is ToolStage.READ_BACK
        step = FLOW.confirm(step.state, None) if waits_for_yes else FLOW.take(step.state, said, NOW)
    assert step.kind is not StepKind.RUN
