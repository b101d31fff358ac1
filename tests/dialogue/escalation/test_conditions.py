"""Every kind of condition, met and not met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from dialogue.escalation.facts import CallerProfile, EntryFact, Progress, Said, Situation, TurnFacts
from dialogue.escalation.harassment import HarassmentView
from dialogue.escalation.tone import Tone
from dialogue.escalation.topics import Topic
from dialogue.escalation.tree import Condition, leaves_of

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
CALM = TurnFacts(text="料金を教えて", normalized="料金を教えて", kana="リョウキン ヲ オシエ テ", confidence=0.9)


def caller(**known: Any) -> TurnFacts:
    return replace(CALM, situation=Situation(caller=CallerProfile(**known)))


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"kind": "asks_for_person"}, replace(CALM, asks_person="person_alone")),
        ({"kind": "are_you_human"}, replace(CALM, asks_human="are_you_ai")),
        ({"kind": "emergency"}, replace(CALM, emergency=True)),
        ({"kind": "failed_turns", "at_least": 3}, replace(CALM, progress=Progress(failed_turns=3))),
        ({"kind": "low_confidence", "below": 0.4}, replace(CALM, confidence=0.39)),
        (
            {"kind": "low_confidence", "below": 0.4, "turns": 2},
            replace(CALM, confidence=0.2, earlier=(Said("え", 0.9), Said("は", 0.3))),
        ),
        ({"kind": "weak_match", "below": 0.3}, replace(CALM, score=0.2)),
        ({"kind": "entry_flag", "flag": "escalate"}, replace(CALM, entries=(EntryFact("a", flags=("escalate",)),))),
        ({"kind": "entry_in", "ids": ["b", "a"]}, replace(CALM, entries=(EntryFact("a"),))),
        ({"kind": "category_in", "categories": ["解約"]}, replace(CALM, entries=(EntryFact("a", "解約"),))),
        ({"kind": "words", "words": ["弁護士"]}, replace(CALM, normalized="弁護士に言います")),
        (
            {"kind": "words", "words": ["弁護士"], "sounds": ["ベンゴシ"]},
            replace(CALM, normalized="弁護死に", kana="ソノ ベンゴ シ ニ"),
        ),
        ({"kind": "topic", "topics": ["legal"]}, replace(CALM, topic=Topic.LEGAL)),
        ({"kind": "harassment", "at_least": 2}, replace(CALM, harassment=HarassmentView(2, ("暴言",), 2))),
        ({"kind": "amount", "at_least": 50_000}, replace(CALM, amounts=(300, 50_000))),
        ({"kind": "caller_vip"}, caller(vip=True)),
        ({"kind": "caller_blocked"}, caller(blocked=True)),
        ({"kind": "number_withheld"}, caller(number_known=False)),
        ({"kind": "repeat_caller", "within_hours": 24, "at_least": 2}, caller(earlier_calls_h=(1.0, 23.9, 90.0))),
        ({"kind": "silence_count", "at_least": 2}, replace(CALM, progress=Progress(no_inputs=2))),
        ({"kind": "out_of_hours"}, replace(CALM, situation=Situation(open=False))),
        ({"kind": "model_down"}, replace(CALM, situation=Situation(model_ready=False))),
        ({"kind": "tone", "tones": ["irritated", "angry"]}, replace(CALM, tone=Tone.IRRITATED)),
        ({"kind": "call_minutes", "at_least": 10}, replace(CALM, situation=Situation(elapsed_ms=600_000))),
        ({"kind": "asked_same", "at_least": 2}, replace(CALM, earlier=(Said("料金を教えてよ"),))),
        ({"kind": "not_japanese"}, replace(CALM, normalized="hello i want to cancel")),
        ({"kind": "not_japanese"}, replace(CALM, normalized="안녕하세요")),
        ({"kind": "fired", "rule": "warning"}, replace(CALM, fired=("warning",))),
        (
            {"kind": "all", "of": [{"kind": "emergency"}, {"kind": "out_of_hours"}]},
            replace(CALM, emergency=True, situation=Situation(open=False)),
        ),
        ({"kind": "any", "of": [{"kind": "emergency"}, {"kind": "out_of_hours"}]}, replace(CALM, emergency=True)),
        (
            {"kind": "all", "of": [{"kind": "out_of_hours"}, {"kind": "not", "of": {"kind": "caller_vip"}}]},
            replace(CALM, situation=Situation(open=False)),
        ),
        (
            {
                "kind": "score",
                "at_least": 3,
                "of": [
                    {"when": {"kind": "amount", "at_least": 1}, "weight": 2},
                    {"when": {"kind": "caller_vip"}, "weight": 5},
                    {"when": {"kind": "tone", "tones": ["angry"]}, "weight": 1},
                ],
            },
            replace(CALM, amounts=(5,), tone=Tone.ANGRY),
        ),
    ],
)
def test_a_condition_is_met_by_its_fact_and_only_by_it(condition: dict[str, Any], met: TurnFacts) -> None:
    checked = CONDITION.validate_python(condition)
    reasons = checked.check(met)
    assert reasons is not None
    assert all(reasons)
    if condition["kind"] != "weak_match":
        assert checked.check(CALM) is None


def test_a_turn_without_any_candidate_is_a_weak_match() -> None:
    assert CONDITION.validate_python({"kind": "weak_match", "below": 0.1}).check(CALM) is not None


def test_a_turn_whose_confidence_is_unknown_is_not_held_unclear() -> None:
    unsure = CONDITION.validate_python({"kind": "low_confidence", "below": 0.9})
    assert unsure.check(replace(CALM, confidence=None)) is None


def test_signs_against_take_from_a_score() -> None:
    score = CONDITION.validate_python(
        {
            "kind": "score",
            "at_least": 1,
            "of": [
                {"when": {"kind": "caller_vip"}, "weight": 2},
                {"when": {"kind": "out_of_hours"}, "weight": -1.5},
            ],
        }
    )
    assert score.check(caller(vip=True)) is not None
    assert score.check(replace(CALM, situation=Situation(caller=CallerProfile(vip=True), open=False))) is None


def test_a_sound_is_found_only_from_the_beginning_of_a_word() -> None:
    words = CONDITION.validate_python({"kind": "words", "words": ["裁判"], "sounds": ["サイバン"]})
    assert words.check(replace(CALM, kana="サイ バン ヲ")) is not None
    assert words.check(replace(CALM, kana="シサイバン ヲ")) is None


def test_what_stands_below_a_not_is_nothing_a_rule_waits_for() -> None:
    tree = CONDITION.validate_python(
        {"kind": "all", "of": [{"kind": "caller_vip"}, {"kind": "not", "of": {"kind": "emergency"}}]}
    )
    assert [leaf.kind for leaf in leaves_of(tree)] == ["caller_vip"]
