"""What people did with calls: how long they talked and worked after it, and what they wrote of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.desk_schema import HandlingRow
from records.ids import new_id
from records.plain import clean_text, plain
from records.schema import CallRow


@dataclass(frozen=True)
class Handling:
    """One person's part in one call. `resolved` is None until they say; `summary_by_ai`: a model drafted it."""

    id: str
    call_id: str
    user_id: str
    user_name: str
    started_at: datetime
    talk_ended_at: datetime | None
    hold_ms: int
    acw_ended_at: datetime | None
    disposition: str
    disposition_detail: str
    resolved: bool | None
    summary: dict[str, Any] | None
    summary_by_ai: bool
    note: str


@dataclass(frozen=True)
class Written:
    """What the operator wrote after the call."""

    disposition: str = ""
    disposition_detail: str = ""
    resolved: bool | None = None
    summary: Mapping[str, str] | None = None
    summary_by_ai: bool = False
    note: str = ""


class HandlingRepository:
    """Handlings, from taking over to the end of the work after the call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, call_id: str, user_id: str, user_name: str, at: datetime | None = None) -> Handling:
        """Somebody has taken a call over."""
        begun = Handling(
            id=new_id(),
            call_id=call_id,
            user_id=user_id,
            user_name=clean_text(user_name),
            started_at=at or utc_now(),
            talk_ended_at=None,
            hold_ms=0,
            acw_ended_at=None,
            disposition="",
            disposition_detail="",
            resolved=None,
            summary=None,
            summary_by_ai=False,
            note="",
        )
        values = {name: getattr(begun, name) for name in begun.__dataclass_fields__}
        async with self._database.write() as connection:
            await connection.execute(insert(HandlingRow).values(values))
        return begun

    async def get(self, handling_id: str) -> Handling | None:
        """One handling."""
        return await self._first(HandlingRow.id == handling_id)

    async def unfinished_of(self, user_id: str) -> Handling | None:
        """What a person is in the middle of: a talk, or the work after one."""
        return await self._first(HandlingRow.user_id == user_id, HandlingRow.acw_ended_at.is_(None))

    async def unwritten_of(self, user_id: str, since: datetime) -> list[Handling]:
        """Handlings since then that are over and of which nothing was written, newest first."""
        mine = (
            HandlingRow.user_id == user_id,
            HandlingRow.started_at >= since,
            HandlingRow.acw_ended_at.is_not(None),
            HandlingRow.disposition == "",
        )
        wanted = select(HandlingRow.__table__).where(*mine).order_by(HandlingRow.started_at.desc())
        async with self._database.read() as connection:
            return [Handling(**row) for row in (await connection.execute(wanted)).mappings()]

    async def talking_on(self, call_id: str) -> Handling | None:
        """Who talks on a call now."""
        return await self._first(HandlingRow.call_id == call_id, HandlingRow.talk_ended_at.is_(None))

    async def of_call(self, call_id: str) -> list[Handling]:
        """Everybody's part in a call, in order."""
        wanted = select(HandlingRow.__table__).where(HandlingRow.call_id == call_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted.order_by(HandlingRow.started_at))).mappings().all()
        return [Handling(**row) for row in rows]

    async def between(self, since: datetime, until: datetime) -> list[Handling]:
        """What began between two moments, in order; for figures."""
        then = (HandlingRow.started_at >= since, HandlingRow.started_at < until)
        wanted = select(HandlingRow.__table__).where(*then).order_by(HandlingRow.started_at, HandlingRow.id)
        async with self._database.read() as connection:
            return [Handling(**row) for row in (await connection.execute(wanted)).mappings()]

    async def end_talk(self, handling_id: str, hold_ms: int = 0, at: datetime | None = None) -> Handling | None:
        """The talk is over; None when it was over before."""
        talking = (HandlingRow.id == handling_id, HandlingRow.talk_ended_at.is_(None))
        return await self._change(talking, {"talk_ended_at": at or utc_now(), "hold_ms": HandlingRow.hold_ms + hold_ms})

    async def write(self, handling_id: str, written: Written) -> Handling | None:
        """Keep what the operator wrote; None when there is no such handling."""
        values = {
            "disposition": clean_text(written.disposition),
            "disposition_detail": clean_text(written.disposition_detail),
            "resolved": written.resolved,
            "summary": None if written.summary is None else plain(written.summary),
            "summary_by_ai": written.summary_by_ai,
            "note": clean_text(written.note),
        }
        return await self._change((HandlingRow.id == handling_id,), values)

    async def finish(self, handling_id: str, at: datetime | None = None) -> Handling | None:
        """The work after the call is over; None when it was over before, or the talk is not."""
        working = (
            HandlingRow.id == handling_id,
            HandlingRow.talk_ended_at.is_not(None),
            HandlingRow.acw_ended_at.is_(None),
        )
        return await self._change(working, {"acw_ended_at": at or utc_now()})

    async def dead_talks(self) -> list[Handling]:
        """Talks on calls that are over: what a crash left."""
        over = select(CallRow.id).where(CallRow.state != "live")
        dead = (HandlingRow.talk_ended_at.is_(None), HandlingRow.call_id.in_(over))
        async with self._database.read() as connection:
            rows = (await connection.execute(select(HandlingRow.__table__).where(*dead))).mappings().all()
        return [Handling(**row) for row in rows]

    async def _first(self, *conditions: Any) -> Handling | None:
        wanted = select(HandlingRow.__table__).where(*conditions).order_by(HandlingRow.started_at.desc())
        async with self._database.read() as connection:
            row = (await connection.execute(wanted.limit(1))).mappings().first()
        return None if row is None else Handling(**row)

    async def _change(self, conditions: tuple[Any, ...], values: dict[str, Any]) -> Handling | None:
        async with self._database.write() as connection:
            wanted = select(HandlingRow.id).where(*conditions)
            handling_id = await connection.scalar(wanted)
            changed = await connection.execute(update(HandlingRow).where(*conditions).values(values))
            return None if not changed.rowcount else await _one(connection, str(handling_id))


async def _one(connection: AsyncConnection, handling_id: str) -> Handling | None:
    wanted = select(HandlingRow.__table__).where(HandlingRow.id == handling_id)
    row = (await connection.execute(wanted)).mappings().first()
    return None if row is None else Handling(**row)
