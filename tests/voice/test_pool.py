"""The shared inference pool: what goes first, what never runs, what goes together. One worker, held by a gate."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from tests.voice.held_pool import PATIENCE_S, HeldPool
from voice.pool import InferencePool, PoolClosedError, Priority


@pytest.fixture
async def held() -> AsyncIterator[HeldPool]:
    pool = HeldPool()
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


async def test_raising_a_waiting_job_puts_it_before_what_has_become_less_urgent(held: HeldPool) -> None:
    turn = held.submit("turn", Priority.TURN)
    guess = held.submit("guess", Priority.SPECULATIVE)
    guess.raise_to(Priority.FINAL)
    held.let_go()
    assert await guess.result() == "guess"
    await turn.result()
    assert held.ran == ["guess", "turn"]


async def test_a_raised_job_keeps_the_place_of_its_age(held: HeldPool) -> None:
    guess = held.submit("guess", Priority.SPECULATIVE)
    final = held.submit("final", Priority.FINAL)
    guess.raise_to(Priority.FINAL)
    held.let_go()
    await final.result()
    assert held.ran == ["guess", "final"]


async def test_a_job_is_never_made_less_urgent(held: HeldPool) -> None:
    final = held.submit("final", Priority.FINAL)
    turn = held.submit("turn", Priority.TURN)
    final.raise_to(Priority.BACKGROUND)
    held.let_go()
    await turn.result()
    assert held.ran == ["final", "turn"]


async def test_raising_a_job_that_is_done_changes_nothing(held: HeldPool) -> None:
    held.let_go()
    job = held.submit("job", Priority.TURN)
    await job.result()
    job.raise_to(Priority.FINAL)
    assert job.done
    assert await job.result() == "job"


async def test_a_cancelled_job_leaves_the_queue_at_once(held: HeldPool) -> None:
    job = held.submit("job", Priority.SPECULATIVE)
    job.cancel()
    await asyncio.sleep(0)
    assert held.pool.waiting == 0
    assert held.pool.gauge().cancelled == 1


async def test_a_job_whose_deadline_passed_before_it_began_is_counted_and_never_runs(held: HeldPool) -> None:
    late = held.submit("late", Priority.FINAL, deadline_s=0.0)
    with pytest.raises(TimeoutError):
        await late.result()
    held.let_go()
    await held.submit("after", Priority.FINAL).result()
    assert held.ran == ["after"]
    assert held.pool.gauge().expired == 1


async def test_a_worker_drops_the_late_by_itself_when_the_loop_is_held_up() -> None:
    now = 0.0
    pool = InferencePool(workers=1, clock=lambda: now)
    gate, began = threading.Event(), threading.Event()

    def hold() -> bool:
        began.set()
        return gate.wait(PATIENCE_S)

    pool.submit(hold, Priority.FINAL)
    await asyncio.to_thread(began.wait, PATIENCE_S)
    late = pool.submit(lambda: "late", Priority.FINAL, deadline_s=5.0)
    now = 6.0
    gate.set()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(late.result(), PATIENCE_S)
    assert pool.gauge().expired == 1
    pool.close()


async def test_alike_jobs_that_wait_are_done_in_one_batch(held: HeldPool) -> None:
    jobs = [held.join(name, Priority.FINAL) for name in "一二三"]
    held.let_go()
    assert await asyncio.gather(*(job.result() for job in jobs)) == ["一一", "二二", "三三"]
    assert held.batches == [["一", "二", "三"]]


async def test_a_batch_takes_the_most_urgent_and_no_more_than_it_may(held: HeldPool) -> None:
    urgencies = {"甲": Priority.SPECULATIVE, "乙": Priority.FINAL, "丙": Priority.SPECULATIVE, "丁": Priority.TURN}
    jobs = [held.join(name, priority, most=3) for name, priority in urgencies.items()]
    held.let_go()
    await asyncio.gather(*(job.result() for job in jobs))
    assert held.batches == [["乙", "丁", "甲"], ["丙"]]


async def test_jobs_of_different_groups_are_never_mixed(held: HeldPool) -> None:
    jobs = [held.join(name, Priority.FINAL, key) for name, key in (("一", "10 s"), ("二", "20 s"), ("三", "10 s"))]
    held.let_go()
    await asyncio.gather(*(job.result() for job in jobs))
    assert held.batches == [["一", "三"], ["二"]]


async def test_one_item_that_fails_does_not_fail_those_beside_it(held: HeldPool) -> None:
    jobs = [held.join(name, Priority.FINAL) for name in "一悪三"]
    held.let_go()
    results = await asyncio.gather(*(job.result() for job in jobs), return_exceptions=True)
    assert (results[0], results[2]) == ("一一", "三三")
    assert isinstance(results[1], ValueError)
    assert held.pool.gauge().failed == 1


async def test_a_cancelled_item_is_left_out_of_its_batch(held: HeldPool) -> None:
    jobs = [held.join(name, Priority.FINAL) for name in "一二三"]
    jobs[1].cancel()
    held.let_go()
    await asyncio.gather(jobs[0].result(), jobs[2].result())
    assert held.batches == [["一", "三"]]
