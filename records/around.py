"""What people did around one call: in the queue, at the desk, in callbacks and reports, and their votes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from records.database import Database
from records.desk_schema import CallbackRow, HandlingRow, HarassmentReportRow, QueueEntryRow
from records.tuning_schema import VoteRow


@dataclass(frozen=True)
class Handled:
    """What one person did with the call."""

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
class Waited:
    """One stay in the queue."""

    queue: str
    reason: str
    note: str
    entered_at: datetime
    claimed_at: datetime | None
    left_at: datetime | None
    state: str


@dataclass(frozen=True)
class Promised:
    """One promise to call back."""

    reason: str
    booked_at: datetime
    due_at: datetime
    done_at: datetime | None
    state: str
    note: str


@dataclass(frozen=True)
class Reported:
    """One report of harassment."""

    at: datetime
    reporter: str
    stage: str
    note: str


@dataclass(frozen=True)
class Voted:
    """What one person said of one answer."""

    turn: int
    verdict: str
    voter: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Around:
    """All of it, each in order of time."""

    handled: tuple[Handled, ...] = ()
    waited: tuple[Waited, ...] = ()
    promised: tuple[Promised, ...] = ()
    reported: tuple[Reported, ...] = ()
    voted: tuple[Voted, ...] = ()


class AroundRepository:
    """Reads what people did around calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, call_id: str) -> Around:
        """Around that call; empty for one that nobody touched, or that there is not."""
        async with self._database.read() as connection:

            async def rows(wanted: Select[Any]) -> list[tuple[Any, ...]]:
                return [tuple(row) for row in (await connection.execute(wanted)).all()]

            return Around(
                handled=tuple(Handled(*row) for row in await rows(_columns(HandlingRow, Handled, call_id))),
                waited=tuple(Waited(*row) for row in await rows(_columns(QueueEntryRow, Waited, call_id))),
                promised=tuple(Promised(*row) for row in await rows(_columns(CallbackRow, Promised, call_id))),
                reported=tuple(Reported(*row) for row in await rows(_columns(HarassmentReportRow, Reported, call_id))),
                voted=tuple(Voted(*row) for row in await rows(_columns(VoteRow, Voted, call_id))),
            )


def _columns(row: type[Any], kind: type[Any], call_id: str) -> Select[Any]:
    """The columns of `row` that `kind` has fields for, oldest first."""
    columns = row.__table__.columns
    names = list(kind.__dataclass_fields__)
    moment = next(name for name in names if name in ("started_at", "entered_at", "booked_at", "at"))
    return select(*(columns[name] for name in names)).where(columns["call_id"] == call_id).order_by(columns[moment])
