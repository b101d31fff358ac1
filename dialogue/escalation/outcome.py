"""How far an attempt to reach a person came: a typed outcome for every attempt, and which may follow which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from dialogue.escalation.judge import Firing
from dialogue.escalation.rules import Callback, Transfer


class AttemptOutcome(StrEnum):
    """Same values as the records' `EscalationOutcome`."""

    REQUESTED = "requested"
    QUEUED = "queued"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK_BOOKED = "callback_booked"
    OUT_OF_HOURS = "out_of_hours"
    FAILED = "failed"


IN_JAPANESE: Final = {
    AttemptOutcome.REQUESTED: "引き継ぎのご依頼",
    AttemptOutcome.QUEUED: "担当者の順番待ち",
    AttemptOutcome.ANSWERED: "担当者が応答",
    AttemptOutcome.ABANDONED: "順番待ちのあいだに切断",
    AttemptOutcome.CALLBACK_BOOKED: "折り返しの予約",
    AttemptOutcome.OUT_OF_HOURS: "受付時間外のため折り返し",
    AttemptOutcome.FAILED: "引き継ぎに失敗",
}
_MAY_FOLLOW: Final = {
    AttemptOutcome.REQUESTED: {
        AttemptOutcome.QUEUED,
        AttemptOutcome.ANSWERED,
        AttemptOutcome.ABANDONED,
        AttemptOutcome.CALLBACK_BOOKED,
        AttemptOutcome.OUT_OF_HOURS,
        AttemptOutcome.FAILED,
    },
    AttemptOutcome.QUEUED: {
        AttemptOutcome.ANSWERED,
        AttemptOutcome.ABANDONED,
        AttemptOutcome.CALLBACK_BOOKED,
        AttemptOutcome.FAILED,
    },
    # A failed transfer is healed by a callback: nobody is left with nothing.
    AttemptOutcome.FAILED: {AttemptOutcome.CALLBACK_BOOKED, AttemptOutcome.OUT_OF_HOURS},
}


class OutcomeOrderError(ValueError):
    """An outcome was told that cannot follow the one before."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to reach a person: by which rule, for which queue, and how far it came."""

    rule_id: str
    queue: str
    priority: int
    outcome: AttemptOutcome = AttemptOutcome.REQUESTED

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come."""
        return self.outcome not in _MAY_FOLLOW

    def moved(self, outcome: AttemptOutcome) -> Attempt:
        """The attempt with its next outcome; the same one again changes nothing. Raises `OutcomeOrderError`."""
        if outcome is self.outcome:
            return self
        if outcome not in _MAY_FOLLOW.get(self.outcome, ()):
            raise OutcomeOrderError(f"{outcome} cannot follow {self.outcome}")
        return replace(self, outcome=outcome)


def attempt_of(firing: Firing, is_open: bool) -> Attempt | None:
    """The attempt that a firing begins; None when it is for no person.

    A callback is booked with the promise, out of hours as such; a transfer is first only requested.
    """
    action = firing.action
    if not isinstance(action, Transfer | Callback):
        return None
    attempt = Attempt(firing.rule_id, action.queue, action.priority)
    if isinstance(action, Transfer):
        return attempt
    return attempt.moved(AttemptOutcome.CALLBACK_BOOKED if is_open else AttemptOutcome.OUT_OF_HOURS)
