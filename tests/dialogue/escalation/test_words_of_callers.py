"""What callers say, labelled: the rules were written on `dev`; `test` and `unseen` only measure."""

from collections.abc import Callable
from typing import Any

import pytest

from dialogue.escalation.emergency import is_emergency
from dialogue.escalation.facts import FactReader
from dialogue.escalation.harassment import read_harassment
from dialogue.escalation.human import asks_if_human
from dialogue.normalize import strip_fillers

Labelled = Callable[[str], Any]


def test_a_person_is_asked_for_in_more_than_sixty_ways(facts: FactReader, labelled: Labelled) -> None:
    halves = labelled("person")
    asks = halves["dev"]["asks"] + halves["test"]["asks"]
    assert len(asks) >= 60
    missed = [text for text in halves["dev"]["asks"] if facts.read(text).asks_person is None]
    assert missed == []
    unseen = [facts.read(text).asks_person is not None for text in halves["test"]["asks"]]
    assert sum(unseen) / len(unseen) >= 0.9


def test_more_than_sixty_sentences_mention_people_and_ask_for_none(facts: FactReader, labelled: Labelled) -> None:
    halves = labelled("person")
    mentions = halves["dev"]["does_not"] + halves["test"]["does_not"]
    assert len(mentions) >= 60
    assert [text for text in mentions if facts.read(text).asks_person is not None] == []


@pytest.mark.parametrize(
    "text", ["担当の肩に変わって", "単頭者に変わってください", "書かりの人に綱いでください", "人間の形にかわって下さい"]
)
def test_a_request_in_the_wrong_characters_is_still_understood(facts: FactReader, text: str) -> None:
    assert facts.read(text).asks_person is not None


def test_whether_it_is_human_is_asked_in_more_than_twenty_ways(labelled: Labelled) -> None:
    halves = labelled("human")
    asks = halves["dev"]["asks"] + halves["test"]["asks"]
    assert len(asks) >= 20
    assert [text for text in asks if asks_if_human(strip_fillers(text)) is None] == []


def test_machines_and_recordings_may_be_spoken_of(labelled: Labelled) -> None:
    halves = labelled("human")
    for text in halves["dev"]["does_not"] + halves["test"]["does_not"]:
        assert asks_if_human(strip_fillers(text)) is None, text


def test_danger_to_life_is_heard(labelled: Labelled) -> None:
    halves = labelled("emergency")
    for text in halves["dev"]["emergency"] + halves["test"]["emergency"]:
        assert is_emergency(strip_fillers(text)), text


def test_what_is_over_or_only_asked_about_is_no_emergency(labelled: Labelled) -> None:
    halves = labelled("emergency")
    for text in halves["dev"]["not"] + halves["test"]["not"]:
        assert not is_emergency(strip_fillers(text)), text


def test_the_question_for_a_human_may_come_in_a_longer_turn(labelled: Labelled) -> None:
    cases = labelled("families")["human"]
    assert [text for text in cases["asks"] if asks_if_human(strip_fillers(text)) is None] == []
    assert [text for text in cases["does_not"] if asks_if_human(strip_fillers(text)) is not None] == []


def test_danger_is_heard_in_the_words_of_those_who_are_in_it(labelled: Labelled) -> None:
    cases = labelled("families")["emergency"]
    assert [text for text in cases["now"] if not is_emergency(strip_fillers(text))] == []
    assert [text for text in cases["not"] if is_emergency(strip_fillers(text))] == []


def test_asking_for_the_way_to_a_person_or_for_a_call_back_is_asking_for_one(
    facts: FactReader, labelled: Labelled
) -> None:
    cases = labelled("families")["person"]
    assert [text for text in cases["asks"] if facts.read(text).asks_person is None] == []
    assert [text for text in cases["does_not"] if facts.read(text).asks_person is not None] == []


@pytest.mark.parametrize("name", ["improved_on", "improved_on_too"])
def test_what_was_missed_once_is_understood_now(facts: FactReader, labelled: Labelled, name: str) -> None:
    people = labelled("later")[name]["person"]
    assert [text for text in people["asks"] if facts.read(text).asks_person is None] == []
    assert [text for text in people["does_not"] if facts.read(text).asks_person is not None] == []
    cases = labelled("later")[name]["harassment"]
    assert [case for case in cases if read_harassment(case["says"][-1]).level != case["level"]] == []


def test_words_that_no_rule_was_made_for_are_mostly_understood(facts: FactReader, labelled: Labelled) -> None:
    unseen = labelled("later")["unseen"]
    asks = [facts.read(text).asks_person is not None for text in unseen["person"]["asks"]]
    assert sum(asks) / len(asks) >= 0.8
    assert [text for text in unseen["person"]["does_not"] if facts.read(text).asks_person is not None] == []
    abuse = [(read_harassment(case["says"][-1]).level >= 2, case["level"] >= 2) for case in unseen["harassment"]]
    right = sum(said and is_so for said, is_so in abuse)
    assert right / sum(is_so for _, is_so in abuse) >= 0.75
    assert right / sum(said for said, _ in abuse) >= 0.9


@pytest.mark.parametrize(
    "piece", ["人", "担当", "1,", "五", "これは", "もしかして", "です", "相手が", "殺し", "センター"]
)
def test_no_words_however_long_keep_the_agent_busy(facts: FactReader, piece: str) -> None:
    # A pattern that tries every way to cut such a text would not end within the test's own time limit.
    assert facts.read(piece * 1_000 + "x").normalized
