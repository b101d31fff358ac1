"""What callers say, labelled: the rules were written on `dev`; `test` and `later` only measure."""

from collections.abc import Callable
from typing import Any

import pytest

from dialogue.escalation.emergency import is_emergency
from dialogue.escalation.facts import FactReader
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
