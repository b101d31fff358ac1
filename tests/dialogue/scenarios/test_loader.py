from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.scenarios.loader import ScenarioError, load_scenarios, parse_scenarios
from dialogue.scenarios.scenario import AN_OPEN_WEEKDAY, Asks, ModelKind, Outcome, Scenario
from dialogue.turns import Act, TurnKind

HEAD = """id: small
title: 小さな会話
tags: [direct]
"""
SMALL = HEAD + "steps:\n  - says: こんにちは\n    asks: again\n"


def one(text: str) -> Scenario:
    (scenario,) = parse_scenarios(text, "small.yaml")
    return scenario


def told(text: str) -> str:
    with pytest.raises(ScenarioError) as raised:
        parse_scenarios(text, "small.yaml")
    return str(raised.value)


def test_what_is_not_written_is_an_open_weekday_an_ordinary_caller_and_no_model() -> None:
    scenario = one(SMALL)
    assert (scenario.now, scenario.model) == (AN_OPEN_WEEKDAY, ModelKind.OFF)
    assert not scenario.caller.vip and not scenario.caller.withheld
    assert scenario.steps[0].asks == (Asks.AGAIN,)


def test_a_caller_is_heard_with_the_recognisers_alternatives_and_confidence() -> None:
    listed = one(HEAD + "steps:\n  - says: [改約, 解約]\n    act: clarify\n").steps[0]
    assert listed.turn.text == "改約" and listed.turn.alternatives == ("解約",)
    written = one(HEAD + "steps:\n  - says: {text: 改約, alternatives: [解約], confidence: 0.2}\n    act: clarify\n")
    assert written.steps[0].turn.confidence == 0.2
    assert written.steps[0].act == (Act.CLARIFY,)


def test_keys_and_silence_are_turns_too() -> None:
    steps = one(HEAD + 'steps:\n  - presses: "0"\n  - silent: true\nfinally: hand_over\n').steps
    assert [step.turn.kind for step in steps] == [TurnKind.KEYPAD, TurnKind.SILENCE]
    assert steps[0].turn.digits == "0"


def test_one_file_may_hold_several_scenarios_each_knowing_its_place() -> None:
    scenarios = parse_scenarios(SMALL + "---\n" + SMALL.replace("small", "other"), "two.yaml")
    assert [scenario.source for scenario in scenarios] == ["two.yaml:1", "two.yaml:8"]


def test_folders_are_searched_through_and_an_id_stands_for_one_scenario(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "deep" / "b.yaml").write_text(SMALL.replace("small", "other"), encoding="utf-8")
    assert [scenario.id for scenario in load_scenarios([tmp_path])] == ["small", "other"]
    (tmp_path / "deep" / "c.yaml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"c\.yaml:1: 「small」は .*a\.yaml:1 にもあります"):
        load_scenarios([tmp_path])


def test_a_folder_without_scenarios_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="シナリオがありません"):
        load_scenarios([tmp_path])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="開けません"):
        load_scenarios([tmp_path / "none.yaml"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            HEAD + "steps:\n  - says: はい\n    answer_with: x\n",
            "small.yaml:6: steps の 1番目 の answer_with: 「answer_with」という項目はありません。",
        ),
        (
            HEAD + "steps:\n  - says: はい\n    ends: true\n  - says: いいえ\n    silent: true\n",
            "small.yaml:7: steps の 2番目: says、presses、silent のうち、どれか一つだけを書いてください。",
        ),
        (HEAD + "steps:\n  - says: はい\n", "small.yaml:1: 期待を一つ以上書いてください"),
        (HEAD + "finally: answer\n", "small.yaml:1: steps: この項目は必ず書いてください。"),
        (HEAD + "steps:\n  - says: はい\n    ends: maybe\n", "ends: "),
        (HEAD + "steps:\n  - says: はい\nfinally: fine\n", "使える値: "),
        (HEAD + "steps:\n  - says: はい\n    evidence: {rules: x}\n", "根拠に「rules」はありません"),
        (HEAD + "steps:\n  - says: はい\n    asks: again\n    asks: which\n", "small.yaml:7: 「asks」が二度書かれて"),
        (HEAD + 'now: "2026-11-24T10:00"\nsteps:\n  - says: はい\n    ends: true\n', "時差まで書いてください"),
        (HEAD + "source: x\nsteps:\n  - says: はい\n    ends: true\n", "「source」という項目はありません"),
        ("- 一つ目\n", "small.yaml:1: id、title、tags、steps を並べた形で"),
        ("id: [", "YAMLとして読めません"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_step(text: str, said: str) -> None:
    assert said in told(text)


@given(st.text(max_size=60))
def test_no_text_does_worse_than_a_told_mistake(text: str) -> None:
    try:
        parse_scenarios(text, "any.yaml")
    except ScenarioError as error:
        assert "any.yaml" in str(error)


@given(
    st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=3, unique=True),
    st.lists(st.text("あいう漢字", min_size=1, max_size=5), max_size=3),
)
def test_what_is_written_is_what_is_read(outcomes: list[Outcome], words: list[str]) -> None:
    listed = ", ".join(outcome.value for outcome in outcomes)
    scenario = one(f"{HEAD}never_says: [{', '.join(words)}]\nsteps:\n  - says: はい\nfinally: [{listed}]\n")
    assert scenario.outcomes == tuple(outcomes) and scenario.never_says == tuple(words)
