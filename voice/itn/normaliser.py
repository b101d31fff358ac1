"""Reads a text as a recogniser writes it and writes its values as people do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from voice.itn.amounts import AMOUNT_RULES
from voice.itn.calendar import CALENDAR_RULES
from voice.itn.dictation import Dictated, dictated
from voice.itn.folding import Folded, fold
from voice.itn.rules import Found, Rule
from voice.itn.skeleton import Skeleton, build_skeleton, known_zeros
from voice.itn.values import Style, Value, ValueKind, Written
from voice.turn.expectation import Expectation
from voice.turn.morphemes import Morphemes, shared_morphemes

_RULES = (*CALENDAR_RULES, *AMOUNT_RULES)


@dataclass(frozen=True)
class _Candidate:
    """A value on the skeleton; `start` and `end` there."""

    start: int
    end: int
    rank: int
    kind: ValueKind
    canonical: str
    display: str | None


class TextNormaliser:
    """From spoken to written values. Total: any text is read, and written text stays as it is. Thread-safe."""

    def __init__(self, style: Style | None = None, morphemes: Morphemes | None = None) -> None:
        self._style = style or Style()
        self._morphemes = morphemes or shared_morphemes()

    def normalise(self, text: str, expectation: Expectation | None = None, today: date | None = None) -> Written:
        """Find the values of `text`. With `DIGITS` expected, short runs of digits count as dictated too.

        With `today`, relative days become dates.
        """
        if not text.strip():
            return Written(text, text, ())
        folded = fold(text)
        dictations = tuple(dictated(folded.kana, expectation is Expectation.DIGITS))
        taken = [(found.start, found.end) for found in dictations]
        words = self._morphemes.read(known_zeros(folded.width))
        skeleton = build_skeleton(folded, taken, words, self._style.lone_people)
        values = [_dictated_value(folded, found) for found in dictations]
        values += self._values(folded, skeleton, today)
        values.sort(key=lambda value: value.start)
        return Written(text, _replaced(text, values), tuple(values))

    def _values(self, folded: Folded, skeleton: Skeleton, today: date | None) -> Iterator[Value]:
        candidates = [
            candidate
            for rank, rule in enumerate(_RULES)
            for candidate in self._candidates(folded, skeleton, rank, rule, today)
        ]
        candidates.sort(key=lambda c: (c.start, -c.end, c.rank))
        free_from = 0
        for candidate in candidates:
            if candidate.start < free_from:
                continue
            free_from = candidate.end
            start = folded.origins[skeleton.places[candidate.start]]
            end = folded.origins[skeleton.places[candidate.end]]
            if start >= end:
                continue
            display = folded.source[start:end] if candidate.display is None else candidate.display
            yield Value(candidate.kind, start, end, candidate.canonical, display)

    def _candidates(
        self, folded: Folded, skeleton: Skeleton, rank: int, rule: Rule, today: date | None
    ) -> Iterator[_Candidate]:
        for match in rule.pattern.finditer(skeleton.text):
            start, end = match.span()
            numbers = skeleton.numbers_between(start, end)
            spellings = tuple(folded.width[number.start : number.end] for number in numbers)
            reading = rule.read(Found(match, numbers, spellings, self._style, today))
            if reading is None:
                continue
            kind = rule.kind
            if kind is ValueKind.NUMBER and "." in reading.canonical:
                kind = ValueKind.DECIMAL
            yield _Candidate(start, end, rank, kind, reading.canonical, reading.display)


def _dictated_value(folded: Folded, found: Dictated) -> Value:
    start, end = folded.origins[found.start], folded.origins[found.end]
    return Value(found.kind, start, end, found.digits, found.display)


def _replaced(text: str, values: Sequence[Value]) -> str:
    pieces, at = [], 0
    for value in values:
        pieces += [text[at : value.start], value.display]
        at = value.end
    return "".join([*pieces, text[at:]])
