"""Requests to language models: what each cost and how it ended, never what it said."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, RowMapping, case, func, insert, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from records.database import Database
from records.ids import new_id
from records.schema import ModelRequestRow

JAPAN: Final = timedelta(hours=9)
"""What a day is counted in unless another offset is given."""

NOT_SENT: Final = ("refused", "open_circuit", "over_budget", "unavailable")
"""Outcomes of attempts that reached no model."""

_PASSING: Final = (OperationalError, InterfaceError, PoolTimeoutError, TimeoutError, OSError)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ModelRequestRecord:
    """One attempt to ask a model. `at` has its zone; `tokens` are those read and written.

    `model` is empty when no model was permitted; `outcome` is `used` when the answer counted.
    """

    at: datetime
    call_id: str | None
    model: str
    purpose: str
    confidentiality: str
    place: str
    prompt_sha256: str
    outcome: str
    took_ms: float
    tokens: int
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class ModelUsage:
    """One model's requests for one purpose on one day. `mean_ms` is over those that were `used`."""

    day: date
    model: str
    purpose: str
    place: str
    requests: int
    used: int
    tokens: int
    mean_ms: float | None


class ModelRequestRepository:
    """Writes and reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, requests: Sequence[ModelRequestRecord]) -> None:
        """Write all of them or none."""
        if not requests:
            return
        async with self._database.write() as connection:
            await connection.execute(insert(ModelRequestRow), [asdict(request) for request in requests])

    async def latest(self, limit: int = 100, call_id: str | None = None) -> list[ModelRequestRecord]:
        """The newest first, of one call if it is given."""
        wanted = select(*ModelRequestRow.__table__.columns).order_by(
            ModelRequestRow.at.desc(), ModelRequestRow.id.desc()
        )
        if call_id is not None:
            wanted = wanted.where(ModelRequestRow.call_id == call_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted.limit(limit))).mappings().all()
        return [_record(row) for row in rows]

    async def usage(self, since: datetime, until: datetime, offset: timedelta = JAPAN) -> list[ModelUsage]:
        """Sums by day (in `offset` from UTC), model, purpose and place over [since, until), in that order.

        Counts what was sent to a model: attempts that were refused, or skipped by breaker or budget, cost nothing.
        """
        day = self._day(offset)
        keys: tuple[ColumnElement[Any], ...] = (
            day.label("day"),
            ModelRequestRow.__table__.c.model,
            ModelRequestRow.__table__.c.purpose,
            ModelRequestRow.__table__.c.place,
        )
        is_used = ModelRequestRow.outcome == "used"
        wanted = (
            select(
                *keys,
                func.count().label("requests"),
                func.sum(case((is_used, 1), else_=0)).label("used"),
                func.sum(ModelRequestRow.tokens).label("tokens"),
                func.avg(case((is_used, ModelRequestRow.took_ms))).label("mean_ms"),
            )
            .where(ModelRequestRow.at >= since, ModelRequestRow.at < until)
            .where(ModelRequestRow.outcome.not_in(NOT_SENT))
            .group_by("day", "model", "purpose", "place")
            .order_by("day", "model", "purpose", "place")
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [_usage(row) for row in rows]

    def _day(self, offset: timedelta) -> ColumnElement[Any]:
        at = ModelRequestRow.__table__.c.at
        if self._database.dialect == "sqlite":
            return func.date(at, f"{int(offset.total_seconds())} seconds")
        return func.date(func.timezone("UTC", at) + offset)


@dataclass(frozen=True)
class LogOptions:
    """`capacity` requests wait at most, `batch` go into one transaction; a write is retried after `retry_s`."""

    capacity: int = 2_048
    batch: int = 128
    linger_s: float = 0.5
    transaction_s: float = 10.0
    retry_s: float = 1.0


class ModelRequestLog:
    """Takes requests at once and writes them in the background, in order.

    `note` never waits and never raises. When more than `capacity` wait, the oldest are lost and counted in
    `dropped`. Start it once, and close it before the database.
    """

    def __init__(
        self,
        repository: ModelRequestRepository,
        options: LogOptions | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._repository = repository
        self._options = options or LogOptions()
        self._sleep = sleep
        self._waiting: deque[ModelRequestRecord] = deque(maxlen=self._options.capacity)
        self._something = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def note(self, request: ModelRequestRecord) -> None:
        """Keep it."""
        if self._closing:
            self.dropped += 1
            return
        self.dropped += len(self._waiting) == self._options.capacity
        self._waiting.append(request)
        self._something.set()

    def start(self) -> None:
        """Begin to write."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="model-request-log")

    async def close(self, deadline_s: float = 5.0) -> None:
        """Write what waits, no longer than the deadline. What is lost by then is counted and logged."""
        self._closing = True
        self._something.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=deadline_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self.dropped += len(self._waiting)
        self._waiting.clear()
        if self.dropped:
            _log.warning("model_requests_dropped", count=self.dropped)

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            if not self._closing:
                await self._sleep(self._options.linger_s)
            self._something.clear()
            while self._waiting:
                batch = [self._waiting[n] for n in range(min(len(self._waiting), self._options.batch))]
                if not await self._write(batch):
                    await self._sleep(self._options.retry_s)
            if self._closing:
                return

    async def _write(self, batch: list[ModelRequestRecord]) -> bool:
        """Write the oldest ones; False when they have to be tried again."""
        try:
            async with asyncio.timeout(self._options.transaction_s):
                await self._repository.add(batch)
        except _PASSING as error:
            _log.warning("model_requests_retry", error=type(error).__name__)
            return False
        except Exception as error:
            # Nothing that waiting would mend.
            _log.warning("model_requests_refused", error=type(error).__name__, count=len(batch))
            self.dropped += len(batch)
        written = {request.id for request in batch}
        while self._waiting and self._waiting[0].id in written:
            self._waiting.popleft()
        return True


def _record(row: RowMapping) -> ModelRequestRecord:
    return ModelRequestRecord(**dict(row))


def _usage(row: RowMapping) -> ModelUsage:
    return ModelUsage(
        day=date.fromisoformat(str(row["day"])),
        model=row["model"],
        purpose=row["purpose"],
        place=row["place"],
        requests=int(row["requests"]),
        used=int(row["used"]),
        tokens=int(row["tokens"]),
        mean_ms=None if row["mean_ms"] is None else float(row["mean_ms"]),
    )
