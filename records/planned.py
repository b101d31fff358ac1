"""Publications at a later time: what is planned, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.plain import clean_text, plain
from records.tuning_schema import PlannedPublicationRow


class PlanState(StrEnum):
    """How a plan stands. `running` is taken back to `waiting` at a start: its process died over it."""

    WAITING = "waiting"
    RUNNING = "running"
    PUBLISHED = "published"
    STALE = "stale"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PlannedPublication:
    """`content` of `kind`, to be published at `at`; `base_version` is what it was made from. `result` is told."""

    id: str
    kind: str
    at: datetime
    content: dict[str, Any]
    base_version: int
    author: str
    note: str
    state: PlanState
    result: str
    created_at: datetime


_WAITS = PlannedPublicationRow.state == PlanState.WAITING.value


class StalePlanError(RuntimeError):
    """What the plan was made from has changed meanwhile; the message tells what, in Japanese."""


class PlannedRepository:
    """The plans of one database. What publishes them is `uketsuke.planned`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, kind: str, at: datetime, content: Mapping[str, Any], *, base_version: int, author: str, note: str = ""
    ) -> PlannedPublication:
        """Keep a plan for `at`, a moment aware of its zone."""
        planned = PlannedPublication(
            id=new_id(),
            kind=kind,
            at=at,
            content=plain(content),
            base_version=base_version,
            author=clean_text(author),
            note=clean_text(note),
            state=PlanState.WAITING,
            result="",
            created_at=utc_now(),
        )
        row = {name: getattr(planned, name) for name in planned.__dataclass_fields__}
        async with self._database.write() as connection:
            await connection.execute(insert(PlannedPublicationRow).values({**row, "state": planned.state.value}))
        return planned

    async def get(self, plan_id: str) -> PlannedPublication | None:
        """One plan."""
        found = await self._where(PlannedPublicationRow.id == plan_id)
        return found[0] if found else None

    async def due(self, now: datetime) -> list[PlannedPublication]:
        """What waits and should have been published by `now`, in the order of its time."""
        return await self._where(_WAITS, PlannedPublicationRow.at <= now)

    async def waiting(self, kind: str | None = None) -> list[PlannedPublication]:
        """What waits, next first."""
        return await self._where(_WAITS, *([PlannedPublicationRow.kind == kind] if kind else []))

    async def all(self, limit: int = 100) -> list[PlannedPublication]:
        """Every plan, the one of the latest time first."""
        rows = PlannedPublicationRow.__table__
        async with self._database.read() as connection:
            found = await connection.execute(select(rows).order_by(rows.c.at.desc(), rows.c.id.desc()).limit(limit))
            return [_planned(row) for row in found.mappings()]

    async def begin(self, plan_id: str) -> bool:
        """Take a waiting plan to publish it; False when it is not waiting any more (another process has it)."""
        return await self._move(plan_id, PlanState.WAITING, PlanState.RUNNING)

    async def settle(self, plan_id: str, state: PlanState, result: str) -> None:
        """Tell what became of a plan that was begun."""
        await self._move(plan_id, PlanState.RUNNING, state, result)

    async def cancel(self, plan_id: str, result: str) -> bool:
        """Let a waiting plan be; False when it is not waiting any more."""
        return await self._move(plan_id, PlanState.WAITING, PlanState.CANCELLED, result)

    async def recover(self) -> int:
        """What a dead process had begun waits again; how many. To be called once at the start."""
        running = PlannedPublicationRow.state == PlanState.RUNNING.value
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(PlannedPublicationRow).where(running).values(state=PlanState.WAITING.value)
            )
        return int(changed.rowcount)

    async def _move(self, plan_id: str, before: PlanState, after: PlanState, result: str = "") -> bool:
        mine = (PlannedPublicationRow.id == plan_id, PlannedPublicationRow.state == before.value)
        values = {"state": after.value, "result": clean_text(result)}
        async with self._database.write() as connection:
            changed = await connection.execute(update(PlannedPublicationRow).where(*mine).values(values))
        return bool(changed.rowcount)

    async def _where(self, *conditions: Any) -> list[PlannedPublication]:
        rows = PlannedPublicationRow.__table__
        wanted = select(rows).where(*conditions).order_by(rows.c.at, rows.c.id)
        async with self._database.read() as connection:
            return [_planned(row) for row in (await connection.execute(wanted)).mappings()]


def _planned(row: Any) -> PlannedPublication:
    return PlannedPublication(**{**row, "state": PlanState(row["state"])})
