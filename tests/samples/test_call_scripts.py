"""The call scripts of the sample, and what makes a script one that can be played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from rapidfuzz.distance import Levenshtein

from dialogue.turns import Act
from samples import sample_dir
from samples.pauses import spoken_text
from samples.scripts import CallScript, SayKind, ScriptError, load_scripts

SITUATIONS = {
    "direct",
    "ellipsis",
    "vague",
    "two-questions",
    "noise",
    "silence",
    "aizuchi",
    "barge-in",
    "correction",
    "out-of-scope",
    "angry",
    "person",
    "keypad",
    "repeat",
    "closing",
    "hesitant",
    "wait",
    "clarification",
}

SCRIPT = """
id: small
title: 小さな通話
tags: [direct]
from: "09012345678"
steps:
"""


@pytest.fixture(scope="module")
def scripts() -> tuple[CallScript, ...]:
    return load_scripts(sample_dir() / "calls")


def load_steps(folder: Path, steps: str) -> CallScript:
    (folder / "small.yaml").write_text(SCRIPT + steps, encoding="utf-8")
    return load_scripts(folder)[0]


def test_every_situation_has_its_call(scripts: tuple[CallScript, ...]) -> None:
    assert len(scripts) >= 22
    assert {tag for script in scripts for tag in script.tags} >= SITUATIONS


def test_the_calls_ask_about_seventy_questions_over_many_entries(scripts: tuple[CallScript, ...]) -> None:
    answers = [s.expect.entries for script in scripts for s in script.steps if s.expect and s.expect.entries]
    assert len(answers) >= 70
    assert len({entry for entries in answers for entry in entries}) >= 45


def test_every_expected_entry_is_one_that_callers_hear_on_any_date(scripts: tuple[CallScript, ...]) -> None:
    faq = yaml.safe_load((sample_dir() / "faq.yaml").read_text(encoding="utf-8"))["entries"]
    heard = {e["id"] for e in faq if e["audience"] != "operator" and "valid_until" not in e and not e["escalate"]}
    expected = {e for script in scripts for s in script.steps if s.expect for e in s.expect.entries}
    assert expected <= heard


def test_no_caller_reads_the_wording_of_the_faq_aloud(scripts: tuple[CallScript, ...]) -> None:
    faq = yaml.safe_load((sample_dir() / "faq.yaml").read_text(encoding="utf-8"))["entries"]
    variants = [re.sub(r"[、。？?]", "", variant) for entry in faq for variant in entry["questions"]]
    asked = [
        re.sub(r"[、。？?]", "", spoken_text(step.say))
        for script in scripts
        for step in script.steps
        if step.say and step.expect and step.expect.entries
    ]
    near = [(a, v) for a in asked for v in variants if Levenshtein.normalized_similarity(a, v) >= 0.8]
    assert near == []


def test_out_of_scope_calls_expect_to_be_asked_again_and_never_an_answer(scripts: tuple[CallScript, ...]) -> None:
    strange = [s for script in scripts if "out-of-scope" in script.tags for s in script.steps if s.say]
    reasked = [s for s in strange if s.expect and s.expect.acts == (Act.REASK,)]
    assert len(reasked) >= 4


def test_a_plain_question_is_read_with_what_it_expects(tmp_path: Path) -> None:
    script = load_steps(
        tmp_path, "  - {say: 領収書をください, kind: question, expect: {act: answer, entries: [receipt]}}"
    )
    step = script.steps[0]
    assert (step.say, step.kind, script.caller) == ("領収書をください", SayKind.QUESTION, "09012345678")
    assert step.expect is not None
    assert (step.expect.acts, step.expect.entries) == ((Act.ANSWER,), ("receipt",))


def test_several_acts_may_be_right(tmp_path: Path) -> None:
    script = load_steps(
        tmp_path, "  - {say: 解約です, kind: question, expect: {act: [answer, clarify], entries: [mobile-cancel]}}"
    )
    assert script.steps[0].expect is not None
    assert script.steps[0].expect.acts == (Act.ANSWER, Act.CLARIFY)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("  - {say: はい, press: '0', kind: question}", "どれか一つだけ"),
        ("  - {expect: {act: close}}", "どれか一つだけ"),
        ("  - {say: はい}", "kind を書いて"),
        ("  - {say: はい, kind: aizuchi, during_agent: 1, expect: {act: close}}", "相づち"),
        ("  - {say: はい, kind: aizuchi}", "during_agent"),
        ("  - {say: 違います, kind: interruption, expect: {act: reask}}", "割り込み"),
        ("  - {say: 解約, kind: question, expect: {act: answer}}", "FAQ の id"),
        ("  - {say: 解約, kind: question, expect: {act: reask, entries: [mobile-cancel]}}", "answer があるとき"),
        ("  - {say: '[四百]はい', kind: answer}", "ミリ秒"),
        ("  - {silence: 3.0, kind: answer}", "say と一緒に"),
        ("  - {hang_up: true}\n  - {press: '0'}", "最後の手順"),
        ("  - {shout: はい}", "1番目の手順 shout"),
    ],
)
def test_a_step_that_cannot_be_played_is_refused_with_the_reason(tmp_path: Path, steps: str, says: str) -> None:
    with pytest.raises(ScriptError, match=says) as refused:
        load_steps(tmp_path, steps)
    assert "small.yaml" in str(refused.value)


def test_the_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "two.yaml").write_text("id: two", encoding="utf-8")
    with pytest.raises(ScriptError) as refused:
        load_scripts(tmp_path)
    assert "one.yaml" in str(refused.value)
    assert "two.yaml" in str(refused.value)


def test_the_id_is_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(SCRIPT + "  - {press: '0'}", encoding="utf-8")
    with pytest.raises(ScriptError, match="ファイル名"):
        load_scripts(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="台本"):
        load_scripts(tmp_path)
