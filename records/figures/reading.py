"""The rows that figures need, read in small pieces so that the loop's other work is never kept waiting."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Executable, Select, Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from records.figures.facts import TalkFacts
from records.figures.talk import CallFact, EventFact, TurnFact, talk_of
from records.models import KpiEvent
from records.schema import EscalationRow, EventRow, TurnRow

PIECE: Final = 250
"""Rows handled at a time between two looks at the loop."""
_KINDS: Final = (
    KpiEvent.SHORT_ABANDON.value,
    KpiEvent.BOT_ANSWERED.value,
    KpiEvent.ESC_QUEUED.value,
    KpiEvent.ESC_ANSWERED.value,
    KpiEvent.ESC_ABANDONED.value,
    KpiEvent.OP_TALK_START.value,
    KpiEvent.OP_TALK_END.value,
    KpiEvent.CALLBACK_BOOKED.value,
    "barge_in",
    "resumed",
    "ended",
)


async def in_pieces(connection: AsyncConnection, wanted: Executable, piece: int = PIECE) -> AsyncIterator[Any]:
    """The rows of a statement, the loop looked at after each piece."""
    result = await connection.stream(wanted)
    async for rows in result.partitions(piece):
        for row in rows:
            yield row
        await asyncio.sleep(0)


async def talks_of(connection: AsyncConnection, calls: Sequence[tuple[str, CallFact]]) -> dict[str, TalkFacts]:
    """The facts of these calls (at most some hundred), reduced from their turns and events off the loop."""
    ids = [call_id for call_id, _ in calls]
    turns: dict[str, list[Any]] = defaultdict(list)
    events: dict[str, list[EventFact]] = defaultdict(list)
    reasons: dict[str, list[str]] = defaultdict(list)
    async for row in in_pieces(connection, _turns(ids)):
        turns[row[0]].append(row)
    async for row in in_pieces(connection, _events(ids)):
        events[row[0]].append(EventFact(row[1], row[2], row[3] or "", row[4]))
    asked = select(EscalationRow.call_id, EscalationRow.reason).where(EscalationRow.call_id.in_(ids))
    async for row in in_pieces(connection, asked.order_by(EscalationRow.at)):
        reasons[row[0]].append(row[1])

    def reduced() -> dict[str, TalkFacts]:
        return {
            call_id: talk_of(call, [_turn(row) for row in turns[call_id]], events[call_id], reasons[call_id])
            for call_id, call in calls
        }

    return await asyncio.to_thread(reduced)


def _turns(ids: Sequence[str]) -> Select[Any]:
    # Only the few values that figures need leave the database: an evidence is some kilobytes.
    return (
        select(
            TurnRow.call_id,
            TurnRow.speaker,
            TurnRow.kind,
            TurnRow.interrupted,
            TurnRow.evidence["rule"].as_string(),
            cast(TurnRow.evidence["entry_ids"], Text),
            TurnRow.evidence[("firing", "rule_id")].as_string(),
            TurnRow.timings["response_ms"].as_float(),
            TurnRow.started_ms,
        )
        .where(TurnRow.call_id.in_(ids))
        .order_by(TurnRow.call_id, TurnRow.index)
    )


def _turn(row: Any) -> TurnFact:
    _call_id, speaker, kind, interrupted, rule, entry_ids, firing, response_ms, at_ms = row
    ids = tuple(json.loads(entry_ids) or ()) if entry_ids else ()
    return TurnFact(speaker, kind, rule or "", ids, bool(interrupted), response_ms, firing is not None, at_ms)


def _events(ids: Sequence[str]) -> Select[Any]:
    return (
        select(EventRow.call_id, EventRow.kind, EventRow.at, EventRow.data["how"].as_string(), EventRow.at_ms)
        .where(EventRow.call_id.in_(ids), EventRow.kind.in_(_KINDS))
        .order_by(EventRow.call_id, EventRow.sequence)
    )


def call_fact(started_at: datetime, ended_at: datetime | None, ended_by: str | None) -> CallFact:
    """A call's own row; one that ended nobody knows when took no time."""
    return CallFact(started_at, ended_at or started_at, ended_by)
