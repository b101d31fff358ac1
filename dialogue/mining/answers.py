"""From what several operators told, the answer that most of them agree on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dialogue.mining.calls import Asked, TurnLink
from dialogue.normalize import normalize

ALIKE: Final = 0.5
"""From this share of common pairs of signs on, two sentences say the same."""
MAX_SENTENCES: Final = 5
_ENOUGH_TO_VOTE: Final = 3
_MOST_DISAGREEMENTS: Final = 3
_NUMBER: Final = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class DrawnAnswer:
    """An operator's own sentences. `supported_by` is in how many calls the same was told, this one included.

    `disagreements` are sentences of other calls that say the same with other numbers: to be looked at first.
    """

    sentences: tuple[str, ...] = ()
    told_at: tuple[TurnLink, ...] = ()
    supported_by: int = 0
    disagreements: tuple[str, ...] = ()


def best_answer(told: Sequence[Asked]) -> DrawnAnswer:
    """The answer whose sentences the other calls support best; empty when nobody told anything.

    Of three answers or more, a sentence that no other call supports is left out: it belonged to that one caller.
    """
    answers = [each for each in told if each.answer]
    if not answers:
        return DrawnAnswer()
    votes = [[_supporters(sentence, each, answers) for sentence in each.answer] for each in answers]
    # Support for its weight, brevity among equals, and the first told among those.
    order = [(sum(map(len, counted)), -len(each.answer)) for each, counted in zip(answers, votes, strict=True)]
    place = max(range(len(answers)), key=lambda n: (order[n], -n))
    chosen, counted = answers[place], votes[place]
    agreed = [s for s, calls in zip(chosen.answer, counted, strict=True) if calls]
    vote = len({each.link.call_id for each in answers}) >= _ENOUGH_TO_VOTE
    kept = (agreed if agreed and vote else list(chosen.answer))[:MAX_SENTENCES]
    supporters = {call for sentence in kept for call in _supporters(sentence, chosen, answers)}
    return DrawnAnswer(tuple(kept), chosen.told_at, 1 + len(supporters), _disagreements(kept, chosen, answers))


def likeness(one: str, other: str) -> float:
    """The share of pairs of signs that two texts have in common, in [0, 1]; numbers do not count."""
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _supporters(sentence: str, own: Asked, answers: Sequence[Asked]) -> set[str]:
    return {
        each.link.call_id
        for each in answers
        if each.link.call_id != own.link.call_id
        and any(likeness(sentence, other) >= ALIKE and _numbers(sentence) == _numbers(other) for other in each.answer)
    }


def _disagreements(kept: Sequence[str], own: Asked, answers: Sequence[Asked]) -> tuple[str, ...]:
    found = [
        other
        for sentence in kept
        for each in answers
        if each.link.call_id != own.link.call_id
        for other in each.answer
        if _numbers(sentence) and _numbers(other) and _numbers(sentence) != _numbers(other)
        if likeness(sentence, other) >= ALIKE
    ]
    return tuple(dict.fromkeys(found))[:_MOST_DISAGREEMENTS]


def _pairs(text: str) -> set[str]:
    plain = _NUMBER.sub("#", normalize(text)).strip("。")
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "").strip(".") for number in _NUMBER.findall(normalize(text))}
