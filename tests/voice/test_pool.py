"""The shared inference pool: what goes first, what never runs, what is refused. One worker, held by a gate."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from voice.pool import InferencePool, PoolClosedError, PoolOverloadedError, Priority

PATIENCE_S = 10.0


class HeldPool:
    """A pool of one worker that is kept busy until `let_go`; the jobs behind it note their names as they run."""

    def __init__(self, capacity: int = 256) -> None:
        self.pool = InferencePool(workers=1, capacity=capacity)
        self.ran: list[str] = []
        self._gate = threading.Event()
        self._began = threading.Event()
        self.holding: asyncio.Task[str] | None = None

    async def hold(self) -> None:
        def wait() -> str:
            self._began.set()
            self._gate.wait(PATIENCE_S)
            return "held"

        self.holding = asyncio.create_task(self.pool.run(wait, Priority.FINAL))
        await asyncio.to_thread(self._began.wait, PATIENCE_S)

    async def queue(self, name: str, priority: Priority, deadline_s: float | None = None) -> asyncio.Task[str]:
        def work() -> str:
            self.ran.append(name)
            return name

        task = asyncio.create_task(self.pool.run(work, priority, deadline_s))
        await asyncio.sleep(0)
        return task

    def let_go(self) -> None:
        self._gate.set()

    def close(self) -> None:
        self.let_go()
        self.pool.close()


@pytest.fixture
async def held() -> AsyncIterator[HeldPool]:
    pool = HeldPool()
    await pool.hold()
    yield pool
    pool.close()


@pytest.fixture
async def narrow() -> AsyncIterator[HeldPool]:
    pool = HeldPool(capacity=2)
    await pool.hold()
    yield pool
    pool.close()


async def run_once(pool: InferencePool, work: Callable[[], Any]) -> Any:
    return await pool.run(work, Priority.FINAL, PATIENCE_S)


def all_of(*tasks: asyncio.Task[str]) -> Coroutine[Any, Any, list[Any]]:
    return asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE_S)


async def test_a_job_runs_on_a_worker_thread_and_its_result_comes_back() -> None:
    pool = InferencePool(workers=1)
    name = await run_once(pool, lambda: threading.current_thread().name)
    pool.close()
    assert name == "inference-0"


async def test_what_a_job_raises_reaches_the_one_who_asked(held: HeldPool) -> None:
    def fail() -> None:
        raise ZeroDivisionError("three by nothing")

    held.let_go()
    with pytest.raises(ZeroDivisionError, match="three by nothing"):
        await run_once(held.pool, fail)


async def test_the_most_urgent_waiting_job_goes_first(held: HeldPool) -> None:
    partial = await held.queue("partial", Priority.PARTIAL)
    guess = await held.queue("speculative", Priority.SPECULATIVE)
    final = await held.queue("final", Priority.FINAL)
    held.let_go()
    await all_of(partial, guess, final)
    assert held.ran == ["final", "speculative", "partial"]


async def test_equally_urgent_jobs_go_in_the_order_in_which_they_came(held: HeldPool) -> None:
    tasks = [await held.queue(name, Priority.SPEECH) for name in "一二三"]
    held.let_go()
    await all_of(*tasks)
    assert held.ran == ["一", "二", "三"]


async def test_a_waiting_job_that_is_cancelled_never_runs(held: HeldPool) -> None:
    dropped = await held.queue("dropped", Priority.FINAL)
    kept = await held.queue("kept", Priority.PARTIAL)
    dropped.cancel()
    held.let_go()
    await all_of(dropped, kept)
    assert held.ran == ["kept"]


async def test_past_its_deadline_a_job_raises_a_timeout_and_is_dropped(held: HeldPool) -> None:
    late = await held.queue("late", Priority.FINAL, deadline_s=0.0)
    with pytest.raises(TimeoutError):
        await late
    after = await held.queue("after", Priority.PARTIAL)
    held.let_go()
    await all_of(after)
    assert held.ran == ["after"]


async def test_a_full_queue_sheds_its_least_urgent_job_for_a_more_urgent_one(narrow: HeldPool) -> None:
    final = await narrow.queue("final", Priority.FINAL)
    partial = await narrow.queue("partial", Priority.PARTIAL)
    turn = await narrow.queue("turn", Priority.TURN)
    with pytest.raises(PoolOverloadedError, match="more urgent"):
        await partial
    narrow.let_go()
    await all_of(final, turn)
    assert narrow.ran == ["final", "turn"]


async def test_a_full_queue_takes_no_job_that_is_not_more_urgent_than_all_that_wait(narrow: HeldPool) -> None:
    waiting = [await narrow.queue(name, Priority.PARTIAL) for name in ("first", "second")]
    with pytest.raises(PoolOverloadedError, match="2 jobs are waiting"):
        await (await narrow.queue("third", Priority.PARTIAL))
    narrow.let_go()
    await all_of(*waiting)
    assert narrow.ran == ["first", "second"]


async def test_closing_fails_what_waits_and_lets_the_running_job_end() -> None:
    held = HeldPool()
    await held.hold()
    waiting = await held.queue("waiting", Priority.FINAL)
    closing = asyncio.create_task(asyncio.to_thread(held.pool.close))
    with pytest.raises(PoolClosedError):
        await waiting
    held.let_go()
    await closing
    assert held.ran == []
    assert held.holding is not None
    assert await held.holding == "held"


async def test_a_closed_pool_takes_no_more_jobs(held: HeldPool) -> None:
    held.close()
    with pytest.raises(PoolClosedError):
        await run_once(held.pool, lambda: None)
