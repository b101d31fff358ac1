"""Promises to call back: who is to be called, by when, and whether it was done in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.desk_schema import CallbackRow
from records.ids import new_id
from records.models import EscalationOutcome, EscalationRecord
from records.plain import clean_text
from records.rows import escalation_of
from records.schema import CallRow, EscalationRow


class CallbackState(StrEnum):
    """How far a callback has come."""

    BOOKED = "booked"
    ASSIGNED = "assigned"
    DONE = "done"


@dataclass(frozen=True)
class Callback:
    """One promise. `owner` is the id of whoever takes care of it."""

    id: str
    call_id: str
    number: str
    reason: str
    booked_at: datetime
    due_at: datetime
    owner: str | None
    owner_name: str | None
    done_at: datetime | None
    state: CallbackState
    note: str

    @property
    def in_time(self) -> bool:
        """Whether it was done before it was due."""
        return self.done_at is not None and self.done_at <= self.due_at


@dataclass(frozen=True)
class Promised:
    """A caller to whom a callback was promised in the call, and for whom none is booked yet."""

    call_id: str
    number: str
    escalation: EscalationRecord


class CallbackRepository:
    """Callbacks: booked once a call, assigned, done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def book(
        self, call_id: str, number: str, reason: str, due_at: datetime, note: str = "", at: datetime | None = None
    ) -> tuple[Callback, bool]:
        """Book one; a call that has an open one keeps it. The second value says whether it is new."""
        async with self._database.write() as connection:
            open_one = (CallbackRow.call_id == call_id, CallbackRow.state != CallbackState.DONE.value)
            row = (await connection.execute(select(CallbackRow.__table__).where(*open_one))).mappings().first()
            if row is not None:
                return _callback(row), False
            booked = Callback(
                id=new_id(),
                call_id=call_id,
                number=clean_text(number),
                reason=clean_text(reason),
                booked_at=at or utc_now(),
                due_at=due_at,
                owner=None,
                owner_name=None,
                done_at=None,
                state=CallbackState.BOOKED,
                note=clean_text(note),
            )
            values = {name: getattr(booked, name) for name in booked.__dataclass_fields__}
            await connection.execute(insert(CallbackRow).values(values | {"state": booked.state.value}))
        return booked, True

    async def get(self, callback_id: str) -> Callback | None:
        """One callback."""
        async with self._database.read() as connection:
            return await _one(connection, callback_id)

    async def open(self, limit: int = 100) -> list[Callback]:
        """Those not done yet, the most pressing first."""
        wanted = (
            select(CallbackRow.__table__)
            .where(CallbackRow.state != CallbackState.DONE.value)
            .order_by(CallbackRow.due_at, CallbackRow.id)
        )
        return await self._all(wanted.limit(limit))

    async def done(self, limit: int = 100) -> list[Callback]:
        """Those that are done, the latest first."""
        wanted = (
            select(CallbackRow.__table__)
            .where(CallbackRow.state == CallbackState.DONE.value)
            .order_by(CallbackRow.done_at.desc(), CallbackRow.id)
        )
        return await self._all(wanted.limit(limit))

    async def assign(self, callback_id: str, user_id: str, user_name: str) -> Callback | None:
        """Somebody takes care of it; None when it is done, or somebody else does already."""
        free = (
            CallbackRow.id == callback_id,
            CallbackRow.state != CallbackState.DONE.value,
            CallbackRow.owner.is_(None) | (CallbackRow.owner == user_id),
        )
        values = {"state": CallbackState.ASSIGNED.value, "owner": user_id, "owner_name": clean_text(user_name)}
        return await self._change(callback_id, free, values)

    async def finish(
        self, callback_id: str, user_id: str, user_name: str, note: str, at: datetime | None = None
    ) -> Callback | None:
        """The caller was called back; None when it was done before."""
        open_one = (CallbackRow.id == callback_id, CallbackRow.state != CallbackState.DONE.value)
        values = {
            "state": CallbackState.DONE.value,
            "owner": user_id,
            "owner_name": clean_text(user_name),
            "done_at": at or utc_now(),
            "note": clean_text(note),
        }
        return await self._change(callback_id, open_one, values)

    async def promised(self, since: datetime) -> list[Promised]:
        """What calls that began since then have promised, and nobody has booked."""
        wanted = (
            select(EscalationRow.__table__, CallRow.caller_number)
            .join(CallRow, CallRow.id == EscalationRow.call_id)
            .outerjoin(CallbackRow, CallbackRow.call_id == EscalationRow.call_id)
            .where(
                EscalationRow.outcome == EscalationOutcome.CALLBACK_BOOKED.value,
                CallRow.started_at >= since,
                CallbackRow.id.is_(None),
            )
            .order_by(EscalationRow.at)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [Promised(row["call_id"], row["caller_number"], escalation_of(dict(row))) for row in rows]

    async def _all(self, wanted: Any) -> list[Callback]:
        async with self._database.read() as connection:
            return [_callback(row) for row in (await connection.execute(wanted)).mappings()]

    async def _change(self, callback_id: str, where: tuple[Any, ...], values: dict[str, Any]) -> Callback | None:
        async with self._database.write() as connection:
            changed = await connection.execute(update(CallbackRow).where(*where).values(values))
            return await _one(connection, callback_id) if changed.rowcount else None


async def _one(connection: AsyncConnection, callback_id: str) -> Callback | None:
    wanted = select(CallbackRow.__table__).where(CallbackRow.id == callback_id)
    row = (await connection.execute(wanted)).mappings().first()
    return None if row is None else _callback(row)


def _callback(row: Any) -> Callback:
    return Callback(**{**row, "state": CallbackState(row["state"])})
