"""Tests before publishing: what was tried against which draft, how far it came, and what it showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.plain import clean_text, digest, plain
from records.tuning_schema import TrialRunRow

GOLDEN: Final = "golden"
"""For `latest_for`: golden questions, typed or spoken, whichever were asked last."""
KEPT_RUNS: Final = 200
"""Older runs are let go: a run holds every question's outcome."""


class TrialKind(StrEnum):
    """What is asked: golden questions as text or as speech, or last week's callers' own."""

    TYPED = "typed"
    SPOKEN = "spoken"
    IMPACT = "impact"


class TrialState(StrEnum):
    """How a run stands. An interrupted one can be gone on with."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True)
class TrialRun:
    """One test. `subject_sha256` names the whole draft (`faq_subject`); `base_version` is the version it is held to.

    `result` has `summary` (counts), `rows` (each question's outcome), `settings` and, where it failed, `problem`.
    """

    id: str
    kind: TrialKind
    started_at: datetime
    finished_at: datetime | None
    author: str
    base_version: int
    subject_sha256: str
    state: TrialState
    done: int
    total: int
    result: dict[str, Any]

    @property
    def regressions(self) -> int:
        """How many questions come out worse than by what is published."""
        return int(self.result.get("summary", {}).get("regressions", 0))


@dataclass(frozen=True)
class NewTrial:
    """A run as it begins."""

    kind: TrialKind
    author: str
    base_version: int
    subject_sha256: str
    total: int
    result: Mapping[str, Any]


def faq_subject(content: Sequence[Mapping[str, Any]]) -> str:
    """What names a whole FAQ in trials: the digest of its entries without their versions, in their order."""
    return digest([{key: value for key, value in entry.items() if key != "version"} for entry in content])


class TrialRepository:
    """Keeps runs, the newest 200 of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, trial: NewTrial) -> TrialRun:
        """Keep a run that begins now."""
        run = TrialRun(
            id=new_id(),
            kind=trial.kind,
            started_at=utc_now(),
            finished_at=None,
            author=clean_text(trial.author),
            base_version=trial.base_version,
            subject_sha256=trial.subject_sha256,
            state=TrialState.RUNNING,
            done=0,
            total=trial.total,
            result=plain(trial.result),
        )
        values = {**{name: getattr(run, name) for name in run.__dataclass_fields__}}
        values |= {"kind": run.kind.value, "state": run.state.value}
        oldest = select(TrialRunRow.id).order_by(TrialRunRow.started_at.desc(), TrialRunRow.id.desc()).offset(KEPT_RUNS)
        async with self._database.write() as connection:
            await connection.execute(insert(TrialRunRow).values(values))
            gone = (await connection.execute(oldest)).scalars().all()
            if gone:
                await connection.execute(delete(TrialRunRow).where(TrialRunRow.id.in_(gone)))
        return run

    async def progress(self, run_id: str, done: int, total: int, result: Mapping[str, Any]) -> None:
        """Keep how far a run is, with all that it has shown so far."""
        await self._change(run_id, {"done": done, "total": total, "result": plain(result)})

    async def end(self, run_id: str, state: TrialState, result: Mapping[str, Any], done: int, total: int) -> None:
        """The run has ended so."""
        ended = {"state": state.value, "finished_at": utc_now(), "result": plain(result), "done": done, "total": total}
        await self._change(run_id, ended)

    async def go_on(self, run_id: str) -> None:
        """A run that was interrupted runs again."""
        await self._change(run_id, {"state": TrialState.RUNNING.value, "finished_at": None})

    async def interrupt_left_over(self) -> int:
        """At the start of the service: what still runs in the records is run by nobody. How many there were."""
        running = TrialRunRow.state == TrialState.RUNNING.value
        values = {"state": TrialState.INTERRUPTED.value, "finished_at": utc_now()}
        async with self._database.write() as connection:
            return (await connection.execute(update(TrialRunRow).where(running).values(values))).rowcount

    async def get(self, run_id: str) -> TrialRun | None:
        """One run with its result."""
        wanted = select(TrialRunRow.__table__).where(TrialRunRow.id == run_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else _run(row)

    async def history(self, limit: int = 20, kind: TrialKind | None = None) -> list[TrialRun]:
        """The newest first, with their results."""
        wanted = select(TrialRunRow.__table__).order_by(TrialRunRow.started_at.desc(), TrialRunRow.id.desc())
        if kind is not None:
            wanted = wanted.where(TrialRunRow.kind == kind.value)
        async with self._database.read() as connection:
            return [_run(row) for row in (await connection.execute(wanted.limit(limit))).mappings()]

    async def latest_for(self, kind: str, subject_sha256: str) -> TrialRun | None:
        """The newest finished run of a kind (`GOLDEN`: typed or spoken) against exactly that content."""
        kinds = [TrialKind.TYPED.value, TrialKind.SPOKEN.value] if kind == GOLDEN else [TrialKind(kind).value]
        wanted = (
            select(TrialRunRow.__table__)
            .where(TrialRunRow.kind.in_(kinds), TrialRunRow.subject_sha256 == subject_sha256)
            .where(TrialRunRow.state == TrialState.FINISHED.value)
            .order_by(TrialRunRow.started_at.desc(), TrialRunRow.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else _run(row)

    async def _change(self, run_id: str, values: Mapping[str, Any]) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(TrialRunRow).where(TrialRunRow.id == run_id).values(values))


def _run(row: Any) -> TrialRun:
    values = {name: row[name] for name in TrialRun.__dataclass_fields__}
    return TrialRun(**{**values, "kind": TrialKind(row["kind"]), "state": TrialState(row["state"])})
