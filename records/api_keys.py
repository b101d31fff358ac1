"""Keys of other programs. The key itself is shown once: here is only its SHA-256."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.people_schema import ApiKeyRow
from records.plain import clean_text


@dataclass(frozen=True)
class ApiKey:
    """One key: what it may do, and until when."""

    id: str
    name: str
    sha256: str = field(repr=False)
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class ApiKeyRepository:
    """The keys there are. Revoked ones stay, so that the audit's names can be looked up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        name: str,
        sha256: str,
        scopes: Iterable[str],
        created_by: str,
        expires_at: datetime | None = None,
        key_id: str | None = None,
    ) -> ApiKey:
        """A new key; with `key_id` it takes the place of the one that had that id."""
        key = ApiKey(
            key_id or new_id(), clean_text(name), sha256, sorted(scopes), created_by, utc_now(), expires_at, None, None
        )
        async with self._database.write() as connection:
            await connection.execute(delete(ApiKeyRow).where(ApiKeyRow.id == key.id))
            await connection.execute(insert(ApiKeyRow).values(vars(key)))
        return key

    async def find(self, sha256: str) -> ApiKey | None:
        """The key with that sum; whether it is still good is for the caller to say."""
        wanted = select(ApiKeyRow.__table__).where(ApiKeyRow.sha256 == sha256)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else ApiKey(**row)

    async def list(self) -> list[ApiKey]:
        """All, the newest first."""
        wanted = select(ApiKeyRow.__table__).order_by(ApiKeyRow.created_at.desc())
        async with self._database.read() as connection:
            return [ApiKey(**row) for row in (await connection.execute(wanted)).mappings()]

    async def used(self, key_id: str, at: datetime) -> None:
        """Note that it was used."""
        async with self._database.write() as connection:
            await connection.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=at))

    async def revoke(self, key_id: str) -> ApiKey | None:
        """Make it useless from now on; None where there is none that is in use."""
        mine = (ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
        async with self._database.write() as connection:
            await connection.execute(update(ApiKeyRow).where(*mine).values(revoked_at=utc_now()))
            row = (
                (await connection.execute(select(ApiKeyRow.__table__).where(ApiKeyRow.id == key_id))).mappings().first()
            )
        return None if row is None else ApiKey(**row)
