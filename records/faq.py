"""The FAQ's published versions: what callers were told, and when it changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.documents import StaleVersionError
from records.models import FaqVersion, FaqVersionInfo
from records.plain import clean_text, digest, plain
from records.schema import FaqEntryRow, FaqVersionRow

_ATTEMPTS = 3


class FaqContentError(ValueError):
    """The content cannot be published; the message says why, in Japanese."""


@dataclass(frozen=True)
class EntryVersion:
    """One wording of one entry, and when and by whom it was published first."""

    entry_id: str
    version: int
    content: dict[str, Any]
    faq_version: int
    published_at: datetime
    author: str
    note: str


@dataclass(frozen=True)
class _Entry:
    id: str
    body: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class _Latest:
    version: int
    sha256: str


class FaqRepository:
    """Publishes and remembers the FAQ. A published version never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self, content: Sequence[dict[str, Any]], author: str, note: str = "", expected_version: int | None = None
    ) -> FaqVersion:
        """Make `content` the current FAQ and give back the version it became.

        Each entry is a dict with a unique, non-empty text `id`. Its own `version` is counted here (a `version` in
        `content` is ignored): up by one when the entry differs from how it last stood, even if it was removed in
        between, so that (id, version) is one wording for good. Content equal to the current version's gives back
        that version. `expected_version` is the version that the change was made from (0: none yet). Raises
        `FaqContentError`, and `StaleVersionError` when `expected_version` is not the newest any more.
        """
        entries = _checked(content)
        for _ in range(_ATTEMPTS - 1):
            # Another process may publish in the same instant (PostgreSQL): then look again at what is current.
            with suppress(IntegrityError):
                return await self._publish(entries, author, note, expected_version)
        return await self._publish(entries, author, note, expected_version)

    async def current(self) -> FaqVersion | None:
        """The newest version; None before the first is published."""
        async with self._database.read() as connection:
            return await _current(connection)

    async def latest(self) -> int:
        """The newest version's number; 0 before the first is published. Cheap enough to be asked every second."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(FaqVersionRow.version))) or 0

    async def get(self, version: int) -> FaqVersion | None:
        """One version with its content."""
        async with self._database.read() as connection:
            return await _one(connection, select(FaqVersionRow).where(FaqVersionRow.version == version))

    async def entry(self, entry_id: str, version: int) -> dict[str, Any] | None:
        """The wording that an evidence's (entry id, version) means."""
        wanted = select(FaqEntryRow.content).where(FaqEntryRow.entry_id == entry_id, FaqEntryRow.version == version)
        async with self._database.read() as connection:
            content: dict[str, Any] | None = await connection.scalar(wanted)
        return content

    async def entry_history(self, entry_id: str, limit: int = 100) -> list[EntryVersion]:
        """The wordings of one entry, newest first; also of one that is published no more."""
        wanted = (
            select(FaqEntryRow, FaqVersionRow.published_at, FaqVersionRow.author, FaqVersionRow.note)
            .join(FaqVersionRow, FaqVersionRow.version == FaqEntryRow.first_faq_version)
            .where(FaqEntryRow.entry_id == entry_id)
            .order_by(FaqEntryRow.version.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        return [
            EntryVersion(
                row["entry_id"],
                row["version"],
                row["content"],
                row["first_faq_version"],
                row["published_at"],
                row["author"],
                row["note"],
            )
            for row in found
        ]

    async def history(self, limit: int = 100) -> list[FaqVersionInfo]:
        """The versions without their content, newest first."""
        columns = [column for column in FaqVersionRow.__table__.columns if column.name != "content"]
        wanted = select(*columns).order_by(FaqVersionRow.version.desc()).limit(limit)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        return [_info(row) for row in found]

    async def _publish(
        self, entries: Sequence[_Entry], author: str, note: str, expected_version: int | None
    ) -> FaqVersion:
        async with self._database.write() as connection:
            newest = await connection.scalar(select(func.max(FaqVersionRow.version))) or 0
            if expected_version is not None and expected_version != newest:
                raise StaleVersionError(newest)
            return await _publish(connection, entries, author, note)


def _checked(content: Sequence[dict[str, Any]]) -> list[_Entry]:
    entries: list[_Entry] = []
    seen: set[str] = set()
    for number, given in enumerate(content, start=1):
        entry_id = given.get("id")
        if not isinstance(entry_id, str) or not clean_text(entry_id).strip():
            raise FaqContentError(f"{number}件目の項目にIDがありません。")
        if entry_id in seen:
            raise FaqContentError(f"ID「{entry_id}」の項目が2つ以上あります。")
        seen.add(entry_id)
        body = plain({key: value for key, value in given.items() if key != "version"})
        entries.append(_Entry(entry_id, body, digest(body)))
    return entries


async def _publish(connection: AsyncConnection, entries: Sequence[_Entry], author: str, note: str) -> FaqVersion:
    current = await _current(connection)
    whole = digest([entry.sha256 for entry in entries])
    if current is not None and current.info.sha256 == whole:
        return current
    number = 1 if current is None else current.version + 1
    latest = await _latest_entries(connection)
    stamped: list[dict[str, Any]] = []
    new_rows: list[dict[str, Any]] = []
    before = {} if current is None else {each["id"]: each["version"] for each in current.content}
    for entry in entries:
        last = latest.get(entry.id)
        unchanged = last is not None and last.sha256 == entry.sha256
        version = last.version if last is not None and unchanged else (last.version if last else 0) + 1
        full = {**entry.body, "version": version}
        stamped.append(full)
        if not unchanged:
            new_rows.append(
                {
                    "entry_id": entry.id,
                    "version": version,
                    "content": full,
                    "sha256": entry.sha256,
                    "first_faq_version": number,
                }
            )
    info = FaqVersionInfo(
        version=number,
        published_at=utc_now(),
        author=clean_text(author),
        note=clean_text(note),
        sha256=whole,
        entry_count=len(stamped),
        changed=tuple(each["id"] for each in stamped if before.get(each["id"]) != each["version"]),
        removed=tuple(sorted(before.keys() - {each["id"] for each in stamped})),
    )
    values = {**{name: getattr(info, name) for name in info.__dataclass_fields__}, "content": stamped}
    values["changed"], values["removed"] = list(info.changed), list(info.removed)
    await connection.execute(insert(FaqVersionRow).values(values))
    if new_rows:
        await connection.execute(insert(FaqEntryRow), new_rows)
    return FaqVersion(info, tuple(stamped))


async def _latest_entries(connection: AsyncConnection) -> dict[str, _Latest]:
    newest = (
        select(FaqEntryRow.entry_id, func.max(FaqEntryRow.version).label("version"))
        .group_by(FaqEntryRow.entry_id)
        .subquery()
    )
    wanted = select(FaqEntryRow.entry_id, FaqEntryRow.version, FaqEntryRow.sha256).join(
        newest, and_(FaqEntryRow.entry_id == newest.c.entry_id, FaqEntryRow.version == newest.c.version)
    )
    found = (await connection.execute(wanted)).all()
    return {entry_id: _Latest(version, sha256) for entry_id, version, sha256 in found}


async def _current(connection: AsyncConnection) -> FaqVersion | None:
    return await _one(connection, select(FaqVersionRow).order_by(FaqVersionRow.version.desc()).limit(1))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> FaqVersion | None:
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else FaqVersion(_info(row), tuple(row["content"]))


def _info(row: Any) -> FaqVersionInfo:
    return FaqVersionInfo(
        version=row["version"],
        published_at=row["published_at"],
        author=row["author"],
        note=row["note"],
        sha256=row["sha256"],
        entry_count=row["entry_count"],
        changed=tuple(row["changed"]),
        removed=tuple(row["removed"]),
    )
