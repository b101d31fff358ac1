"""What mining reads and draws out of a past call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """Who spoke a line; same values as the records' speakers."""

    CALLER = "caller"
    AGENT = "agent"
    OPERATOR = "operator"


@dataclass(frozen=True)
class CallLine:
    """One turn of a past call. `act` is what the agent's reply did (`dialogue.turns.Act`), empty for people."""

    turn: int
    who: Who
    text: str
    act: str = ""


@dataclass(frozen=True)
class PastCall:
    """A call in its order."""

    id: str
    lines: tuple[CallLine, ...]


@dataclass(frozen=True)
class TurnLink:
    """A turn of a call: where something was said."""

    call_id: str
    turn: int


@dataclass(frozen=True)
class Asked:
    """A question of a call, free of fillers and of personal data, and what the operator told in return.

    `answer` are the operator's sentences in order (empty when nobody answered), `told_at` the turns they stand in.
    """

    link: TurnLink
    text: str
    answer: tuple[str, ...] = ()
    told_at: tuple[TurnLink, ...] = ()
