"""Runs the tests before publishing: one at a time, in the calls' spare time, every outcome kept as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from dashboard.trials import TrialBusyError, TrialError, TrialNow, TrialRequest
from records.store import Records
from records.trials import NewTrial, TrialRun, TrialState
from uketsuke.trial_work import Row, Work
from voice.pool import PoolClosedError

KEPT_EVERY_S: Final = 2.0
STEP_DEADLINE_S: Final = 60.0
PREPARING_DEADLINE_S: Final = 300.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Subject:
    """What is tried: the draft by its digest, and the published version that it is held against."""

    sha256: str
    base_version: int
    changed: tuple[str, ...]


class Workbench(Protocol):
    """Makes the work of a test."""

    async def subject(self, keys: Collection[str] | None = None) -> Subject:
        """The draft as it stands now, with the changes to `keys` (all)."""
        ...

    async def work(self, request: TrialRequest, subject: Subject) -> tuple[Work, Mapping[str, Any]]:
        """The work, and what is to be kept beside its rows. Raises `TrialError`."""
        ...


class TrialRunner:
    """One run at a time. `own` starts the task that does it and outlives no service."""

    def __init__(
        self,
        records: Records,
        bench: Workbench,
        own: Callable[[Coroutine[Any, Any, None], str], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._records = records
        self._bench = bench
        self._own = own
        self._clock = clock
        self._now: TrialNow | None = None
        self._stop = False
        self._settled = False

    async def subject(self, keys: Collection[str] | None = None) -> Subject:
        """What would be tried now."""
        return await self._bench.subject(keys)

    @property
    def now(self) -> TrialNow | None:
        """The run in progress; None when there is none."""
        return self._now

    async def settle(self) -> None:
        """What a stopped service left running is marked as interrupted, once."""
        if not self._settled:
            self._settled = True
            await self._records.trials.interrupt_left_over()

    async def begin(self, request: TrialRequest, author: str) -> TrialRun:
        """Start a test of the draft as it stands. Raises `TrialBusyError`."""
        await self.settle()
        self._take_place()
        try:
            subject = await self._bench.subject(request.keys)
            kept = {"settings": request.plain(), "changed": list(subject.changed), "rows": []}
            run = await self._records.trials.begin(
                NewTrial(request.kind, author, subject.base_version, subject.sha256, 0, kept)
            )
        except BaseException:
            self._now = None
            raise
        self._start(run, request, subject)
        return run

    async def go_on(self, run_id: str) -> TrialRun:
        """Take up an interrupted or stopped run. Raises `TrialBusyError`, and `TrialError` when it cannot be."""
        await self.settle()
        run = await self._records.trials.get(run_id)
        if run is None:
            raise TrialError("このテストの記録は見つかりません。")
        if run.state not in {TrialState.INTERRUPTED, TrialState.CANCELLED}:
            raise TrialError("続きから実行できるのは、中断または中止したテストだけです。")
        self._take_place()
        try:
            request = TrialRequest.of(run.kind, run.result.get("settings", {}))
            subject = await self._bench.subject(request.keys)
            if (subject.sha256, subject.base_version) != (run.subject_sha256, run.base_version):
                raise TrialError("下書きか公開中のFAQが、その後変わっています。新しくテストを始めてください。")
            await self._records.trials.go_on(run.id)
        except BaseException:
            self._now = None
            raise
        self._start(run, request, subject)
        return run

    def cancel(self, run_id: str) -> bool:
        """Stop that run after its present question; whether it was running."""
        if self._now is None or self._now.run_id != run_id:
            return False
        self._stop = True
        return True

    def _take_place(self) -> None:
        if self._now is not None:
            raise TrialBusyError("ほかのテストが進んでいます。終わるのを待つか、中止してから始めてください。")
        self._now, self._stop = TrialNow("", 0, 0), False

    def _start(self, run: TrialRun, request: TrialRequest, subject: Subject) -> None:
        self._now = TrialNow(run.id, run.done, run.total)
        self._own(self._run(run, request, subject), f"trial-{run.id}")

    async def _run(self, run: TrialRun, request: TrialRequest, subject: Subject) -> None:
        kept: dict[str, Any] = dict(run.result)
        rows: list[Row] = list(kept.get("rows", []))
        work: Work | None = None
        done = run.done
        state = TrialState.INTERRUPTED
        try:
            async with asyncio.timeout(PREPARING_DEADLINE_S):
                work, beside = await self._bench.work(request, subject)
            kept |= beside
            if not work.resumable:
                done, rows = 0, []
            done = await self._steps(run.id, work, done, rows, kept)
            state = TrialState.FINISHED if done == work.total else TrialState.CANCELLED
        except TrialError as error:
            state, kept = TrialState.FAILED, {**kept, "problem": str(error)}
        except TimeoutError:
            state, kept = TrialState.FAILED, {**kept, "problem": "時間がかかりすぎたため、テストを終えました。"}
        except PoolClosedError:
            state = TrialState.INTERRUPTED
        except Exception as error:
            log.exception("trial_failed", trial=run.id)
            problem = f"テストの途中で失敗しました（{type(error).__name__}）。もう一度お試しください。"
            state, kept = TrialState.FAILED, {**kept, "problem": problem}
        finally:
            kept |= {"rows": rows, "summary": work.summary(rows) if work is not None else {}}
            try:
                await self._records.trials.end(run.id, state, kept, done, work.total if work is not None else done)
            finally:
                self._now = None

    async def _steps(self, run_id: str, work: Work, done: int, rows: list[Row], kept: Mapping[str, Any]) -> int:
        last_kept = self._clock()
        while done < work.total and not self._stop:
            async with asyncio.timeout(STEP_DEADLINE_S):
                row = await work.step(done)
            done += 1
            if row is not None:
                rows.append(row)
            self._now = TrialNow(run_id, done, work.total)
            if self._clock() - last_kept >= KEPT_EVERY_S:
                result = {**kept, "rows": rows, "summary": work.summary(rows)}
                await self._records.trials.progress(run_id, done, work.total, result)
                last_kept = self._clock()
            # The calls' audio runs on this loop too.
            await asyncio.sleep(0)
        return done


def titles_of(*contents: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The titles of all entries by id, the later contents' before the earlier ones'."""
    return {str(entry["id"]): str(entry["title"]) for content in contents for entry in content}
