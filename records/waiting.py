"""The callers who wait for a person. Whoever claims first wins, in whichever process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.desk_schema import QueueEntryRow
from records.ids import new_id
from records.plain import clean_text
from records.schema import CallRow


class QueueState(StrEnum):
    """How a wait stands, or how it ended."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    ENDED = "ended"
    RETURNED = "returned"


@dataclass(frozen=True)
class NewWait:
    """A caller about to wait. A smaller `priority` is more urgent; `note` is the hand-over note."""

    call_id: str
    escalation_id: str
    queue: str
    priority: int
    reason: str
    note: str


@dataclass(frozen=True)
class QueueEntry:
    """One wait. `claimed_by` is a user's id, `claimed_name` what they are called."""

    id: str
    call_id: str
    escalation_id: str
    queue: str
    priority: int
    reason: str
    note: str
    entered_at: datetime
    state: QueueState
    claimed_by: str | None
    claimed_name: str | None
    claimed_at: datetime | None
    left_at: datetime | None


class NotWaitingError(RuntimeError):
    """Nobody waits there any more; `entry` says how it ended, None when there never was such an entry."""

    def __init__(self, entry: QueueEntry | None) -> None:
        super().__init__(_why_not(entry))
        self.entry = entry


class QueueRepository:
    """Waits as they are and were."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, wait: NewWait, at: datetime | None = None) -> QueueEntry:
        """Begin to wait; a call that waits already keeps its place."""
        async with self._database.write() as connection:
            present = await _waiting_of(connection, wait.call_id)
            if present is not None:
                return present
            entry = QueueEntry(
                id=new_id(),
                call_id=wait.call_id,
                escalation_id=wait.escalation_id,
                queue=clean_text(wait.queue),
                priority=wait.priority,
                reason=clean_text(wait.reason),
                note=clean_text(wait.note),
                entered_at=at or utc_now(),
                state=QueueState.WAITING,
                claimed_by=None,
                claimed_name=None,
                claimed_at=None,
                left_at=None,
            )
            values = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
            await connection.execute(insert(QueueEntryRow).values(values | {"state": entry.state.value}))
        return entry

    async def claim(self, entry_id: str, user_id: str, user_name: str, at: datetime | None = None) -> QueueEntry:
        """Take a waiting caller. One wins; the others meet `NotWaitingError`, which says who."""
        claimed = {
            "state": QueueState.CLAIMED.value,
            "claimed_by": user_id,
            "claimed_name": clean_text(user_name),
            "claimed_at": at or utc_now(),
        }
        return await self._leave_waiting(entry_id, claimed)

    async def release(self, entry_id: str, how: QueueState, at: datetime | None = None) -> QueueEntry | None:
        """A claim that led to nothing (the caller was gone): say how the wait really ended."""
        mine = (QueueEntryRow.id == entry_id, QueueEntryRow.state == QueueState.CLAIMED.value)
        async with self._database.write() as connection:
            await connection.execute(
                update(QueueEntryRow).where(*mine).values(state=how.value, left_at=at or utc_now())
            )
            return await _one(connection, entry_id)

    async def leave(self, call_id: str, how: QueueState, at: datetime | None = None) -> QueueEntry | None:
        """A call's wait is over without anybody; None when it did not wait."""
        async with self._database.read() as connection:
            entry = await _waiting_of(connection, call_id)
        if entry is None:
            return None
        try:
            return await self._leave_waiting(entry.id, {"state": how.value, "left_at": at or utc_now()})
        except NotWaitingError:
            return None

    async def waiting(self) -> list[QueueEntry]:
        """Who waits: the most urgent first, and among equals whoever has waited longest."""
        wanted = (
            select(QueueEntryRow.__table__)
            .where(QueueEntryRow.state == QueueState.WAITING.value)
            .order_by(QueueEntryRow.priority, QueueEntryRow.entered_at, QueueEntryRow.id)
        )
        async with self._database.read() as connection:
            return [_entry(row) for row in (await connection.execute(wanted)).mappings()]

    async def position(self, call_id: str) -> int | None:
        """A caller's place in the queue from 1; None when they do not wait."""
        order = [entry.call_id for entry in await self.waiting()]
        return order.index(call_id) + 1 if call_id in order else None

    async def of_call(self, call_id: str) -> QueueEntry | None:
        """A call's last wait."""
        wanted = (
            select(QueueEntryRow.__table__)
            .where(QueueEntryRow.call_id == call_id)
            .order_by(QueueEntryRow.entered_at.desc(), QueueEntryRow.id.desc())
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else _entry(row)

    async def leave_dead(self) -> int:
        """End the waits of calls that are over: what a crash left. How many."""
        over = select(CallRow.id).where(CallRow.state != "live")
        dead = (QueueEntryRow.state == QueueState.WAITING.value, QueueEntryRow.call_id.in_(over))
        async with self._database.read() as connection:
            found = await connection.scalar(select(func.count()).select_from(QueueEntryRow).where(*dead))
        if not found:
            return 0
        async with self._database.write() as connection:
            ended = {"state": QueueState.ENDED.value, "left_at": utc_now()}
            return (await connection.execute(update(QueueEntryRow).where(*dead).values(ended))).rowcount

    async def _leave_waiting(self, entry_id: str, values: dict[str, Any]) -> QueueEntry:
        waiting = (QueueEntryRow.id == entry_id, QueueEntryRow.state == QueueState.WAITING.value)
        async with self._database.write() as connection:
            changed = await connection.execute(update(QueueEntryRow).where(*waiting).values(values))
            entry = await _one(connection, entry_id)
            if changed.rowcount == 0 or entry is None:
                raise NotWaitingError(entry)
        return entry


async def _one(connection: AsyncConnection, entry_id: str) -> QueueEntry | None:
    wanted = select(QueueEntryRow.__table__).where(QueueEntryRow.id == entry_id)
    row = (await connection.execute(wanted)).mappings().first()
    return None if row is None else _entry(row)


async def _waiting_of(connection: AsyncConnection, call_id: str) -> QueueEntry | None:
    mine = (QueueEntryRow.call_id == call_id, QueueEntryRow.state == QueueState.WAITING.value)
    row = (await connection.execute(select(QueueEntryRow.__table__).where(*mine))).mappings().first()
    return None if row is None else _entry(row)


def _entry(row: Any) -> QueueEntry:
    return QueueEntry(**{**row, "state": QueueState(row["state"])})


def _why_not(entry: QueueEntry | None) -> str:
    if entry is None:
        return "このお客様は、待ち行列にいらっしゃいません。"
    if entry.state is QueueState.CLAIMED:
        return f"{entry.claimed_name}さんが先に応対を始めました。"
    if entry.state is QueueState.ABANDONED:
        return "お客様がお電話を切られました。"
    return "このお客様は、もうお待ちではありません。"
