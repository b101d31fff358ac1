"""What automation saves. Every price is an assumption that the person who asks may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from records.figures.facts import CallFacts

DAYS_A_MONTH: Final = 30


@dataclass(frozen=True)
class Prices:
    """Assumptions: yen for a minute of a person's work, all costs included, and for running the machine a month."""

    yen_a_minute: float = 50.0
    yen_a_month: float = 30_000.0


@dataclass(frozen=True)
class Saving:
    """ROI = automated minutes × a person's minute − the cost of running. Yen, rounded; minutes to a tenth."""

    automated_minutes: float
    people_yen: int
    running_yen: int
    saved_yen: int
    yen_a_call: int | None


def automated_ms(calls: Sequence[CallFacts]) -> int:
    """The agent's time on calls that took no person's time."""
    return sum(call.talk.agent_ms for call in calls if call.talk.answered and not call.person and not call.promises)


def saving(calls: Sequence[CallFacts], days: int, prices: Prices) -> Saving:
    """What was saved in a period of `days` days."""
    minutes = automated_ms(calls) / 60_000
    people = round(minutes * prices.yen_a_minute)
    running = round(prices.yen_a_month * days / DAYS_A_MONTH)
    answered = sum(call.talk.answered for call in calls)
    a_call = round(running / answered) if answered else None
    return Saving(round(minutes, 1), people, running, people - running, a_call)
