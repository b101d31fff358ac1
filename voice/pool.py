"""One inference pool for the whole process: blocking jobs of all calls, most urgent first, alike ones together."""

from __future__ import annotations

import asyncio
import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from voice.pool_gauge import PoolGauge, PoolMeter
from voice.pool_queue import BatchGroup, Job, JobQueue, Priority, seconds_of

__all__ = [
    "BatchGroup",
    "InferencePool",
    "PendingJob",
    "PoolClosedError",
    "PoolGauge",
    "PoolOverloadedError",
    "Priority",
]

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
R = TypeVar("R")

_JOIN_S: Final = 30.0


class PoolOverloadedError(RuntimeError):
    """The pool has more work than it can do in time; the job was not taken, or dropped for a more urgent one."""


class PoolClosedError(RuntimeError):
    """The pool has been closed."""


@dataclass(frozen=True)
class PendingJob(Generic[T]):
    """A job that was handed in. Use it on the loop that it came from."""

    future: asyncio.Future[T]
    raise_to: Callable[[Priority], None]
    """Make a job that has not begun more urgent; one that runs or is done stays as it is."""

    @property
    def done(self) -> bool:
        """Whether there is a result, or never will be one."""
        return self.future.done()

    async def result(self) -> T:
        """Wait for the result. Cancelling the one who waits cancels the job.

        Raises `TimeoutError` past the deadline, `PoolOverloadedError` when the job was shed, `PoolClosedError`, and
        whatever the work raised.
        """
        return await self.future

    def cancel(self) -> None:
        """Say that the result is no longer wanted: a job that waits is dropped, one that runs ends for nobody."""
        self.future.cancel()


class InferencePool:
    """Worker threads that run blocking inference for every call.

    The most urgent job goes first, and a free worker takes with it what may share its batch; it never waits to fill
    one. Jobs that can wait (partials, after-call work) leave one worker of several free. When more than
    `shed_after_s` of estimated work a worker waits, partials are shed, the oldest first. The queue holds `capacity`
    jobs; when it is full, a more urgent job takes the place of a partial or else of the last in line.

    A job whose deadline passes, or whose waiter is cancelled, before it has begun is dropped; one that has begun runs
    out and its result is thrown away. `clock` counts seconds.
    """

    def __init__(
        self,
        workers: int = 2,
        capacity: int = 256,
        shed_after_s: float = 0.4,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._shed_after_s = shed_after_s
        self._clock = clock
        self._queue = JobQueue()
        self._meter = PoolMeter(workers, clock())
        self._numbers = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        self._at_leisure = 0
        self._threads = [
            threading.Thread(target=self._work, args=(i,), name=f"inference-{i}", daemon=True) for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def workers(self) -> int:
        """How many batches run at the same time."""
        return len(self._threads)

    @property
    def waiting(self) -> int:
        """Jobs that have not begun."""
        with self._ready:
            return len(self._queue)

    async def run(self, work: Callable[[], T], priority: Priority, deadline_s: float | None = None) -> T:
        """Run `work` on a worker thread and return what it returns. Raises what `PendingJob.result` raises."""
        return await self.submit(work, priority, deadline_s).result()

    def submit(self, work: Callable[[], T], priority: Priority, deadline_s: float | None = None) -> PendingJob[T]:
        """Hand `work` in without waiting for it. Raises `PoolOverloadedError` or `PoolClosedError`."""
        alone: BatchGroup[None, T] = BatchGroup(key=object(), work=lambda _: [work()], most=1)
        return self.submit_to(alone, None, priority, deadline_s)

    def submit_to(
        self, group: BatchGroup[I, R], item: I, priority: Priority, deadline_s: float | None = None
    ) -> PendingJob[R]:
        """Hand in one `item` that may be done together with others of its `group`, also of other calls.

        When a batch raises, its items are done one by one, so that only the one at fault fails. Raises
        `PoolOverloadedError` or `PoolClosedError`.
        """
        loop = asyncio.get_running_loop()
        now = self._clock()
        expires_at = math.inf if deadline_s is None else now + deadline_s
        future: asyncio.Future[R] = loop.create_future()
        job = Job(priority, next(self._numbers), group, item, now, expires_at, future, loop)
        self._put(job)
        timer = None if deadline_s is None else loop.call_later(deadline_s, self._expire, job)
        future.add_done_callback(lambda _: self._settled(job, timer))
        return PendingJob(future, lambda priority: self._raise(job, priority))

    def gauge(self) -> PoolGauge:
        """A look at the pool, now."""
        with self._ready:
            return self._meter.read(self._clock(), self._queue.counts(), self._backlog_s())

    def close(self) -> None:
        """Stop taking jobs, fail those that wait, and let the running ones end."""
        with self._ready:
            self._closed = True
            waiting = self._queue.drop_all()
            self._ready.notify_all()
        for job in waiting:
            _fail(job, PoolClosedError("the inference pool has been closed"))
        for thread in self._threads:
            thread.join(timeout=_JOIN_S)

    def _put(self, job: Job) -> None:
        with self._ready:
            if self._closed:
                raise PoolClosedError("the inference pool has been closed")
            full = len(self._queue)
            shed = self._make_room(job)
            self._queue.put(job)
            shed += self._shed_stale_partials()
            for dropped in shed:
                self._meter.shed(dropped.priority)
            self._ready.notify()
        for dropped in shed:
            if dropped is not job:
                _fail(dropped, PoolOverloadedError("dropped for more urgent work"))
        if job in shed:
            raise PoolOverloadedError(f"{full} jobs are waiting")

    def _make_room(self, job: Job) -> list[Job]:
        if len(self._queue) < self._capacity:
            return []
        victim = self._queue.least_missed(than=job.priority)
        if victim is None:
            self._meter.shed(job.priority)
            raise PoolOverloadedError(f"{len(self._queue)} jobs are waiting")
        self._queue.remove(victim)
        return [victim]

    def _shed_stale_partials(self) -> list[Job]:
        """Drop partials, oldest first, while the last of them would wait too long."""
        shed: list[Job] = []
        each = self._meter.seconds_each(Priority.PARTIAL) / self.workers
        for partial in self._queue.waiting(Priority.PARTIAL):
            if self._backlog_s() - each <= self._shed_after_s:
                break
            self._queue.remove(partial)
            shed.append(partial)
        return shed

    def _backlog_s(self) -> float:
        return seconds_of(self._queue.counts().items(), self._meter.seconds_each) / self.workers

    def _raise(self, job: Job, priority: Priority) -> None:
        with self._ready:
            if self._queue.raise_to(job, priority):
                self._ready.notify()

    def _expire(self, job: Job) -> None:
        with self._ready:
            if self._queue.remove(job):
                self._meter.expired()
        if not job.future.done():
            job.future.set_exception(TimeoutError("the job's deadline has passed"))

    def _settled(self, job: Job, timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
        if job.future.cancelled():
            with self._ready:
                if self._queue.remove(job):
                    self._meter.cancelled()
        else:
            job.future.exception()  # asked for, so that a result that nobody awaits is not reported as forgotten

    def _work(self, worker: int) -> None:
        while (jobs := self._next_batch(worker)) is not None:
            at_leisure = jobs[0].priority.can_wait
            priorities = [job.priority for job in jobs]
            outcomes = _do(jobs)
            failed = sum(error is not None for _, error in outcomes)
            with self._ready:
                self._meter.ended(worker, self._clock(), priorities, failed)
                self._at_leisure -= at_leisure
            for job, (result, error) in zip(jobs, outcomes, strict=True):
                _post(job, result, error)

    def _next_batch(self, worker: int) -> list[Job] | None:
        """Wait for work and take it; None when the pool has been closed."""
        with self._ready:
            while not self._closed:
                now = self._clock()
                for late in self._queue.drop_expired(now):
                    self._meter.expired()
                    _fail(late, TimeoutError("the job's deadline has passed"))
                keep_one_free = self._at_leisure >= max(1, self.workers - 1)
                taken = self._queue.take(self.workers, urgent_only=keep_one_free)
                jobs = [job for job in taken if not job.future.done()]
                if jobs:
                    self._at_leisure += jobs[0].priority.can_wait
                    self._meter.began(worker, now, [(job.priority, job.put_at) for job in jobs])
                    return jobs
                if not taken:
                    self._ready.wait()
            return None


_Outcome = tuple[Any, BaseException | None]


def _do(jobs: Sequence[Job]) -> list[_Outcome]:
    """Each job's result or error. A batch that raises is done again one by one."""
    try:
        results = jobs[0].group.work([job.item for job in jobs])
        return [(result, None) for _, result in zip(jobs, results, strict=True)]
    except BaseException as error:
        if len(jobs) == 1:
            return [(None, error)]
    return [outcome for job in jobs for outcome in _do([job])]


def _fail(job: Job, error: BaseException) -> None:
    _post(job, None, error)


def _post(job: Job, result: Any, error: BaseException | None) -> None:
    def settle() -> None:
        if job.future.done():
            return
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    try:
        job.loop.call_soon_threadsafe(settle)
    except RuntimeError:
        return  # the loop has been closed: nobody waits any more
