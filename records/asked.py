"""What callers asked lately and what was replied, read page by page without the bulk of the evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select

from records.database import Database
from records.models import CallState, Speaker
from records.schema import CallRow, TurnRow

PAGE: Final = 100
_PARTS: Final = ("rule", "query", "entry_ids", "candidates")


@dataclass(frozen=True)
class SlimTurn:
    """A turn without what explains its recognition and its replay. `kind` is what the agent's reply did.

    `entry_ids`, `candidates`, `rule` and `query` are of the agent's decision; `alternatives` and `confidence` of what
    was heard of the caller.
    """

    index: int
    speaker: Speaker
    kind: str
    started_ms: int
    ended_ms: int | None
    text: str
    personal: tuple[dict[str, Any], ...]
    interrupted: bool
    alternatives: tuple[str, ...] = ()
    confidence: float | None = None
    rule: str = ""
    query: str = ""
    entry_ids: tuple[str, ...] = ()
    candidates: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class SlimCall:
    """An ended call's turns in their order."""

    id: str
    started_at: datetime
    turns: tuple[SlimTurn, ...]


class AskedRepository:
    """Reads the turns of past calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calls(self, since: datetime, limit: int) -> AsyncIterator[SlimCall]:
        """The ended calls since then, the newest first, at most `limit` of them; a page of them at a time is held."""
        before: tuple[datetime, str] | None = None
        while limit > 0:
            page = await self._page(since, before, min(PAGE, limit))
            for call in page:
                yield call
            if len(page) < min(PAGE, limit):
                return
            before, limit = (page[-1].started_at, page[-1].id), limit - len(page)

    async def _page(self, since: datetime, before: tuple[datetime, str] | None, count: int) -> list[SlimCall]:
        wanted = select(CallRow.id, CallRow.started_at).where(
            CallRow.started_at >= since, CallRow.state == CallState.ENDED.value
        )
        if before is not None:
            at, name = before
            wanted = wanted.where(or_(CallRow.started_at < at, and_(CallRow.started_at == at, CallRow.id < name)))
        wanted = wanted.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(count)
        parts = [TurnRow.evidence[name].label(f"evidence_{name}") for name in _PARTS]
        heard = [TurnRow.transcript[name].label(f"heard_{name}") for name in ("confidence", "alternatives")]
        columns = (
            TurnRow.call_id, TurnRow.index, TurnRow.speaker, TurnRow.kind, TurnRow.started_ms, TurnRow.ended_ms,
            TurnRow.text, TurnRow.personal, TurnRow.interrupted,
        )  # fmt: skip
        async with self._database.read() as connection:
            calls = (await connection.execute(wanted)).all()
            of_these = TurnRow.call_id.in_([name for name, _ in calls])
            order = (TurnRow.call_id, TurnRow.index)
            rows = (await connection.execute(select(*columns, *parts, *heard).where(of_these).order_by(*order))).all()
        turns: dict[str, list[SlimTurn]] = {name: [] for name, _ in calls}
        for row in rows:
            turns[row.call_id].append(_turn(row))
        return [SlimCall(name, at, tuple(turns[name])) for name, at in calls]


def _turn(row: Any) -> SlimTurn:
    return SlimTurn(
        index=row[1],
        speaker=Speaker(row.speaker),
        kind=row.kind,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
        text=row.text,
        personal=tuple(row.personal or ()),
        interrupted=row.interrupted,
        alternatives=tuple(_said(each) for each in row.heard_alternatives or ()),
        confidence=row.heard_confidence,
        rule=row.evidence_rule or "",
        query=row.evidence_query or "",
        entry_ids=tuple(row.evidence_entry_ids or ()),
        candidates=tuple(row.evidence_candidates or ()),
    )


def _said(alternative: Any) -> str:
    return str(alternative.get("text", "")) if isinstance(alternative, dict) else str(alternative)
