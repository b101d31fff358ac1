"""Supervisors read why something was decided in Japanese."""

import pytest

from dashboard.rule_words import RULES
from dashboard.words import note
from dialogue.intents import read_intent


@pytest.mark.parametrize(
    "said",
    [
        "火事です",
        "あなたは人間ですか",
        "ロボットですか",
        "いい加減にしてください",
        "担当者に代わってください",
        "オペレーター",
        "人のほうがいいです",
        "機械じゃなくて人と話したい",
        "もっとゆっくり話して",
        "もう一度お願いします",
        "ちょっと待ってください",
        "ありがとうございました",
        "はい",
        "わかりました",
    ],
)
def test_every_rule_over_what_callers_say_has_a_name_in_japanese(said: str) -> None:
    view = read_intent(said)
    assert view is not None
    assert view.rule in RULES


def test_no_rule_is_called_by_its_english_name() -> None:
    assert all(not name.isascii() for name in RULES.values())


def test_going_on_after_a_cough_is_told_with_what_was_said() -> None:
    assert note("resumed", {"why": "noise", "text": "続きです。"}).endswith("続きからお伝えしました：続きです。")
