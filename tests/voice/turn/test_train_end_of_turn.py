"""Fitting the end-of-turn model: what it learns, and how its figures are reckoned."""

import json
from pathlib import Path

import numpy as np
import pytest

from voice.turn.end_model import PRIORS, Evidence
from voice.turn.endings import Ending, EndingView
from voice.turn.expectation import Expectation
from voice.turn.sound_head import SoundHead
from voice.turn.train_end_of_turn import (
    Lesson,
    Written,
    area_under_curve,
    calibration_error,
    cross_validate,
    fit,
    read_lessons,
)
from voice.turn.train_sound_head import FoldedHeads


def lesson(ending: Ending, ended: bool, call: int = 0) -> Lesson:
    evidence = Evidence(EndingView(ending, "polite_end"), 0.9, None, 2_000.0, Expectation.FREE, "料金")
    return Lesson(evidence, ended, str(call))


LESSONS = [
    lesson(Ending.SOFT if soft else Ending.OPEN, ended, call)
    for call in range(10)
    for soft, ended in [(True, True)] * 9 + [(True, False)] + [(False, False)] * 9 + [(False, True)]
]


def test_what_mostly_ends_turns_is_learnt_as_an_end() -> None:
    words = fit(LESSONS).words
    assert words.weights["ending:soft"] > words.weights["ending:open"]


def test_written_sentences_teach_what_ends_look_like() -> None:
    written = [Written(text, ended, str(n)) for n in range(40) for text, ended in (("高いです", True), ("高い", False))]
    model = fit(LESSONS, written)
    assert model.text_odds("安いです") > model.text_odds("安い")


def test_where_there_is_no_example_the_prior_stands() -> None:
    assert fit(LESSONS).words.weights["ending:filler"] == pytest.approx(PRIORS["ending:filler"])


def test_the_probabilities_are_those_of_the_examples() -> None:
    model = fit(LESSONS)
    assert model.probability(LESSONS[0].evidence) == pytest.approx(0.9, abs=0.05)
    assert model.probability(LESSONS[-1].evidence) == pytest.approx(0.1, abs=0.05)


def test_callers_left_out_are_judged_by_what_the_others_taught() -> None:
    figures = cross_validate(LESSONS)
    assert figures["words_auc"] > 0.85
    assert figures["words_ece"] < 0.1


@pytest.mark.parametrize(
    ("judged", "area"),
    [([(0.9, True), (0.1, False)], 1.0), ([(0.1, True), (0.9, False)], 0.0), ([(0.5, True), (0.5, False)], 0.5)],
)
def test_the_area_is_how_often_an_end_is_the_likelier(judged: list[tuple[float, bool]], area: float) -> None:
    assert area_under_curve(judged) == area


def test_a_forecast_that_comes_true_as_often_as_it_says_is_calibrated() -> None:
    assert calibration_error([(0.25, n % 4 == 0) for n in range(800)]) < 0.02
    assert calibration_error([(0.75, n % 4 == 0) for n in range(800)]) == pytest.approx(0.5, abs=0.02)


def test_what_was_heard_is_read_with_a_head_that_has_not_heard_it_and_joined_sentences_are_left_out(
    tmp_path: Path,
) -> None:
    sound = {"pitch": 0.0, "rise": 0.0, "fall_db": 0.0, "last_voice_ms": 0.0, "breath_ms": 0.0, "heard_ms": 900.0}
    pause = {"embedding": [0.5, 1.0], "prosody": sound, "text": "解約したいです。", "speech_ms": 1_000.0}
    turn = {"place": "free", "call": "c", "human": True, "pauses": [{**pause, "kind": "end"}]}
    path = tmp_path / "heard.jsonl"
    path.write_text("".join(json.dumps({**turn, "name": name}) + "\n" for name in ("a", "b+a")), encoding="utf-8")
    heads = FoldedHeads((SoundHead(np.zeros(2, np.float32), 0.0), SoundHead(np.ones(2, np.float32), 0.5)), {"a": 1})
    (read,) = read_lessons(path, heads)
    assert read.ended
    assert read.evidence.sound_logit == 2.0
    assert read.evidence.text == "解約したいです。"
    assert read.evidence.ending == EndingView(Ending.COMPLETE, "polite_end")
