"""The escalation rules' published versions: by which rules a call was judged."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.documents import StaleVersionError
from records.plain import clean_text, digest, plain
from records.schema import RuleVersionRow

_ATTEMPTS: Final = 3


class RuleContentError(ValueError):
    """The content cannot be published; the message says why, in Japanese."""


@dataclass(frozen=True)
class RuleVersionInfo:
    """One line in the rules' history."""

    version: int
    published_at: datetime
    author: str
    note: str
    sha256: str


@dataclass(frozen=True)
class RuleVersion:
    """A published set of rules. Each of `content` is a dict with its `id`."""

    info: RuleVersionInfo
    content: tuple[dict[str, Any], ...]

    @property
    def version(self) -> int:
        """The number of the whole set."""
        return self.info.version


class RuleRepository:
    """Publishes and remembers the rules. A published version never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self, content: Sequence[dict[str, Any]], author: str, note: str = "", expected_version: int | None = None
    ) -> RuleVersion:
        """Make `content` the current rules and give back the version they became.

        Content equal to the current version's gives back that version. Raises `RuleContentError`, and
        `StaleVersionError` when `expected_version` is not the newest any more.
        """
        rules = _checked(content)
        for _ in range(_ATTEMPTS - 1):
            # Another process may publish in the same instant (PostgreSQL): then look again at what is current.
            with suppress(IntegrityError):
                return await self._publish(rules, author, note, expected_version)
        return await self._publish(rules, author, note, expected_version)

    async def current(self) -> RuleVersion | None:
        """The newest version; None before the first is published."""
        async with self._database.read() as connection:
            return await _current(connection)

    async def latest(self) -> int:
        """The newest version's number; 0 before the first is published. Cheap enough to be asked every second."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(RuleVersionRow.version))) or 0

    async def get(self, version: int) -> RuleVersion | None:
        """One version with its content: what `calls.rules_version` means."""
        async with self._database.read() as connection:
            return await _one(connection, select(RuleVersionRow).where(RuleVersionRow.version == version))

    async def history(self, limit: int = 100) -> list[RuleVersionInfo]:
        """The versions without their content, newest first."""
        columns = [column for column in RuleVersionRow.__table__.columns if column.name != "content"]
        wanted = select(*columns).order_by(RuleVersionRow.version.desc()).limit(limit)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        return [_info(row) for row in found]

    async def _publish(
        self, rules: list[dict[str, Any]], author: str, note: str, expected_version: int | None
    ) -> RuleVersion:
        sha256 = digest(rules)
        async with self._database.write() as connection:
            current = await _current(connection)
            newest = current.version if current is not None else 0
            if expected_version is not None and expected_version != newest:
                raise StaleVersionError(newest)
            if current is not None and current.info.sha256 == sha256:
                return current
            info = RuleVersionInfo(
                version=newest + 1,
                published_at=utc_now(),
                author=clean_text(author),
                note=clean_text(note),
                sha256=sha256,
            )
            values = {name: getattr(info, name) for name in info.__dataclass_fields__}
            await connection.execute(insert(RuleVersionRow).values({**values, "content": rules}))
        return RuleVersion(info, tuple(rules))


def _checked(content: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[str] = set()
    for number, rule in enumerate(content, start=1):
        rule_id = rule.get("id")
        if not isinstance(rule_id, str) or not clean_text(rule_id).strip():
            raise RuleContentError(f"{number}件目のルールにIDがありません。")
        if rule_id in seen:
            raise RuleContentError(f"ID「{rule_id}」のルールが2つ以上あります。")
        seen.add(rule_id)
    return [plain(rule) for rule in content]


async def _current(connection: AsyncConnection) -> RuleVersion | None:
    return await _one(connection, select(RuleVersionRow).order_by(RuleVersionRow.version.desc()).limit(1))


async def _one(connection: AsyncConnection, statement: Select[Any]) -> RuleVersion | None:
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else RuleVersion(_info(row), tuple(row["content"]))


def _info(row: Any) -> RuleVersionInfo:
    return RuleVersionInfo(row["version"], row["published_at"], row["author"], row["note"], row["sha256"])
