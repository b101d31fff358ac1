"""How long each kind of data is kept, and the work that deletes what is due: in small steps, and with proof."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, delete, func, insert, not_, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records import desk_schema  # noqa: F401  (it adds its tables)
from records.database import Database
from records.holds import HoldRepository
from records.ids import new_id
from records.models import CallState
from records.plain import clean_text, digest, plain
from records.rows import event_of, turn_of
from records.schema import Base, CallRow, EscalationRow, EventRow, ModelRequestRow, RecordingRow, TurnRow
from records.sidecar import sidecar_path
from records.trust_schema import DeliveryRow, ErasureRow
from records.wordless import wordless_data, wordless_turn

_BATCH: Final = 50
_NOTES: Final[tuple[tuple[Table, dict[str, Any]], ...]] = (
    (Base.metadata.tables["escalations"], {"note": ""}),
    (Base.metadata.tables["queue_entries"], {"note": ""}),
    (Base.metadata.tables["handlings"], {"summary": None, "note": ""}),
    (Base.metadata.tables["harassment_reports"], {"note": "", "evidence": {}}),
    (Base.metadata.tables["callbacks"], {"number": "", "note": ""}),
)
"""Where people wrote something of a call."""


class Kept(StrEnum):
    """The kinds of data that have a time of their own."""

    RECORDINGS = "recordings"
    WORDS = "words"
    DECISIONS = "decisions"
    CALLS = "calls"
    MODEL_REQUESTS = "model_requests"
    DELIVERIES = "deliveries"


@dataclass(frozen=True)
class RetentionTimes:
    """Days after a call's end (or a request's moment); None keeps for good.

    `words` are what was said and written of a call, `decisions` the evidence of each answer (its words included),
    `calls` the call as a whole with its figures.
    """

    recordings: int | None = 180
    words: int | None = 365
    decisions: int | None = 365
    calls: int | None = 1_095
    model_requests: int | None = 365
    deliveries: int | None = 30

    def of(self, kind: Kept) -> int | None:
        """The days of one kind."""
        days: int | None = getattr(self, kind.value)
        return days


@dataclass(frozen=True)
class Erasure:
    """What was deleted once: the proof that stays."""

    id: str
    at: datetime
    cause: str
    actor: str
    reason: str
    subject_sha256: str
    counts: dict[str, int]


class RetentionRepository:
    """Finds what is due, deletes it, and remembers that it was deleted. What is held is left alone."""

    def __init__(self, database: Database, holds: HoldRepository) -> None:
        self._database = database
        self._holds = holds

    async def due(self, times: RetentionTimes, now: datetime) -> dict[str, int]:
        """How many of each kind would be deleted now."""
        held = await self._holds.covered()
        counts: dict[str, int] = {}
        async with self._database.read() as connection:
            for kind in Kept:
                statement = _due(kind, times, now, held)
                counts[kind.value] = 0 if statement is None else await _count(connection, statement)
        return counts

    async def held_back(self) -> int:
        """How many calls a legal hold keeps at present."""
        held = await self._holds.covered()
        if held is None:
            return 0
        async with self._database.read() as connection:
            return await _count(connection, select(CallRow.id).where(held))

    async def apply(self, times: RetentionTimes, now: datetime, actor: str, cause: str = "retention") -> Erasure:
        """Delete everything that is due, and keep the proof of it when there was anything."""
        held = await self._holds.covered()
        counts: Counter[str] = Counter()
        for kind in Kept:
            while (ids := await self._next(kind, times, now, held)) != []:
                await self._erase(kind, ids)
                counts[kind.value] += len(ids)
        return await self._proved(cause, actor, f"保存期間 {plain(times)}", "", counts, now)

    async def erase_calls(
        self, call_ids: Sequence[str], actor: str, reason: str, subject: str, now: datetime
    ) -> Erasure:
        """Delete these calls whole, for a person who asked for it; held and running ones are left alone."""
        held = await self._holds.covered()
        wanted = select(CallRow.id).where(CallRow.id.in_(call_ids), CallRow.state == CallState.ENDED.value)
        async with self._database.read() as connection:
            found = await connection.scalars(wanted if held is None else wanted.where(not_(held)))
            ids = list(found)
        for some in _pieces(ids):
            await self._erase(Kept.CALLS, some)
        return await self._proved("subject", actor, reason, subject, Counter(calls=len(ids)), now)

    async def forget_words(self, call_ids: Sequence[str]) -> None:
        """Take what anybody said or noted out of these calls, of which no words may be kept."""
        await self._erase(Kept.WORDS, call_ids)
        await self._scrub()

    async def erasures(self, limit: int = 100) -> list[Erasure]:
        """What was deleted, newest first."""
        wanted = select(ErasureRow.__table__).order_by(ErasureRow.at.desc()).limit(limit)
        async with self._database.read() as connection:
            return [Erasure(**row) for row in (await connection.execute(wanted)).mappings()]

    async def _next(
        self, kind: Kept, times: RetentionTimes, now: datetime, held: ColumnElement[bool] | None
    ) -> list[str]:
        statement = _due(kind, times, now, held)
        if statement is None:
            return []
        async with self._database.read() as connection:
            return list(await connection.scalars(statement.limit(_BATCH)))

    async def _erase(self, kind: Kept, ids: Sequence[str]) -> None:
        if kind in (Kept.RECORDINGS, Kept.CALLS):
            await self._remove_recordings(ids)
        async with self._database.write() as connection:
            match kind:
                case Kept.WORDS:
                    await _forget_words(connection, ids)
                case Kept.DECISIONS:
                    await _forget_evidence(connection, ids)
                case Kept.CALLS:
                    await connection.execute(delete(ModelRequestRow).where(ModelRequestRow.call_id.in_(ids)))
                    await connection.execute(delete(CallRow).where(CallRow.id.in_(ids)))
                case Kept.MODEL_REQUESTS:
                    await connection.execute(delete(ModelRequestRow).where(ModelRequestRow.id.in_(ids)))
                case Kept.DELIVERIES:
                    await connection.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(ids)))
                case Kept.RECORDINGS:
                    await connection.execute(delete(RecordingRow).where(RecordingRow.call_id.in_(ids)))
                    await connection.execute(update(CallRow).where(CallRow.id.in_(ids)).values(recording_path=None))

    async def _remove_recordings(self, call_ids: Sequence[str]) -> None:
        # Files first: a crash in between leaves a record without a file, never a file that nobody knows of.
        wanted = select(RecordingRow.path).where(RecordingRow.call_id.in_(call_ids))
        async with self._database.read() as connection:
            paths = [Path(path) for path in await connection.scalars(wanted)]
        await asyncio.to_thread(_unlink_all, paths)

    async def _proved(
        self, cause: str, actor: str, reason: str, subject: str, counts: Counter[str], now: datetime
    ) -> Erasure:
        sums = {kind: count for kind, count in counts.items() if count}
        erasure = Erasure(new_id(), now, cause, clean_text(actor), clean_text(reason), digest(subject), sums)
        if sums or subject:
            values = {each.name: getattr(erasure, each.name) for each in fields(erasure)}
            async with self._database.write() as connection:
                await connection.execute(insert(ErasureRow).values(values))
            await self._scrub()
        return erasure

    async def _scrub(self) -> None:
        """Let nothing deleted linger in the write-ahead log; deleted rows are overwritten as they go."""
        if self._database.dialect != "sqlite":
            return
        async with self._database.read() as connection:
            await connection.rollback()
            await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _due(kind: Kept, times: RetentionTimes, now: datetime, held: ColumnElement[bool] | None) -> Select[str] | None:
    days = times.of(kind)
    if days is None:
        return None
    before = now - timedelta(days=days)
    if kind is Kept.MODEL_REQUESTS:
        return select(ModelRequestRow.id).where(ModelRequestRow.at < before).order_by(ModelRequestRow.at)
    if kind is Kept.DELIVERIES:
        done = DeliveryRow.state != "waiting"
        return select(DeliveryRow.id).where(DeliveryRow.created_at < before, done).order_by(DeliveryRow.created_at)
    ended = and_(CallRow.state == CallState.ENDED.value, CallRow.ended_at < before)
    wanted = select(CallRow.id).where(ended).order_by(CallRow.started_at)
    if held is not None:
        wanted = wanted.where(not_(held))
    if kind is Kept.RECORDINGS:
        return wanted.where(CallRow.id.in_(select(RecordingRow.call_id)))
    if kind is Kept.WORDS:
        return wanted.where(_has_words())
    if kind is Kept.DECISIONS:
        return wanted.where(CallRow.id.in_(select(TurnRow.call_id).where(TurnRow.evidence.is_not(None))))
    return wanted


def _has_words() -> ColumnElement[bool]:
    said = select(TurnRow.call_id).where(or_(TurnRow.text != "", TurnRow.transcript.is_not(None)))
    noted = select(EscalationRow.call_id).where(EscalationRow.note != "")
    return or_(CallRow.id.in_(said), CallRow.id.in_(noted), CallRow.summary.is_not(None))


async def _count(connection: AsyncConnection, statement: Select[Any]) -> int:
    return await connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


async def _forget_words(connection: AsyncConnection, call_ids: Sequence[str]) -> None:
    turns = (await connection.execute(select(TurnRow.__table__).where(TurnRow.call_id.in_(call_ids)))).mappings().all()
    for row in turns:
        # The evidence has a time of its own, but what it quotes of the caller goes with the words.
        kept = wordless_turn(turn_of(dict(row)))
        mine = (TurnRow.call_id == row["call_id"], TurnRow.index == kept.index)
        values = {"text": "", "heard_text": None, "transcript": None, "personal": None, "evidence": kept.evidence}
        await connection.execute(update(TurnRow).where(*mine).values(values))
    events = await connection.execute(select(EventRow.__table__).where(EventRow.call_id.in_(call_ids)))
    for row in events.mappings().all():
        event = event_of(dict(row))
        data = wordless_data(event.kind, event.data)
        await connection.execute(update(EventRow).where(EventRow.id == event.id).values(data=data))
    await connection.execute(update(CallRow).where(CallRow.id.in_(call_ids)).values(summary=None))
    for table, values in _NOTES:
        await connection.execute(update(table).where(table.c.call_id.in_(call_ids)).values(values))


async def _forget_evidence(connection: AsyncConnection, call_ids: Sequence[str]) -> None:
    await connection.execute(update(TurnRow).where(TurnRow.call_id.in_(call_ids)).values(evidence=None))
    events = await connection.execute(select(EventRow.__table__).where(EventRow.call_id.in_(call_ids)))
    for row in events.mappings().all():
        event = event_of(dict(row))
        if "evidence" in event.data:
            data = {name: value for name, value in event.data.items() if name != "evidence"}
            await connection.execute(update(EventRow).where(EventRow.id == event.id).values(data=data))


def _unlink_all(paths: Iterable[Path]) -> None:
    for path in paths:
        for file in (sidecar_path(path), path):
            with suppress(FileNotFoundError):
                file.unlink()


def _pieces(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
