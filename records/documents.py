"""The published versions of what supervisors tune besides FAQ and rules: one line of versions for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.plain import clean_text, digest, plain
from records.tuning_schema import DocumentVersionRow

_ATTEMPTS: Final = 3


class StaleVersionError(RuntimeError):
    """Someone else has published meanwhile; `newest` is their version's number."""

    def __init__(self, newest: int) -> None:
        super().__init__(
            f"ほかの方が先に第{newest}版を公開しています。最新の内容を確かめてから、もう一度公開してください。"
        )
        self.newest = newest


@dataclass(frozen=True)
class DocumentVersionInfo:
    """One line in a kind's history."""

    kind: str
    version: int
    published_at: datetime
    author: str
    note: str
    sha256: str


@dataclass(frozen=True)
class DocumentVersion:
    """One published version of a kind of document, with its content."""

    info: DocumentVersionInfo
    content: dict[str, Any]

    @property
    def version(self) -> int:
        """Its number, from 1 in each kind."""
        return self.info.version


class DocumentRepository:
    """Publishes and remembers documents by kind (`vocabulary`, `dictionary`, `wording`, `company`, `operation`, …).

    A published version never changes. What may stand in a document is its kind's own matter, checked before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self, kind: str, content: Mapping[str, Any], author: str, note: str = "", expected_version: int | None = None
    ) -> DocumentVersion:
        """Make `content` the current document of its kind and give back the version it became.

        Content equal to the current version's gives back that version. `expected_version` is the version that the
        change was made from (0: none yet): raises `StaleVersionError` when it is not the newest any more.
        """
        document = plain(content)
        for _ in range(_ATTEMPTS - 1):
            # Another process may publish in the same instant (PostgreSQL): then look again at what is current.
            with suppress(IntegrityError):
                return await self._publish(kind, document, author, note, expected_version)
        return await self._publish(kind, document, author, note, expected_version)

    async def current(self, kind: str) -> DocumentVersion | None:
        """The newest version of a kind; None before the first is published."""
        async with self._database.read() as connection:
            return await _current(connection, kind)

    async def latest(self) -> dict[str, int]:
        """The newest version's number of every kind that has one. Cheap enough to be asked every second."""
        newest = func.max(DocumentVersionRow.version)
        async with self._database.read() as connection:
            rows = await connection.execute(select(DocumentVersionRow.kind, newest).group_by(DocumentVersionRow.kind))
            return {row[0]: row[1] for row in rows}

    async def get(self, kind: str, version: int) -> DocumentVersion | None:
        """One version with its content."""
        wanted = select(DocumentVersionRow.__table__).where(
            DocumentVersionRow.kind == kind, DocumentVersionRow.version == version
        )
        async with self._database.read() as connection:
            return await _one(connection, wanted)

    async def history(self, kind: str, limit: int = 100) -> list[DocumentVersionInfo]:
        """A kind's versions without their content, newest first."""
        columns = [column for column in DocumentVersionRow.__table__.columns if column.name != "content"]
        wanted = select(*columns).where(DocumentVersionRow.kind == kind)
        async with self._database.read() as connection:
            found = await connection.execute(wanted.order_by(DocumentVersionRow.version.desc()).limit(limit))
            return [DocumentVersionInfo(**row) for row in found.mappings()]

    async def _publish(
        self, kind: str, content: dict[str, Any], author: str, note: str, expected_version: int | None
    ) -> DocumentVersion:
        sha256 = digest(content)
        async with self._database.write() as connection:
            current = await _current(connection, kind)
            newest = current.version if current is not None else 0
            if expected_version is not None and expected_version != newest:
                raise StaleVersionError(newest)
            if current is not None and current.info.sha256 == sha256:
                return current
            info = DocumentVersionInfo(kind, newest + 1, utc_now(), clean_text(author), clean_text(note), sha256)
            values = {name: getattr(info, name) for name in info.__dataclass_fields__}
            await connection.execute(insert(DocumentVersionRow).values({**values, "content": content}))
        return DocumentVersion(info, content)


async def _current(connection: AsyncConnection, kind: str) -> DocumentVersion | None:
    wanted = select(DocumentVersionRow.__table__).where(DocumentVersionRow.kind == kind)
    return await _one(connection, wanted.order_by(DocumentVersionRow.version.desc()).limit(1))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> DocumentVersion | None:
    row = (await connection.execute(statement)).mappings().first()
    if row is None:
        return None
    values = dict(row)
    content = values.pop("content")
    return DocumentVersion(DocumentVersionInfo(**values), content)
