"""Who is told of events, and each telling on its way: tried again until it arrives or is given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import delete, insert, select, update

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.plain import clean_text, plain
from records.trust_schema import DeliveryRow, HookRow

RETRY_AFTER_S: Final = (10, 30, 120, 600, 3_600, 21_600)
"""How long after each failure the next attempt comes; after the last one it is given up (about seven hours)."""


class HookStyle(StrEnum):
    """What a place understands."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"


class DeliveryState(StrEnum):
    """How far a telling came."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Hook:
    """One place. `secret` signs what a webhook gets; it is shown once, when it is made."""

    name: str
    style: HookStyle
    url: str
    secret: str
    events: tuple[str, ...]
    active: bool
    created_by: str
    created_at: datetime
    id: str


@dataclass(frozen=True)
class Delivery:
    """One event for one place. `status` is the last HTTP status, `error` what went wrong last, in Japanese."""

    id: str
    hook_id: str
    event: str
    payload: dict[str, Any]
    created_at: datetime
    state: DeliveryState
    attempts: int
    next_at: datetime
    status: int | None
    error: str


Deliveries: TypeAlias = list[Delivery]


class HookRepository:
    """Places and tellings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, style: HookStyle, url: str, secret: str, events: Sequence[str], by: str) -> Hook:
        """A new place; it is told nothing until it is switched on."""
        made = Hook(
            clean_text(name), style, clean_text(url), secret, tuple(events), False, clean_text(by), utc_now(), new_id()
        )
        values = {each: getattr(made, each) for each in made.__dataclass_fields__}
        async with self._database.write() as connection:
            await connection.execute(insert(HookRow).values({**values, "style": style.value, "events": list(events)}))
        return made

    async def list(self) -> list[Hook]:
        """All places, the oldest first."""
        async with self._database.read() as connection:
            found = (await connection.execute(select(HookRow.__table__).order_by(HookRow.created_at))).mappings().all()
        return [Hook(**{**row, "style": HookStyle(row["style"]), "events": tuple(row["events"])}) for row in found]

    async def change(
        self, hook_id: str, *, name: str, url: str, events: Sequence[str], active: bool, secret: str | None = None
    ) -> bool:
        """Change a place; whether there is one."""
        values: dict[str, Any] = {"name": clean_text(name), "url": clean_text(url), "events": list(events)}
        values["active"] = active
        if secret is not None:
            values["secret"] = secret
        async with self._database.write() as connection:
            found = await connection.execute(update(HookRow).where(HookRow.id == hook_id).values(values))
        return found.rowcount == 1

    async def remove(self, hook_id: str) -> bool:
        """Forget a place and what is on its way to it."""
        async with self._database.write() as connection:
            waiting = DeliveryRow.state == DeliveryState.WAITING.value
            await connection.execute(delete(DeliveryRow).where(DeliveryRow.hook_id == hook_id, waiting))
            found = await connection.execute(delete(HookRow).where(HookRow.id == hook_id))
        return found.rowcount == 1

    async def tell(
        self, event: str, payload: Mapping[str, Any], only: str | None = None, now: datetime | None = None
    ) -> int:
        """Put the event on its way to every place that wants it, or to the place `only`; to how many."""
        wanted = [
            hook
            for hook in await self.list()
            if (hook.id == only if only is not None else hook.active and event in hook.events)
        ]
        now = now or utc_now()
        rows = [
            {
                "id": new_id(),
                "hook_id": hook.id,
                "event": event,
                "payload": plain(payload),
                "created_at": now,
                "state": DeliveryState.WAITING.value,
                "attempts": 0,
                "next_at": now,
                "status": None,
                "error": "",
            }
            for hook in wanted
        ]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(insert(DeliveryRow), rows)
        return len(rows)

    async def due(self, now: datetime, limit: int = 20) -> Deliveries:
        """What is to be sent now, the oldest first."""
        wanted = (
            select(DeliveryRow.__table__)
            .where(DeliveryRow.state == DeliveryState.WAITING.value, DeliveryRow.next_at <= now)
            .order_by(DeliveryRow.next_at)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_delivery(row) for row in (await connection.execute(wanted)).mappings()]

    async def recent(self, hook_id: str, limit: int = 50) -> Deliveries:
        """What was last sent to a place."""
        wanted = select(DeliveryRow.__table__).where(DeliveryRow.hook_id == hook_id)
        async with self._database.read() as connection:
            found = await connection.execute(wanted.order_by(DeliveryRow.created_at.desc()).limit(limit))
            return [_delivery(row) for row in found.mappings()]

    async def settle(self, delivery: Delivery, now: datetime, status: int | None, error: str = "") -> Delivery:
        """Keep how an attempt went: an empty `error` means that it arrived."""
        attempts = delivery.attempts + 1
        if not error:
            after = replace(delivery, state=DeliveryState.DONE, attempts=attempts, status=status, error="")
        elif delivery.attempts >= len(RETRY_AFTER_S):
            after = replace(delivery, state=DeliveryState.FAILED, attempts=attempts, status=status, error=error)
        else:
            again = now + timedelta(seconds=RETRY_AFTER_S[delivery.attempts])
            after = replace(delivery, attempts=attempts, next_at=again, status=status, error=error)
        values = {"state": after.state.value, "attempts": attempts, "next_at": after.next_at, "status": status}
        async with self._database.write() as connection:
            mine = DeliveryRow.id == delivery.id
            await connection.execute(update(DeliveryRow).where(mine).values(**values, error=clean_text(error)))
        return after


def _delivery(row: Any) -> Delivery:
    return Delivery(**{**row, "state": DeliveryState(row["state"])})
