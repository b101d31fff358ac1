from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.escalation.harassment import read_harassment, times_asked
from dialogue.escalation.tone import Tone, read_tone

Labelled = Callable[[str], Any]


def level_of(case: dict[str, Any]) -> int:
    *earlier, last = case["says"]
    return read_harassment(last, earlier, case.get("minutes", 1) * 60_000).level


def test_every_labelled_turn_of_the_development_half_has_its_level(labelled: Labelled) -> None:
    wrong = [case for case in labelled("harassment")["dev"] if level_of(case) != case["level"]]
    assert wrong == []


def test_abuse_is_found_and_complaints_are_left_alone_in_the_test_half(labelled: Labelled) -> None:
    cases = labelled("harassment")["test"]
    found = [(level_of(case) >= 2, case["level"] >= 2) for case in cases]
    right = sum(said and is_so for said, is_so in found)
    assert len(cases) >= 30
    assert right / sum(is_so for _, is_so in found) >= 0.9
    assert right / sum(said for said, _ in found) >= 0.9


@pytest.mark.parametrize(
    "text",
    ["弁護士に相談して訴えます", "納得できません。説明してください", "「殺すぞ」という迷惑メールが届いて怖いです"],
)
def test_firm_words_and_the_reports_of_victims_are_no_harassment(text: str) -> None:
    assert read_harassment(text).level == 0


def test_abuse_that_goes_on_is_as_grave_as_a_threat() -> None:
    view = read_harassment("この無能が", ["バカ野郎", "死ね"])
    assert (view.level, view.worst) == (3, 3)
    assert "暴言が続いています" in view.because


def test_the_worst_level_stays_when_the_caller_calms_down() -> None:
    view = read_harassment("料金を教えてください", ["この役立たずが"])
    assert (view.level, view.worst) == (0, 2)


def test_one_demand_again_and_again_counts_in_nearly_the_same_words() -> None:
    assert times_asked("だから解約金をなくせよ", ["解約金をなくせ", "はい", "解約金をなくせって"]) == 3
    assert times_asked("はい", ["はい", "はい"]) == 1


@pytest.mark.parametrize(
    ("text", "earlier", "tone"),
    [
        ("料金プランを教えてください", (), Tone.CALM),
        ("どうしたらいいか全然わからなくて", (), Tone.CONFUSED),
        ("困っているんですが", (), Tone.CONFUSED),
        ("さっきから何度も言っているんですけど", (), Tone.IRRITATED),
        ("まだつながらないんですか", (), Tone.IRRITATED),
        ("住所を変えたいです", ("住所を変えたいんですが", "だからね住所を変えたい"), Tone.IRRITATED),
        ("ふざけるな", (), Tone.ANGRY),
        ("いい加減にしてください", (), Tone.ANGRY),
    ],
)
def test_the_tone_is_read_from_the_words(text: str, earlier: Sequence[str], tone: Tone) -> None:
    assert read_tone(text, read_harassment(text, earlier), earlier) is tone


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=5))
def test_any_words_have_a_level_between_none_and_three(text: str, earlier: list[str]) -> None:
    view = read_harassment(text, earlier, 0.0)
    assert 0 <= view.level <= view.worst <= 3
