"""Who is at the desk, and in which state since when: one row a stretch, so that occupancy can be reckoned later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.desk_schema import PresenceRow
from records.ids import new_id
from records.plain import clean_text


class PresenceState(StrEnum):
    """What an operator is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    AWAY = "away"
    TRAINING = "training"
    TALKING = "talking"
    AFTER_CALL = "after_call"

    @property
    def label(self) -> str:
        """What it is called on a page."""
        return _LABELS[self]


class Cause(StrEnum):
    """What moves an operator from one state to another: their own hand, a call, or a page that is gone."""

    HAND = "hand"
    CALL = "call"
    VANISHED = "vanished"


_LABELS: Final = {
    PresenceState.OFFLINE: "退席",
    PresenceState.AVAILABLE: "受付可",
    PresenceState.AWAY: "離席",
    PresenceState.TRAINING: "研修",
    PresenceState.TALKING: "応対中",
    PresenceState.AFTER_CALL: "後処理",
}
CHOSEN: Final = frozenset({PresenceState.OFFLINE, PresenceState.AVAILABLE, PresenceState.AWAY, PresenceState.TRAINING})
"""The states that people choose themselves; the others come with a call."""
PRESENT: Final = frozenset({PresenceState.AVAILABLE, PresenceState.TALKING, PresenceState.AFTER_CALL})
"""Those in which somebody will be there for the next caller, now or soon."""


class PresenceError(RuntimeError):
    """A state cannot follow another; the message says why, in Japanese."""


def may_go(now: PresenceState, to: PresenceState, cause: Cause) -> bool:
    """The whole state machine: nobody leaves a call by hand, and only a call brings talking and the work after it."""
    if cause is Cause.VANISHED:
        return to is PresenceState.OFFLINE
    if cause is Cause.HAND:
        return to in CHOSEN and now is not PresenceState.TALKING
    if to is PresenceState.TALKING:
        return now is not PresenceState.TALKING
    return to is PresenceState.AFTER_CALL and now is PresenceState.TALKING


@dataclass(frozen=True)
class Presence:
    """One stretch; `until` is None while it lasts. `seen_at` is when their page last said that it is there."""

    id: str
    user_id: str
    user_name: str
    state: PresenceState
    since: datetime
    until: datetime | None
    seen_at: datetime


class PresenceRepository:
    """The stretches of everybody's presence."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: str) -> Presence | None:
        """How one person stands now; None for one who was never at the desk."""
        async with self._database.read() as connection:
            return await _open(connection, user_id)

    async def now(self) -> list[Presence]:
        """Everybody who is not offline, by name."""
        open_rows = (PresenceRow.until.is_(None), PresenceRow.state != PresenceState.OFFLINE.value)
        wanted = select(PresenceRow.__table__).where(*open_rows).order_by(PresenceRow.user_name, PresenceRow.user_id)
        async with self._database.read() as connection:
            return [_presence(row) for row in (await connection.execute(wanted)).mappings()]

    async def between(self, since: datetime, until: datetime) -> list[Presence]:
        """The stretches that lie wholly or in part between two moments, in order; for figures."""
        touching = (PresenceRow.since < until, PresenceRow.until.is_(None) | (PresenceRow.until > since))
        wanted = select(PresenceRow.__table__).where(*touching).order_by(PresenceRow.since, PresenceRow.id)
        async with self._database.read() as connection:
            return [_presence(row) for row in (await connection.execute(wanted)).mappings()]

    async def go(
        self, user_id: str, user_name: str, to: PresenceState, cause: Cause, at: datetime | None = None
    ) -> Presence:
        """End the present stretch and begin the next. The same state again only says that they are there.

        Raises `PresenceError` when the state machine does not allow it.
        """
        moment = at or utc_now()
        async with self._database.write() as connection:
            former = await _open(connection, user_id, locked=True)
            state = former.state if former is not None else PresenceState.OFFLINE
            if former is not None and state is to:
                await connection.execute(update(PresenceRow).where(PresenceRow.id == former.id).values(seen_at=moment))
                return (await _open(connection, user_id)) or former
            if not may_go(state, to, cause):
                raise PresenceError(_refusal(state, to))
            if former is not None:
                await _end(connection, former, moment)
            return await _begin(connection, user_id, clean_text(user_name), to, moment)

    async def seen(self, user_id: str, at: datetime | None = None) -> None:
        """Their page is there."""
        mine = (PresenceRow.user_id == user_id, PresenceRow.until.is_(None))
        async with self._database.write() as connection:
            await connection.execute(update(PresenceRow).where(*mine).values(seen_at=at or utc_now()))

    async def vanish(self, unseen_since: datetime, at: datetime | None = None) -> list[Presence]:
        """Put those offline whose page has not been there since then; gives back how they stood."""
        stale = (
            PresenceRow.until.is_(None),
            PresenceRow.state != PresenceState.OFFLINE.value,
            PresenceRow.seen_at < unseen_since,
        )
        async with self._database.read() as connection:
            if await connection.scalar(select(PresenceRow.id).where(*stale).limit(1)) is None:
                return []
        async with self._database.write() as connection:
            rows = (await connection.execute(select(PresenceRow.__table__).where(*stale))).mappings().all()
            gone = [_presence(row) for row in rows]
            for each in gone:
                await _end(connection, each, at or utc_now())
                await _begin(connection, each.user_id, each.user_name, PresenceState.OFFLINE, at or utc_now())
        return gone


async def _open(connection: AsyncConnection, user_id: str, locked: bool = False) -> Presence | None:
    mine = (PresenceRow.user_id == user_id, PresenceRow.until.is_(None))
    wanted = select(PresenceRow.__table__).where(*mine).order_by(PresenceRow.since.desc(), PresenceRow.id.desc())
    row = (await connection.execute(wanted.with_for_update() if locked else wanted)).mappings().first()
    return None if row is None else _presence(row)


async def _end(connection: AsyncConnection, presence: Presence, at: datetime) -> None:
    await connection.execute(update(PresenceRow).where(PresenceRow.id == presence.id).values(until=at))


async def _begin(
    connection: AsyncConnection, user_id: str, user_name: str, state: PresenceState, at: datetime
) -> Presence:
    begun = Presence(new_id(), user_id, user_name, state, at, None, at)
    values = {name: getattr(begun, name) for name in begun.__dataclass_fields__} | {"state": state.value}
    await connection.execute(insert(PresenceRow).values(values))
    return begun


def _presence(row: Any) -> Presence:
    return Presence(**{**row, "state": PresenceState(row["state"])})


def _refusal(now: PresenceState, to: PresenceState) -> str:
    if now is PresenceState.TALKING:
        return "応対中です。通話を終えてから変更してください。"
    return f"「{now.label}」から「{to.label}」には変更できません。"
