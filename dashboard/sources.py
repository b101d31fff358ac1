"""What the pages read from the rest of the house, as narrow seams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from records.around import Around
from records.models import CallDetail, CallSummaryRow
from records.search import CallFilter
from records.votes import Verdict


@dataclass(frozen=True)
class ServiceStatus:
    """How the agent stands right now, in words that an operator reads.

    `language_model` is a whole phrase: 「準備完了」「準備中（組み立てています）」「使えません：…」. `warnings` are
    sentences that say what is wrong and what to do.
    """

    company: str
    agent_ready: bool
    voice: str
    recogniser: str
    language_model: str
    models_ok: bool
    version: str
    active_calls: int = 0
    warnings: tuple[str, ...] = ()


class CallArchive(Protocol):
    """The records of calls, newest first; `Records.calls` is one."""

    async def list(
        self, limit: int = ..., before: str | None = ..., query: str = ..., narrowed: CallFilter = ...
    ) -> Sequence[CallSummaryRow]:
        """Up to `limit` calls that began before the call with id `before`; `query` and `narrowed` choose them."""
        ...

    async def responses_ms(self, call_ids: Sequence[str]) -> Mapping[str, Sequence[float]]:
        """How long the callers waited for each answer."""
        ...

    async def get(self, call_id: str) -> CallDetail | None:
        """One call, or None when there is no such call."""
        ...


class Surroundings(Protocol):
    """What people did around calls; `Records.around` is one."""

    async def of(self, call_id: str) -> Around:
        """Around that call."""
        ...


class Votes(Protocol):
    """What people say of single answers; `Records.votes` is one."""

    async def add(
        self,
        call_id: str,
        turn: int,
        entry_id: str,
        verdict: Verdict,
        voter: str,
        *,
        note: str = ...,
        score: float | None = ...,
    ) -> object:
        """Keep a vote."""
        ...
