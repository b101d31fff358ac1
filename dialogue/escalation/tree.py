"""Conditions put together: all, any, not, and a score of weighted signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from dialogue.escalation import conditions as leaves
from dialogue.escalation.conditions import Reasons
from dialogue.escalation.facts import TurnFacts

MOST_PARTS: Final = 50


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AllOf(_Node):
    """Every part must be met."""

    kind: Literal["all"]
    of: tuple[Condition, ...] = Field(min_length=1, max_length=MOST_PARTS)

    def check(self, facts: TurnFacts) -> Reasons:
        """The reasons of all parts."""
        reasons: list[str] = []
        for part in self.of:
            found = part.check(facts)
            if found is None:
                return None
            reasons += found
        return tuple(reasons)


class AnyOf(_Node):
    """At least one part must be met."""

    kind: Literal["any"]
    of: tuple[Condition, ...] = Field(min_length=1, max_length=MOST_PARTS)

    def check(self, facts: TurnFacts) -> Reasons:
        """The reasons of every part that is met."""
        found = [reasons for part in self.of if (reasons := part.check(facts)) is not None]
        return tuple(reason for reasons in found for reason in reasons) if found else None


class NotOf(_Node):
    """The part must not be met. It gives no reasons."""

    kind: Literal["not"]
    of: Condition

    def check(self, facts: TurnFacts) -> Reasons:
        """Met without a reason."""
        return () if self.of.check(facts) is None else None


class Sign(_Node):
    """One sign of a score and what it counts; a negative weight speaks against."""

    when: Condition
    weight: Annotated[float, Field(ge=-100, le=100)]


class Score(_Node):
    """The weights of the signs that are met sum to at least `at_least`."""

    kind: Literal["score"]
    at_least: Annotated[float, Field(gt=0, le=1000)]
    of: tuple[Sign, ...] = Field(min_length=1, max_length=MOST_PARTS)

    def check(self, facts: TurnFacts) -> Reasons:
        """The sum and the reasons of every sign that is met."""
        found = [(sign.weight, reasons) for sign in self.of if (reasons := sign.when.check(facts)) is not None]
        total = sum(weight for weight, _ in found)
        if total < self.at_least:
            return None
        return (f"合計{total:g}点", *(reason for _, reasons in found for reason in reasons))


Leaf: TypeAlias = (
    leaves.AsksForPerson
    | leaves.AreYouHuman
    | leaves.Emergency
    | leaves.FailedTurns
    | leaves.LowConfidence
    | leaves.WeakMatch
    | leaves.EntryFlag
    | leaves.EntryIn
    | leaves.CategoryIn
    | leaves.Words
    | leaves.OfTopic
    | leaves.Harassment
    | leaves.Amount
    | leaves.CallerVip
    | leaves.CallerBlocked
    | leaves.NumberWithheld
    | leaves.RepeatCaller
    | leaves.SilenceCount
    | leaves.OutOfHours
    | leaves.ModelDown
    | leaves.OfTone
    | leaves.CallMinutes
    | leaves.AskedSame
    | leaves.NotJapanese
    | leaves.Fired
)
Condition: TypeAlias = Annotated[Leaf | AllOf | AnyOf | NotOf | Score, Field(discriminator="kind")]

for _model in (AllOf, AnyOf, NotOf, Sign, Score):
    _model.model_rebuild()


def leaves_of(condition: Condition) -> Iterator[Leaf]:
    """The leaves of a tree, in order; those below a `not` left out: they are not what the rule waits for."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.of:
                yield from leaves_of(part)
        case Score():
            for sign in condition.of:
                yield from leaves_of(sign.when)
        case NotOf():
            return
        case _:
            yield condition
