"""Signed-in browsers. The token stays with the browser: here is only its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from records.clock import utc_now
from records.database import Database
from records.people import User
from records.people_schema import SessionRow, UserRow
from records.plain import clean_text


@dataclass(frozen=True)
class Session:
    """One of them; `id` is the token's SHA-256. Over at `expires_at`, or earlier when nobody uses it."""

    id: str
    user_id: str
    csrf: str = field(repr=False)
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


class SessionRepository:
    """The sessions there are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, session: Session) -> None:
        """A new one. Those that are over are cleared away on the way."""
        values = {**vars(session), "agent": clean_text(session.agent)[:200]}
        async with self._database.write() as connection:
            await connection.execute(delete(SessionRow).where(SessionRow.expires_at <= utc_now()))
            await connection.execute(insert(SessionRow).values(values))

    async def find(self, session_id: str) -> tuple[Session, User] | None:
        """One with the account it belongs to; whether it is still good is for the caller to say."""
        wanted = select(SessionRow.__table__).where(SessionRow.id == session_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
            if row is None:
                return None
            of = select(UserRow.__table__).where(UserRow.id == row["user_id"])
            user = (await connection.execute(of)).mappings().one()
        return Session(**row), User(**user)

    async def seen(self, session_id: str, at: datetime) -> None:
        """Note that it was used."""
        async with self._database.write() as connection:
            await connection.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=at))

    async def list(self, user_id: str | None = None) -> list[tuple[Session, User]]:
        """All, or one person's, the last used first."""
        wanted = select(SessionRow.__table__).order_by(SessionRow.last_seen_at.desc())
        if user_id is not None:
            wanted = wanted.where(SessionRow.user_id == user_id)
        async with self._database.read() as connection:
            sessions = [Session(**row) for row in (await connection.execute(wanted)).mappings()]
            of = select(UserRow.__table__).where(UserRow.id.in_({each.user_id for each in sessions}))
            users = {row["id"]: User(**row) for row in (await connection.execute(of)).mappings()}
        return [(each, users[each.user_id]) for each in sessions]

    async def end(self, session_id: str, user_id: str | None = None) -> bool:
        """End one (of that person); whether there was one."""
        wanted = delete(SessionRow).where(SessionRow.id == session_id)
        if user_id is not None:
            wanted = wanted.where(SessionRow.user_id == user_id)
        async with self._database.write() as connection:
            return (await connection.execute(wanted)).rowcount > 0

    async def end_of(self, user_id: str, but: str = "") -> int:
        """End all of a person but one; how many there were."""
        wanted = delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.id != but)
        async with self._database.write() as connection:
            return (await connection.execute(wanted)).rowcount
