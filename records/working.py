"""Work in progress: what a supervisor has changed and not published yet. Nobody overwrites another's change unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.plain import clean_text, plain
from records.tuning_schema import WorkingCopyRow


@dataclass(frozen=True)
class WorkingCopy:
    """What is being changed. `base_version` is the published version that it began from (0: a new thing)."""

    kind: str
    key: str
    revision: int
    base_version: int
    content: dict[str, Any]
    changed_at: datetime
    changed_by: str


class WorkingConflictError(RuntimeError):
    """Someone else has saved meanwhile; `newest` is what they saved, None when they threw it away."""

    def __init__(self, newest: WorkingCopy | None) -> None:
        who = newest.changed_by if newest is not None else "ほかの方"
        super().__init__(f"{who}さんが先に変更しています。最新の内容を確かめてから、もう一度保存してください。")
        self.newest = newest


class WorkingCopyRepository:
    """Work in progress by kind (`faq`, `rules`, …) and key (an entry's id; empty for a whole document)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, kind: str, key: str = "") -> WorkingCopy | None:
        """One working copy; None when nothing is being changed."""
        async with self._database.read() as connection:
            return await _one(connection, kind, key)

    async def of_kind(self, kind: str) -> list[WorkingCopy]:
        """All of a kind, newest change first."""
        wanted = select(WorkingCopyRow.__table__).where(WorkingCopyRow.kind == kind)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.order_by(WorkingCopyRow.changed_at.desc()))).mappings().all()
        return [WorkingCopy(**row) for row in found]

    async def save(
        self, kind: str, key: str, content: Mapping[str, Any], *, revision: int, base_version: int, by: str
    ) -> WorkingCopy:
        """Keep `content` over `revision`, the one it was made from (0: none yet), and give back the next revision.

        Raises `WorkingConflictError` when `revision` is not the newest.
        """
        async with self._database.write() as connection:
            newest = await _one(connection, kind, key)
            if (newest.revision if newest is not None else 0) != revision:
                raise WorkingConflictError(newest)
            saved = WorkingCopy(kind, key, revision + 1, base_version, plain(content), utc_now(), clean_text(by))
            row = {name: getattr(saved, name) for name in saved.__dataclass_fields__}
            if newest is None:
                await connection.execute(insert(WorkingCopyRow).values(row))
            else:
                mine = (WorkingCopyRow.kind == kind, WorkingCopyRow.key == key)
                await connection.execute(update(WorkingCopyRow).where(*mine).values(row))
        return saved

    async def drop(self, kind: str, key: str = "", revision: int | None = None) -> bool:
        """Throw it away; whether there was one. Raises `WorkingConflictError` when it is not at `revision` any more."""
        async with self._database.write() as connection:
            newest = await _one(connection, kind, key)
            if newest is None:
                return False
            if revision is not None and newest.revision != revision:
                raise WorkingConflictError(newest)
            mine = (WorkingCopyRow.kind == kind, WorkingCopyRow.key == key)
            await connection.execute(delete(WorkingCopyRow).where(*mine))
        return True


async def _one(connection: AsyncConnection, kind: str, key: str) -> WorkingCopy | None:
    wanted = select(WorkingCopyRow.__table__).where(WorkingCopyRow.kind == kind, WorkingCopyRow.key == key)
    row = (await connection.execute(wanted)).mappings().first()
    return None if row is None else WorkingCopy(**row)
