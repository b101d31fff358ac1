"""One inference pool for the whole process: blocking jobs of all calls, most urgent first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

T = TypeVar("T")


class Priority(IntEnum):
    """What goes first when jobs queue: lower is sooner."""

    FINAL = 0
    SPEECH = 1
    TURN = 2
    SPECULATIVE = 3
    PARTIAL = 4
    BACKGROUND = 5


class PoolOverloadedError(RuntimeError):
    """The pool's queue is full; the job was not taken."""


class PoolClosedError(RuntimeError):
    """The pool has been closed."""


@dataclass(order=True)
class _Job:
    priority: int
    number: int
    work: Callable[[], Any] = field(compare=False)
    future: asyncio.Future[Any] = field(compare=False)
    loop: asyncio.AbstractEventLoop = field(compare=False)


class InferencePool:
    """Worker threads that run blocking inference for every call.

    `run` waits for the result. Cancelling the waiting task, or passing its deadline, drops a job that has not
    begun; one that has begun runs out and its result is thrown away. The queue is bounded: when it is full, a
    partial is shed first to make room for more urgent work, and otherwise `PoolOverloadedError` is raised.
    """

    def __init__(self, workers: int = 2, capacity: int = 256) -> None:
        self._capacity = capacity
        self._heap: list[_Job] = []
        self._numbers = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"inference-{i}", daemon=True) for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def workers(self) -> int:
        """How many jobs run at the same time."""
        return len(self._threads)

    @property
    def waiting(self) -> int:
        """Jobs that have not begun."""
        with self._ready:
            return len(self._heap)

    async def run(self, work: Callable[[], T], priority: Priority, deadline_s: float | None = None) -> T:
        """Run `work` on a worker thread and return what it returns.

        Raises `TimeoutError` past `deadline_s`, `PoolOverloadedError` when the queue is full, and whatever
        `work` raises.
        """
        loop = asyncio.get_running_loop()
        job = _Job(int(priority), next(self._numbers), work, loop.create_future(), loop)
        self._put(job)
        if deadline_s is None:
            return await job.future  # type: ignore[no-any-return]
        async with asyncio.timeout(deadline_s):
            return await job.future  # type: ignore[no-any-return]

    def close(self) -> None:
        """Stop taking jobs, fail those that wait, and let the running ones end."""
        with self._ready:
            self._closed = True
            waiting, self._heap = self._heap, []
            self._ready.notify_all()
        for job in waiting:
            _post(job, None, PoolClosedError("the inference pool has been closed"))
        for thread in self._threads:
            thread.join(timeout=30)

    def _put(self, job: _Job) -> None:
        shed: _Job | None = None
        with self._ready:
            if self._closed:
                raise PoolClosedError("the inference pool has been closed")
            if len(self._heap) >= self._capacity:
                last = max(self._heap)
                if last.priority <= job.priority:
                    raise PoolOverloadedError(f"{len(self._heap)} jobs are waiting")
                self._heap.remove(last)
                heapq.heapify(self._heap)
                shed = last
            heapq.heappush(self._heap, job)
            self._ready.notify()
        if shed is not None:
            _post(shed, None, PoolOverloadedError("dropped for more urgent work"))

    def _work(self) -> None:
        while True:
            with self._ready:
                while not self._heap and not self._closed:
                    self._ready.wait()
                if self._closed:
                    return
                job = heapq.heappop(self._heap)
            if job.future.cancelled():
                continue
            try:
                result = job.work()
            except BaseException as error:
                _post(job, None, error)
            else:
                _post(job, result, None)


def _post(job: _Job, result: Any, error: BaseException | None) -> None:
    def settle() -> None:
        if job.future.done():
            return
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    if not job.loop.is_closed():
        job.loop.call_soon_threadsafe(settle)
