"""Golden questions: what callers ask, and the entry that has to answer. Asked of every draft before it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialogue.faq.entry import Line, Slug, Word
from dialogue.trial import Told

KIND: Final = "golden"
"""Of the document that holds them."""
MOST: Final = 1_000


class GoldenError(ValueError):
    """The questions cannot be kept or read; the message says why, in Japanese."""


class GoldenQuestion(BaseModel):
    """One question. `expected` is the id of the entry that answers it; empty: it must not be answered.

    `spoken`: it is asked by voice too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    text: Line
    expected: Slug | str = Field(default="", max_length=64)
    tags: tuple[Word, ...] = Field(default=(), max_length=10)
    spoken: bool = True


class GoldenSet(BaseModel):
    """All golden questions; ids are unique."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: tuple[GoldenQuestion, ...] = Field(default=(), max_length=MOST)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> GoldenSet:
        ids = [question.id for question in self.questions]
        twice = next((each for each in ids if ids.count(each) > 1), None)
        if twice is not None:
            raise ValueError(f"ID「{twice}」の質問が2つ以上あります。")
        return self

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> GoldenSet:
        """From plain data. Raises `GoldenError`."""
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            place = "・".join(str(part) for part in first["loc"])
            raise GoldenError(f"テストの質問が正しくありません（{place}: {first['msg']}）。") from error

    def plain(self) -> dict[str, Any]:
        """As the document keeps them."""
        return self.model_dump(mode="json")


def read_golden(file: Path) -> GoldenSet:
    """The questions of a YAML file; none when there is no such file. Raises `GoldenError`."""
    if not file.is_file():
        return GoldenSet()
    try:
        return GoldenSet.of(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise GoldenError(f"{file} が読めません（{error}）。questions に id と text を並べてください。") from error


class Outcome(StrEnum):
    """What came of a question: the right entry, a question back that offers it, no answer, or another's answer."""

    RIGHT = "right"
    ASKED_BACK = "asked_back"
    MISSED = "missed"
    WRONG = "wrong"


_RANK: Final = {Outcome.RIGHT: 2, Outcome.ASKED_BACK: 1, Outcome.MISSED: 0, Outcome.WRONG: 0}


def outcome_of(question: GoldenQuestion, told: Told) -> Outcome:
    """How `told` answers the question. Where nothing may be answered, every question back is right too."""
    if not question.expected:
        return Outcome.WRONG if told.answered else Outcome.RIGHT
    if told.answered:
        return Outcome.RIGHT if question.expected in told.entry_ids else Outcome.WRONG
    return Outcome.ASKED_BACK if question.expected in told.offered else Outcome.MISSED


class Flip(StrEnum):
    """How a draft changes an outcome."""

    SAME = ""
    REGRESSION = "regression"
    IMPROVEMENT = "improvement"


def flip_of(before: Outcome, after: Outcome) -> Flip:
    """Whether `after` is worse or better than `before`."""
    step = _RANK[after] - _RANK[before]
    return Flip.REGRESSION if step < 0 else Flip.IMPROVEMENT if step > 0 else Flip.SAME


def next_id(questions: Sequence[GoldenQuestion]) -> str:
    """An id that none of the questions has."""
    taken = {question.id for question in questions}
    return next(name for n in range(len(taken) + 1, len(taken) * 2 + 3) if (name := f"q{n:03d}") not in taken)
