"""A rule: when, then what, and with which words. All of it is data that a supervisor writes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from dialogue.escalation import conditions as leaves
from dialogue.escalation.polite import problem_of
from dialogue.escalation.tree import Condition, leaves_of

RuleId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Queue = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
Priority = Annotated[int, Field(ge=1, le=5)]
"""1 is the most urgent."""

PERSON_ORDER: Final = 100
"""The order of the built-in rule for a person. Nothing that keeps the caller from one may come before it."""
_MAY_END: Final = (leaves.Harassment, leaves.CallerBlocked, leaves.SilenceCount)


class Stage(StrEnum):
    """When a rule is looked at: before the matter is read, once it is read, when the caller is silent, or always."""

    BEFORE_ANSWER = "before_answer"
    AFTER_MATTER = "after_matter"
    ON_SILENCE = "on_silence"
    ANY = "any"


class _Action(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Transfer(_Action):
    """A person takes over, out of that queue. When nobody is there it becomes a callback, unless `even_if_closed`."""

    kind: Literal["transfer"]
    queue: Queue
    priority: Priority = 3
    even_if_closed: bool = False


class Callback(_Action):
    """A person calls back."""

    kind: Literal["callback"]
    queue: Queue
    priority: Priority = 3


class Message(_Action):
    """Say the words and go on: with answering the turn, or with listening to the caller."""

    kind: Literal["message"]
    then: Literal["answer", "listen"] = "answer"


class End(_Action):
    """Say the words and hang up."""

    kind: Literal["end"]


class Record(_Action):
    """Say nothing; the rule is noted in the evidence and the call goes on."""

    kind: Literal["record"]


Action: TypeAlias = Annotated[Transfer | Callback | Message | End | Record, Field(discriminator="kind")]


def checked_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """`lines` themselves; `ValueError` in Japanese when one may not be said to a caller."""
    for number, line in enumerate(lines, start=1):
        problem = problem_of(line)
        if problem is not None:
            raise ValueError(f"{number}番目の文: {problem}")
    return lines


class Rule(BaseModel):
    """One rule. The smallest `order` goes first, of equal ones the greatest `weight`, then the id in its alphabet.

    `say` are the words, `say_closed` those for a transfer that becomes a callback. `once`: at most once a call.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: RuleId
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    enabled: bool = True
    order: Annotated[int, Field(ge=0, le=9999)]
    weight: Annotated[float, Field(ge=0, le=1000)] = 1.0
    stage: Stage = Stage.BEFORE_ANSWER
    when: Condition
    then: Action
    say: tuple[str, ...] = Field(default=(), max_length=6)
    say_closed: tuple[str, ...] = Field(default=(), max_length=6)
    once: bool = False

    @field_validator("say", "say_closed")
    @classmethod
    def _may_be_said(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return checked_lines(value)

    @model_validator(mode="after")
    def _holds_together(self) -> Rule:
        if isinstance(self.then, Record):
            if self.say:
                raise ValueError("記録だけのルール（record）では何もお伝えしません。say を消してください")
        elif not self.say:
            raise ValueError("say に、お客様にお伝えする文を書いてください")
        if isinstance(self.then, Message | Record) and self.order <= PERSON_ORDER:
            raise ValueError(
                f"担当者へのご希望を遮らないよう、{self.then.kind} の order は{PERSON_ORDER + 1}以上にしてください"
            )
        if isinstance(self.then, End) and not any(isinstance(leaf, _MAY_END) for leaf in leaves_of(self.when)):
            raise ValueError(
                "通話を終える（end）には、条件に harassment、caller_blocked、silence_count のいずれかを入れてください"
            )
        return self

    def applies_at(self, stage: Stage) -> bool:
        """Whether the rule is looked at then."""
        return self.enabled and self.stage in {stage, Stage.ANY}

    @property
    def rank(self) -> tuple[int, float, str]:
        """What decides between rules that match: the smallest goes first."""
        return self.order, -self.weight, self.id
