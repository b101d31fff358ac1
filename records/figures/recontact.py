"""Who called again about the same matter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

WINDOW_S: Final = 7 * 86_400.0
_NOT_DIGITS: Final = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Contact:
    """One call as far as calling again goes. `number` is of digits alone (`digits_of`), `topic` may be empty."""

    call_id: str
    number: str
    offered_at: datetime
    topic: str


def digits_of(number: str) -> str:
    """A number to compare by; empty for one that is withheld or no number."""
    digits = _NOT_DIGITS.sub("", number)
    return f"0{digits[2:]}" if number.startswith("+81") else digits


def again_after(contacts: Iterable[Contact]) -> Mapping[str, float]:
    """Seconds until the same number called about the same matter, by call id; calls that have none are not in it.

    A matter that is not known on either side may be the same, and counts as such.
    """
    by_number: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.number:
            by_number[contact.number].append(contact)
    found: dict[str, float] = {}
    for calls in by_number.values():
        calls.sort(key=lambda call: (call.offered_at, call.call_id))
        for place, call in enumerate(calls):
            for later in calls[place + 1 :]:
                after = (later.offered_at - call.offered_at).total_seconds()
                if after > WINDOW_S:
                    break
                if not call.topic or not later.topic or call.topic == later.topic:
                    found[call.call_id] = after
                    break
    return found
