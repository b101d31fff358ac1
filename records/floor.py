"""What the wallboard shows: today's calls, the waits of the last hour, who waits and who is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from records.database import Database
from records.desk_schema import HarassmentReportRow, PresenceRow, QueueEntryRow
from records.models import CallState, KpiEvent
from records.schema import CallRow, EventRow, TurnRow

LONGEST_CALL: Final = timedelta(hours=2)
"""An answer of the last hour may be in a call that began this long before."""


@dataclass(frozen=True)
class Waits:
    """Someone who waits for a person. Priority 1 is the most urgent."""

    call_id: str
    queue: str
    priority: int
    reason: str
    entered_at: datetime


@dataclass(frozen=True)
class Present:
    """A person and their state, since then."""

    user_id: str
    name: str
    state: str
    since: datetime


@dataclass(frozen=True)
class FloorFigures:
    """The day so far. `completed` are the calls that the agent ended with an answer and without any person."""

    offered: int
    answered: int
    engaged: int
    completed: int
    queued: int
    taken_by_people: int
    abandoned: int
    responses_ms: tuple[float, ...]
    waiting: tuple[Waits, ...]
    present: tuple[Present, ...]
    unseen_harassment: tuple[str, ...]


class FloorRepository:
    """Reads for the wallboard, all of one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, day_began: datetime, now: datetime) -> FloorFigures:
        """The figures since `day_began`; waits are those of the hour before `now`."""
        async with self._database.read() as connection:
            events = await _calls_with(connection, day_began)
            return FloorFigures(
                offered=events.get(KpiEvent.OFFERED, 0),
                answered=events.get(KpiEvent.BOT_ANSWERED, 0),
                engaged=events.get(KpiEvent.BOT_ENGAGED, 0),
                completed=await _completed(connection, day_began),
                queued=events.get(KpiEvent.ESC_QUEUED, 0),
                taken_by_people=events.get(KpiEvent.ESC_ANSWERED, 0),
                abandoned=events.get(KpiEvent.ESC_ABANDONED, 0),
                responses_ms=await _responses(connection, now - timedelta(hours=1)),
                waiting=await _waiting(connection),
                present=await _present(connection),
                unseen_harassment=await _unseen(connection, day_began),
            )


async def _calls_with(connection: AsyncConnection, since: datetime) -> Mapping[str, int]:
    """In how many calls each of the events has happened."""
    kinds = [kind.value for kind in KpiEvent]
    counted = (
        select(EventRow.kind, func.count(func.distinct(EventRow.call_id)))
        .where(EventRow.kind.in_(kinds), EventRow.at >= since)
        .group_by(EventRow.kind)
    )
    return {kind: int(count) for kind, count in (await connection.execute(counted)).all()}


async def _completed(connection: AsyncConnection, since: datetime) -> int:
    engaged = select(EventRow.call_id).where(EventRow.kind == KpiEvent.BOT_ENGAGED.value, EventRow.at >= since)
    wanted_a_person = select(EventRow.call_id).where(
        EventRow.kind == KpiEvent.ESC_REQUESTED.value, EventRow.at >= since
    )
    conditions: Sequence[ColumnElement[bool]] = (
        CallRow.started_at >= since,
        CallRow.state == CallState.ENDED.value,
        CallRow.outcome == "answered",
        CallRow.id.in_(engaged),
        CallRow.id.not_in(wanted_a_person),
    )
    return int(await connection.scalar(select(func.count()).select_from(CallRow).where(*conditions)) or 0)


async def _responses(connection: AsyncConnection, since: datetime) -> tuple[float, ...]:
    waited = TurnRow.timings["response_ms"].as_float()
    wanted = (
        select(CallRow.started_at, TurnRow.started_ms, waited)
        .join(TurnRow, TurnRow.call_id == CallRow.id)
        .where(CallRow.started_at >= since - LONGEST_CALL, waited.is_not(None))
    )
    found = (await connection.execute(wanted)).all()
    return tuple(float(ms) for began, at_ms, ms in found if began + timedelta(milliseconds=at_ms) >= since)


async def _waiting(connection: AsyncConnection) -> tuple[Waits, ...]:
    wanted = (
        select(QueueEntryRow.call_id, QueueEntryRow.queue, QueueEntryRow.priority, QueueEntryRow.reason)
        .add_columns(QueueEntryRow.entered_at)
        .where(QueueEntryRow.left_at.is_(None), QueueEntryRow.claimed_at.is_(None))
        .order_by(QueueEntryRow.priority, QueueEntryRow.entered_at)
    )
    return tuple(Waits(*row) for row in (await connection.execute(wanted)).all())


async def _present(connection: AsyncConnection) -> tuple[Present, ...]:
    wanted = (
        select(PresenceRow.user_id, PresenceRow.user_name, PresenceRow.state, PresenceRow.since)
        .where(PresenceRow.until.is_(None))
        .order_by(PresenceRow.state, PresenceRow.since)
    )
    return tuple(Present(*row) for row in (await connection.execute(wanted)).all())


async def _unseen(connection: AsyncConnection, since: datetime) -> tuple[str, ...]:
    wanted = select(HarassmentReportRow.call_id).where(
        HarassmentReportRow.seen_at.is_(None), HarassmentReportRow.at >= since
    )
    return tuple((await connection.scalars(wanted)).all())
