"""What a scenario says: who calls and when, what the caller does, and what every reply must and must never be.

A step does one thing (`says`, `presses` or `silent`); everything else in it is expected of the reply.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from dialogue.evidence import Evidence
from dialogue.faq.entry import FaqEntry, Slug
from dialogue.turns import Act, CallerTurn, TurnKind

AN_OPEN_WEEKDAY: Final = datetime.fromisoformat("2026-11-24T10:00+09:00")
WITHIN_S: Final = 3.0
"""How long any decision may take, where neither the step nor the scenario says otherwise."""
_EVIDENCE: Final = frozenset(field.name for field in fields(Evidence))


class ModelKind(StrEnum):
    """How the language model behaves in a scenario."""

    OFF = "off"
    SLOW = "slow"
    FAILING = "failing"
    NONSENSE = "nonsense"
    MISLEADING = "misleading"


class Asks(StrEnum):
    """What a reply can ask: which of two, whether it is this one, to say it again, whether there is more."""

    WHICH = "which"
    CONFIRM = "confirm"
    AGAIN = "again"
    FOLLOW_UP = "follow_up"


class Outcome(StrEnum):
    """What a reply comes to. `stay`: the call goes on without an answer or a question about the matter."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HAND_OVER = "hand_over"
    CLOSE = "close"
    STAY = "stay"


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _off(value: Any) -> Any:
    """YAML reads a bare `off` as false."""
    return "off" if value is False else value


Words = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...], BeforeValidator(_one_or_many)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Heard(_Part):
    """What the recogniser made of the caller's words: the best text, further ones, and its confidence."""

    text: str
    alternatives: Words = ()
    confidence: float | None = Field(default=None, ge=0.0, le=1.0)


def _heard(value: Any) -> Any:
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, list) and value:
        return {"text": value[0], "alternatives": value[1:]}
    return value


class Caller(_Part):
    """Who calls: whether the number is withheld, the records' marks, and how often they called since yesterday."""

    withheld: bool = False
    vip: bool = False
    blocked: bool = False
    calls_within_24h: int = Field(default=0, ge=0, le=24)


class Step(_Part):
    """One turn of the caller and what is expected of the reply.

    `answers_with` are the entries answered, all of them and no other; `answers_with_one_of` allows several. One entry
    may be reached by way of one question back that offers it, which the caller answers truthfully; not with `at_once`.
    `asks` and `act` hold when one of the listed is true. `heard` are the last words of the reply that reached the
    caller's ear before it was cut off. `evidence` compares fields of `Evidence`.
    """

    says: Annotated[Heard, BeforeValidator(_heard)] | None = None
    presses: str | None = Field(default=None, pattern=r"^[0-9*#]+$")
    silent: bool = False
    heard: str | None = None
    answers_with: Annotated[tuple[Slug, ...], BeforeValidator(_one_or_many)] = ()
    answers_with_one_of: tuple[Slug, ...] = ()
    at_once: bool = False
    asks: Annotated[tuple[Asks, ...], BeforeValidator(_one_or_many)] = ()
    offers: Annotated[tuple[Slug, ...], BeforeValidator(_one_or_many)] = ()
    contains: Words = ()
    contains_one_of: Words = ()
    never_says: Words = ()
    escalates: bool | str | None = None
    ends: bool | None = None
    act: Annotated[tuple[Act, ...], BeforeValidator(_one_or_many)] = ()
    slower: bool | None = None
    within: float | None = Field(default=None, gt=0)
    evidence: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_thing_at_a_time(self) -> Self:
        if sum([self.says is not None, self.presses is not None, self.silent]) != 1:
            raise ValueError("says、presses、silent のうち、どれか一つだけを書いてください")
        return self

    @model_validator(mode="after")
    def _evidence_has_those_fields(self) -> Self:
        unknown = sorted(set(self.evidence) - _EVIDENCE)
        if unknown:
            raise ValueError(f"根拠に「{'、'.join(unknown)}」はありません。使える名前: {'、'.join(sorted(_EVIDENCE))}")
        return self

    @property
    def turn(self) -> CallerTurn:
        """The step as the mind receives it."""
        if self.presses is not None:
            return CallerTurn(TurnKind.KEYPAD, digits=self.presses)
        if self.says is None:
            return CallerTurn(TurnKind.SILENCE)
        return CallerTurn(
            TurnKind.SPEECH,
            text=self.says.text,
            alternatives=self.says.alternatives,
            confidence=self.says.confidence,
        )


class Scenario(_Part):
    """One conversation. `never_says` and `within` hold for every reply, `finally` for the last one.

    `extra_entries` are published beside the company's FAQ. `awaits` names what the mind does not have yet: until
    then a failure is expected. `source` is where the scenario stands, as file:line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    tags: Words = Field(min_length=1)
    now: AwareDatetime = AN_OPEN_WEEKDAY
    caller: Caller = Caller()
    model: Annotated[ModelKind, BeforeValidator(_off)] = ModelKind.OFF
    extra_entries: tuple[FaqEntry, ...] = ()
    never_says: Words = ()
    within: float = Field(default=WITHIN_S, gt=0)
    awaits: Words = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    outcomes: Annotated[tuple[Outcome, ...], BeforeValidator(_one_or_many)] = Field(default=(), alias="finally")
    source: str = ""

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        asked = any(step.model_fields_set - {"says", "presses", "silent", "heard"} for step in self.steps)
        if not (asked or self.never_says or self.outcomes):
            raise ValueError("期待を一つ以上書いてください（answers_with、never_says、finally など）")
        return self
