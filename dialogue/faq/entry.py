"""FAQ entries: the approved words, and when they may be spoken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\n\r|]*$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\n\r|=＝]*$")]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Audience(StrEnum):
    """For whose ears or eyes an entry is."""

    CALLER = "caller"
    OPERATOR = "operator"
    BOTH = "both"

    def reaches(self, other: Audience) -> bool:
        """Whether an entry with this audience may be shown to `other`."""
        return self is Audience.BOTH or other is Audience.BOTH or self is other


class AnswerMode(StrEnum):
    """How an entry's answer is worded: word for word, or joined and shortened by a model and checked against it."""

    VERBATIM = "verbatim"
    COMPOSED = "composed"


class VocabularyTerm(BaseModel):
    """A word to be recognised and read rightly: as written, and its reading in kana."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    surface: Word
    reading: Word


class FaqEntry(BaseModel):
    """One approved answer with the ways callers ask for it.

    `spoken` is said word for word; `long` is for operators' eyes. Valid from `valid_from` to `valid_until`, both
    days included, in the company's time. `escalate`: a person takes over once the answer has been spoken.
    `negatives` sound like questions for this entry and are not; `answer_at` is the probability from which it may be
    answered, where it is not the company's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    version: int = Field(default=1, ge=1)
    category: Line
    title: Line
    questions: tuple[Line, ...] = Field(min_length=1, max_length=200)
    spoken: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    long: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] = ""
    vocabulary: tuple[VocabularyTerm, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    audience: Audience = Audience.BOTH
    escalate: bool = False
    enabled: bool = True
    mode: AnswerMode = AnswerMode.VERBATIM
    negatives: tuple[Line, ...] = Field(default=(), max_length=200)
    answer_at: float | None = Field(default=None, ge=0.0, le=1.0)

    @field_validator("spoken", "long", mode="before")
    @classmethod
    def _one_kind_of_line_end(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 0x20)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> FaqEntry:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def is_live(self, on: date, audience: Audience) -> bool:
        """Whether the entry may be used on that day for that audience."""
        return (
            self.enabled
            and self.audience.reaches(audience)
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_until is None or on <= self.valid_until)
        )


class FaqBook(BaseModel):
    """All entries of one published version. Immutable; ids are unique."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(default=1, ge=0)
    entries: tuple[FaqEntry, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> FaqBook:
        seen: set[str] = set()
        for entry in self.entries:
            if entry.id in seen:
                raise ValueError(f"two entries have the id {entry.id}")
            seen.add(entry.id)
        return self

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, entry_id: str) -> FaqEntry | None:
        """The entry with that id, if there is one."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)

    def live(self, on: date, audience: Audience = Audience.CALLER) -> FaqBook:
        """The same version with only what may be used on that day for that audience."""
        return FaqBook(version=self.version, entries=tuple(e for e in self.entries if e.is_live(on, audience)))

    def categories(self) -> Iterator[str]:
        """The categories in order of first appearance."""
        yield from dict.fromkeys(entry.category for entry in self.entries)
