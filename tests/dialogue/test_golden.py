"""Golden questions: what counts as right, and what a draft makes worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.faq.files import read_entries
from dialogue.golden import (
    Flip,
    GoldenError,
    GoldenQuestion,
    GoldenSet,
    Outcome,
    flip_of,
    next_id,
    outcome_of,
    read_golden,
)
from dialogue.trial import Change, Told, change_of
from samples import sample_dir

BILLING = GoldenQuestion(id="q1", text="請求の日は", expected="billing")
NOTHING = GoldenQuestion(id="q2", text="天気は")


def told(act: str = "answer", entries: tuple[str, ...] = (), offered: tuple[str, ...] = (), text: str = "はい") -> Told:
    return Told(act, entries, offered, text, 0.9, "billing")


@pytest.mark.parametrize(
    ("question", "said", "outcome"),
    [
        (BILLING, told(entries=("billing",)), Outcome.RIGHT),
        (BILLING, told("hand_over", entries=("billing",)), Outcome.RIGHT),
        (BILLING, told(entries=("points",)), Outcome.WRONG),
        (BILLING, told("clarify", offered=("billing", "points")), Outcome.ASKED_BACK),
        (BILLING, told("clarify", offered=("points",)), Outcome.MISSED),
        (BILLING, told("reask"), Outcome.MISSED),
        (NOTHING, told("reask"), Outcome.RIGHT),
        (NOTHING, told("clarify", offered=("points",)), Outcome.RIGHT),
        (NOTHING, told(entries=("points",)), Outcome.WRONG),
    ],
)
def test_an_outcome_is_told_by_what_was_spoken_or_offered(
    question: GoldenQuestion, said: Told, outcome: Outcome
) -> None:
    assert outcome_of(question, said) is outcome


def test_a_question_back_instead_of_the_answer_is_worse_and_better_than_another_answer() -> None:
    assert flip_of(Outcome.RIGHT, Outcome.ASKED_BACK) is Flip.REGRESSION
    assert flip_of(Outcome.WRONG, Outcome.ASKED_BACK) is Flip.IMPROVEMENT
    assert flip_of(Outcome.MISSED, Outcome.WRONG) is Flip.SAME


def test_a_change_is_what_the_caller_would_notice() -> None:
    before = told(entries=("billing",), text="27日です。")
    assert change_of(before, before) is Change.NONE
    assert change_of(before, Told("answer", ("billing",), (), "27日です。", 0.5, "billing")) is Change.NONE
    assert change_of(before, told(entries=("billing",), text="10日です。")) is Change.OTHER_WORDS
    assert change_of(before, told(entries=("points",))) is Change.OTHER_ENTRY
    assert change_of(before, told("reask")) is Change.NO_LONGER_ANSWERED
    assert change_of(told("reask"), before) is Change.NOW_ANSWERED
    assert change_of(told("reask"), told("clarify", offered=("points",))) is Change.OTHER_REPLY


def test_two_questions_of_one_id_are_refused() -> None:
    with pytest.raises(GoldenError, match="2つ以上"):
        GoldenSet.of({"questions": [{"id": "q1", "text": "甲"}, {"id": "q1", "text": "乙"}]})


def test_a_new_question_gets_an_id_that_none_has() -> None:
    assert next_id([]) == "q001"
    assert next_id([GoldenQuestion(id="q002", text="甲")]) == "q003"


def test_the_samples_questions_name_entries_that_there_are_and_stand_in_no_entry() -> None:
    questions = read_golden(sample_dir() / "golden.yaml").questions
    entries = {entry.id: entry for entry in read_entries(sample_dir() / "faq.yaml")}
    wordings = {wording for entry in entries.values() for wording in entry.questions}
    assert {question.expected for question in questions} - {""} <= entries.keys()
    assert not {question.text for question in questions} & wordings
    assert sum(not question.expected for question in questions) >= 15


def test_a_company_without_golden_questions_has_none(tmp_path: Path) -> None:
    assert read_golden(tmp_path / "golden.yaml").questions == ()
