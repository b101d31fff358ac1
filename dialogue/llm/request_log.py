"""What is kept of a request to a model: enough to account for it, and none of its words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dialogue.llm.purpose import Confidentiality, Place, Purpose


class Outcome(StrEnum):
    """How an attempt ended.

    Refused: not permitted for these words, or they could not be masked. Unavailable: not ready, not reachable,
    or too many are waiting. The last three were never sent; cancelled means that nobody waited any more.
    """

    USED = "used"
    LATE = "late"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    OPEN_CIRCUIT = "open_circuit"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True)
class ModelRequest:
    """One attempt. `model` is empty when no model is permitted. `at` has its zone; `tokens` read and written.

    `prompt_sha256` is the sum of what was, or would have been, sent (masked where it was masked).
    """

    at: datetime
    call_id: str | None
    model: str
    purpose: Purpose
    confidentiality: Confidentiality
    place: Place
    prompt_sha256: str
    outcome: Outcome
    took_ms: float
    tokens: int


class RequestLog(Protocol):
    """Takes each attempt. Bounded; never waits and never raises."""

    def note(self, request: ModelRequest) -> None:
        """Keep it."""


def prompt_sum(system: str, user: str) -> str:
    """SHA-256 of a prompt, in hexadecimal."""
    return hashlib.sha256(f"{system}\n{user}".encode()).hexdigest()
