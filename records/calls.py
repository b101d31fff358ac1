"""The calls in the database: written in small transactions, read as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase

from records import rows
from records.database import Database
from records.models import (
    CallClosed,
    CallDetail,
    CallOpened,
    CallState,
    CallSummaryRow,
    CallWarning,
    EscalationRecord,
    EventRecord,
    RecordingRecord,
    RecordingState,
    TurnRecord,
)
from records.plain import clean_text, plain
from records.schema import CallRow, EscalationRow, EventRow, RecordingRow, TurnRow
from records.search import CallFilter, matches

CallRows: TypeAlias = list[CallSummaryRow]
Values: TypeAlias = list[dict[str, Any]]


class UnknownCallError(LookupError):
    """There is no call of that id."""


@dataclass(frozen=True)
class CallBatch:
    """What one transaction adds to a call. Writing the same batch twice leaves the same records."""

    opened: CallOpened | None = None
    turns: tuple[TurnRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    escalations: tuple[EscalationRecord, ...] = ()
    warnings: tuple[CallWarning, ...] = ()
    closed: CallClosed | None = None


class CallRepository:
    """Calls, their turns, events, escalations and recordings.

    Every method that writes is one transaction and raises `sqlalchemy.exc.SQLAlchemyError` when the database
    fails; a running call writes through `CallLog`, which does not.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, call: CallOpened) -> None:
        """Begin a call, and its recording when it has one. A call that is there already stays as it is."""
        await self.write(call.id, CallBatch(opened=call))

    async def add_turn(self, call_id: str, turn: TurnRecord) -> None:
        """Add a turn, or replace the one of the same index."""
        await self.write(call_id, CallBatch(turns=(turn,)))

    async def add_event(self, call_id: str, event: EventRecord) -> None:
        """Add an event as the call's next."""
        await self.write(call_id, CallBatch(events=(event,)))

    async def add_events(self, call_id: str, events: Sequence[EventRecord]) -> None:
        """Add events in order."""
        await self.write(call_id, CallBatch(events=tuple(events)))

    async def escalate(self, call_id: str, escalation: EscalationRecord) -> None:
        """Add a request for a person, or replace the one of the same id."""
        await self.write(call_id, CallBatch(escalations=(escalation,)))

    async def warn(self, call_id: str, warning: CallWarning) -> None:
        """Leave a warning with the call."""
        await self.write(call_id, CallBatch(warnings=(warning,)))

    async def close(self, call_id: str, closed: CallClosed) -> None:
        """End a call. A call that has ended stays as it first ended; its recording may still be added."""
        await self.write(call_id, CallBatch(closed=closed))

    async def set_summary(self, call_id: str, draft: dict[str, Any]) -> None:
        """Keep the draft of the after-call summary; also after the call has ended."""
        async with self._database.write() as connection:
            await _warnings_locked(connection, call_id)
            await connection.execute(update(CallRow).where(CallRow.id == call_id).values(summary=plain(draft)))

    async def write(self, call_id: str, batch: CallBatch) -> None:
        """Add everything in `batch`, or nothing. Raises `UnknownCallError`."""
        async with self._database.write() as connection:
            if batch.opened is not None:
                await self._open(connection, batch.opened)
            warnings = await _warnings_locked(connection, call_id)
            await self._upsert(connection, TurnRow, [rows.turn_values(call_id, turn) for turn in batch.turns])
            if batch.events:
                await self._add_events(connection, call_id, batch.events)
            escalations = [rows.escalation_values(call_id, escalation) for escalation in batch.escalations]
            await self._upsert(connection, EscalationRow, escalations)
            new_warnings = batch.warnings + (batch.closed.warnings if batch.closed else ())
            if new_warnings:
                merged = rows.merged_warnings(warnings, new_warnings)
                await connection.execute(update(CallRow).where(CallRow.id == call_id).values(warnings=merged))
            if batch.closed is not None:
                await self._close(connection, call_id, batch.closed)

    async def list(
        self, limit: int = 50, before: str | None = None, query: str = "", narrowed: CallFilter = CallFilter()
    ) -> CallRows:
        """The newest calls first, `limit` of them, older than the call `before`; see `search.matches`."""
        wanted = _summaries().limit(limit)
        if before is not None:
            at = select(CallRow.started_at).where(CallRow.id == before).scalar_subquery()
            wanted = wanted.where(or_(CallRow.started_at < at, and_(CallRow.started_at == at, CallRow.id < before)))
        wanted = wanted.where(*narrowed.conditions(self._database.dialect))
        condition = matches(query)
        return await self._rows(wanted if condition is None else wanted.where(condition))

    async def responses_ms(self, call_ids: Sequence[str]) -> dict[str, Sequence[float]]:
        """How long the callers of these calls waited for each answer; a call without an answer is not there."""
        waited = TurnRow.timings["response_ms"].as_float()
        wanted = select(TurnRow.call_id, waited).where(TurnRow.call_id.in_(call_ids), waited.is_not(None))
        found: dict[str, Sequence[float]] = {}
        async with self._database.read() as connection:
            for call_id, ms in (await connection.execute(wanted)).all():
                found[call_id] = [*found.get(call_id, ()), float(ms)]
        return found

    async def earlier(self, caller_number: str, since: datetime) -> Sequence[datetime]:
        """When that number called since then, oldest first."""
        wanted = (
            select(CallRow.started_at)
            .where(CallRow.caller_number == caller_number, CallRow.started_at >= since)
            .order_by(CallRow.started_at)
        )
        async with self._database.read() as connection:
            return (await connection.scalars(wanted)).all()

    async def of_number(self, caller_number: str, limit: int = 10) -> CallRows:
        """The calls from that number, newest first."""
        return await self._rows(_summaries().where(CallRow.caller_number == caller_number).limit(limit))

    async def live(self) -> CallRows:
        """The calls that have not ended, newest first."""
        return await self._rows(_summaries().where(CallRow.state == CallState.LIVE.value))

    async def get(self, call_id: str) -> CallDetail | None:
        """Everything about one call, as of one moment; None when there is none of that id."""
        async with self._database.read() as connection:
            row = (await connection.execute(_summaries().where(CallRow.id == call_id))).mappings().first()
            if row is None:
                return None
            turns = await _of(connection, TurnRow, TurnRow.call_id == call_id, TurnRow.index)
            events = await _of(connection, EventRow, EventRow.call_id == call_id, EventRow.sequence)
            escalations = await _of(connection, EscalationRow, EscalationRow.call_id == call_id, EscalationRow.at)
            recordings = await _of(connection, RecordingRow, RecordingRow.call_id == call_id, RecordingRow.started_at)
        return CallDetail(
            row=rows.summary_row_of(row),
            external_id=row["external_id"],
            worker=row["worker"],
            voice=row["voice"],
            recogniser=row["recogniser"],
            summary=row["summary"],
            warnings=rows.warnings_of(row["warnings"]),
            turns=tuple(rows.turn_of(each) for each in turns),
            events=tuple(rows.event_of(each) for each in events),
            escalations=tuple(rows.escalation_of(each) for each in escalations),
            recordings=tuple(rows.recording_of(each) for each in recordings),
        )

    async def left_open(self, worker: str) -> tuple[CallDetail, ...]:
        """This worker's calls that never ended, or whose recording was never finished."""
        unfinished = select(RecordingRow.call_id).where(RecordingRow.state == RecordingState.RECORDING.value)
        wanted = (
            select(CallRow.id)
            .where(CallRow.worker == worker)
            .where(or_(CallRow.state == CallState.LIVE.value, CallRow.id.in_(unfinished)))
            .order_by(CallRow.started_at, CallRow.id)
        )
        async with self._database.read() as connection:
            ids = (await connection.execute(wanted)).scalars().all()
        details = [await self.get(call_id) for call_id in ids]
        return tuple(detail for detail in details if detail is not None)

    async def _rows(self, statement: Select[Any]) -> CallRows:
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).mappings().all()
        return [rows.summary_row_of(row) for row in found]

    async def _open(self, connection: AsyncConnection, call: CallOpened) -> None:
        await connection.execute(self._insert(CallRow).on_conflict_do_nothing(), rows.call_values(call))
        if call.recording_path is not None:
            begun = RecordingRecord(
                path=call.recording_path,
                rate_hz=call.recording_rate_hz,
                started_at=call.started_at,
                duration_ms=0,
                state=RecordingState.RECORDING,
            )
            values = rows.recording_values(call.id, begun)
            await connection.execute(self._insert(RecordingRow).on_conflict_do_nothing(), values)

    async def _add_events(self, connection: AsyncConnection, call_id: str, events: Sequence[EventRecord]) -> None:
        last = await connection.scalar(
            select(func.coalesce(func.max(EventRow.sequence), -1)).where(EventRow.call_id == call_id)
        )
        first = int(last if last is not None else -1) + 1
        values = [rows.event_values(call_id, event, first + n) for n, event in enumerate(events)]
        # An id that is there already was written by an attempt whose answer was lost: it keeps its place.
        statement: Any = self._insert(EventRow).on_conflict_do_nothing(index_elements=["id"])
        await connection.execute(statement, values)

    async def _close(self, connection: AsyncConnection, call_id: str, closed: CallClosed) -> None:
        await connection.execute(
            update(CallRow)
            .where(CallRow.id == call_id, CallRow.state == CallState.LIVE.value)
            .values(
                state=CallState.ENDED.value,
                ended_at=closed.ended_at,
                ended_by=closed.ended_by.value,
                outcome=clean_text(closed.outcome),
            )
        )
        if closed.recording is not None:
            await self._upsert(connection, RecordingRow, [rows.recording_values(call_id, closed.recording)])
            await connection.execute(
                update(CallRow).where(CallRow.id == call_id).values(recording_path=str(closed.recording.path))
            )

    async def _upsert(self, connection: AsyncConnection, table: type[DeclarativeBase], values: Values) -> None:
        if not values:
            return
        keys = [column.name for column in table.__table__.primary_key]
        statement = self._insert(table)
        changed = {name: statement.excluded[name] for name in values[0] if name not in keys}
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)

    def _insert(self, table: type[DeclarativeBase]) -> Any:
        # The two dialects write ON CONFLICT alike, but SQLAlchemy has no common class for it.
        dialect = sqlite if self._database.dialect == "sqlite" else postgresql
        return dialect.insert(table.__table__)


async def _warnings_locked(connection: AsyncConnection, call_id: str) -> list[Any]:
    # Locks the call's row (where the database has row locks), so that a call's writers take turns.
    found = (await connection.execute(select(CallRow.warnings).where(CallRow.id == call_id).with_for_update())).first()
    if found is None:
        raise UnknownCallError(call_id)
    return list(found[0])


async def _of(
    connection: AsyncConnection, table: type[DeclarativeBase], where: ColumnElement[bool], order: Any
) -> Iterable[Any]:
    statement = select(table.__table__).where(where).order_by(order)
    return (await connection.execute(statement)).mappings().all()


def _summaries() -> Select[Any]:
    turn_count = select(func.count()).where(TurnRow.call_id == CallRow.id).scalar_subquery()
    first_words = (
        select(TurnRow.text)
        .where(TurnRow.call_id == CallRow.id, TurnRow.speaker == "caller", TurnRow.text != "")
        .order_by(TurnRow.index)
        .limit(1)
        .scalar_subquery()
    )
    escalation = (
        select(EscalationRow.reason)
        .where(EscalationRow.call_id == CallRow.id)
        .order_by(EscalationRow.at)
        .limit(1)
        .scalar_subquery()
    )
    recording = (
        select(RecordingRow.state)
        .where(RecordingRow.call_id == CallRow.id)
        .order_by(RecordingRow.started_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        CallRow.__table__,
        turn_count.label("turn_count"),
        first_words.label("first_words"),
        escalation.label("escalation_reason"),
        recording.label("recording_state"),
    ).order_by(CallRow.started_at.desc(), CallRow.id.desc())


def ended_at_guess(detail: CallDetail) -> datetime:
    """The last moment of a call that left a trace in the records."""
    return max([detail.row.started_at, *(event.at for event in detail.events)])
