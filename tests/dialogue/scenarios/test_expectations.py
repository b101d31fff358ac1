from __future__ import annotations

import pytest

from dialogue.evidence import Evidence
from dialogue.scenarios.expectations import mentions, outcome_of
from dialogue.scenarios.scenario import Outcome
from dialogue.turns import Act, After, Reply


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("手数料は3,300円です。", "３３００円", True),
        ("手数料は3,300円です。", "0円", False),
        ("手数料は3,300円です。", "3", False),
        ("10回線まで", "10", True),
        ("毎月27日に引き落とし", "7日", False),
        ("担当者はAIです", "ai", True),
        ("Ｗｉ－Ｆｉをお使いください", "Wi-Fi", True),
        ("かかりません", "かかります", False),
    ],
)
def test_words_are_found_however_they_are_written_and_numbers_only_whole(text: str, words: str, there: bool) -> None:
    assert mentions(text, words) is there


@pytest.mark.parametrize(
    ("act", "after", "outcome"),
    [
        (Act.ANSWER, After.LISTEN, Outcome.ANSWER),
        (Act.REPEAT, After.LISTEN, Outcome.ANSWER),
        (Act.CLARIFY, After.LISTEN, Outcome.CLARIFY),
        (Act.REASK, After.LISTEN, Outcome.CLARIFY),
        (Act.ANSWER, After.HAND_OVER, Outcome.HAND_OVER),
        (Act.CLOSE, After.HANG_UP, Outcome.CLOSE),
        (Act.WAIT, After.LISTEN, Outcome.STAY),
    ],
)
def test_a_reply_comes_to_an_answer_a_question_a_person_or_an_end(act: Act, after: After, outcome: Outcome) -> None:
    assert outcome_of(Reply(("はい。",), act, Evidence(decision=act.value), after=after)) is outcome
