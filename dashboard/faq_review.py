"""What a supervisor should know of an entry while writing it: what is missing, what sounds wrong, how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dialogue.faq.check import check_against, check_entry
from dialogue.faq.draft import FieldProblem, entry_of
from dialogue.faq.entry import FaqEntry
from dialogue.faq.rows import COLUMNS
from dialogue.kana import Reader, morae
from dialogue.keigo import lint
from dialogue.sentences import sentences_of

Pronounce = Callable[[str], str]
"""A sentence as the voice will read it, in katakana with its pauses. Blocking."""

MORAE_A_SECOND: Final = 8.36
PAUSE_S: Final = 0.41
"""Fitted to Open JTalk's own lengths on 30 of the sample company's answers: 1.4 % off on average."""
_FIELDS: Final = {
    "long_answer": "spoken",
    "long_sentence": "spoken",
    "unspeakable": "spoken",
    "missing_reading": "vocabulary",
    "keigo": "spoken",
    "expired": "valid_until",
    "contradiction": "negatives",
    "instruction": "spoken",
    "duplicate": "questions",
    "near_duplicate": "questions",
    "unanswered": "negatives",
}


@dataclass(frozen=True)
class Warned:
    """Something to look at. `text` are the words it is about, from `start` on in the spoken answer (-1: elsewhere);
    `instead` is what to write, where that is known.
    """

    kind: str
    field: str
    label: str
    message: str
    text: str = ""
    start: int = -1
    instead: str = ""


@dataclass(frozen=True)
class ReadSentence:
    """A sentence of the spoken answer, as it will be read."""

    text: str
    kana: str
    morae: int


@dataclass(frozen=True)
class Review:
    """`problems` must be mended before publishing; `warnings` are worth a look."""

    problems: tuple[FieldProblem, ...]
    warnings: tuple[Warned, ...]
    sentences: tuple[ReadSentence, ...]

    @property
    def morae(self) -> int:
        """How long the spoken answer is."""
        return sum(each.morae for each in self.sentences)

    @property
    def seconds(self) -> float:
        """About how long it takes to say at the usual speed."""
        pauses = sum(each.text.count("、") for each in self.sentences) + max(0, len(self.sentences) - 1)
        return round(self.morae / MORAE_A_SECOND + PAUSE_S * pauses, 1)


class FaqReviewer:
    """Reviews one entry against the others. Blocking: run it on a thread."""

    def __init__(self, pronounce: Pronounce) -> None:
        self._pronounce = pronounce

    def review(self, key: str, content: Mapping[str, Any], others: Sequence[Mapping[str, Any]], today: date) -> Review:
        """`content` with the id `key` as it is being written; `others` are entries as plain data."""
        entry, problems = entry_of(key, content)
        warnings = self._warnings(entry, others, today) if entry is not None else ()
        return Review(problems, warnings, self.read(str(content.get("spoken") or "")))

    def read(self, text: str) -> tuple[ReadSentence, ...]:
        """The sentences of `text` as they will be read."""
        return tuple(self._sentence(each) for each in sentences_of(text))

    def _sentence(self, text: str) -> ReadSentence:
        kana = self._pronounce(text)
        return ReadSentence(text, kana, morae("".join(sign for sign in kana if sign.isalpha() or sign == "ー")))

    def _warnings(self, entry: FaqEntry, others: Sequence[Mapping[str, Any]], today: date) -> tuple[Warned, ...]:
        reader = Reader((term.surface, term.reading) for term in entry.vocabulary)
        entries = [other for each in others if (other := entry_of(str(each["id"]), each)[0]) and other.id != entry.id]
        found = [*check_entry(entry, reader, today), *check_against(entry, entries)]
        told = [_warned(each.kind, each.message) for each in found if each.kind != "keigo"]
        for slip in lint(entry.spoken):
            field = _FIELDS["keigo"]
            told.append(Warned("keigo", field, COLUMNS[field], slip.message_ja, slip.text, slip.start, slip.instead))
        return tuple(told)


def _warned(kind: str, message: str) -> Warned:
    field = _FIELDS.get(kind, "")
    return Warned(kind, field, COLUMNS.get(field, ""), message)
