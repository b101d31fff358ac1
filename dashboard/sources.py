"""What the pages read from the rest of the house, as narrow seams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from records.models import CallDetail, CallSummaryRow


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


@dataclass(frozen=True)
class DashboardSettings:
    """How the pages are served.

    `recordings` is the one folder from which recordings are played. `allow_remote` opens pages and API to other
    machines; there are no accounts yet, so it belongs behind something that asks who is there.
    `media_path` is the media socket of 「電話してみる」 on the same server.
    """

    recordings: Path
    allow_remote: bool = False
    media_path: str = "/browser/media"
    page_size: int = 20


class CallArchive(Protocol):
    """The records of calls, newest first; `Records.calls` is one."""

    async def list(self, limit: int = ..., before: str | None = ..., query: str = ...) -> Sequence[CallSummaryRow]:
        """Up to `limit` calls that began before the call with id `before`; `query` narrows them."""
        ...

    async def get(self, call_id: str) -> CallDetail | None:
        """One call, or None when there is no such call."""
        ...
