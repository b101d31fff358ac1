"""The shared inference pool: what goes first, what never runs, what is refused. One worker, held by a gate."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import pytest

from voice.pool import BatchGroup, InferencePool, PendingJob, PoolClosedError, PoolOverloadedError, Priority

PATIENCE_S = 10.0


class HeldPool:
    """A pool of one worker that is kept busy until `let_go`; the jobs behind it note their names as they run."""

    def __init__(self, capacity: int = 256, shed_after_s: float = 60.0) -> None:
        self.pool = InferencePool(workers=1, capacity=capacity, shed_after_s=shed_after_s)
        self.ran: list[str] = []
        self.batches: list[list[str]] = []
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

    def submit(self, name: str, priority: Priority, deadline_s: float | None = None) -> PendingJob[str]:
        def work() -> str:
            self.ran.append(name)
            return name

        return self.pool.submit(work, priority, deadline_s)

    def join(self, name: str, priority: Priority, key: str = "window", most: int = 8) -> PendingJob[str]:
        """A job that may share its batch; 悪 is an item that the work cannot do."""

        def work(names: Sequence[str]) -> list[str]:
            self.batches.append(list(names))
            if "悪" in names:
                raise ValueError("悪")
            return [name * 2 for name in names]

        return self.pool.submit_to(BatchGroup(key, work, most), name, priority)

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


async def test_partials_are_shed_oldest_first_when_too_much_work_waits() -> None:
    held = HeldPool(shed_after_s=0.25)  # before the first measurement every job counts as a tenth of a second
    await held.hold()
    partials = [held.submit(f"partial {i}", Priority.PARTIAL) for i in range(5)]
    await asyncio.sleep(0.0)
    held.let_go()
    results = await asyncio.gather(*(job.result() for job in partials), return_exceptions=True)
    held.close()
    assert [isinstance(result, PoolOverloadedError) for result in results] == [True, True, False, False, False]


async def test_finals_shed_partials_but_are_never_shed_themselves() -> None:
    held = HeldPool(shed_after_s=0.25)
    await held.hold()
    partial = held.submit("partial", Priority.PARTIAL)
    finals = [held.submit(f"final {i}", Priority.FINAL) for i in range(6)]
    with pytest.raises(PoolOverloadedError):
        await partial.result()
    with pytest.raises(PoolOverloadedError):
        held.submit("another", Priority.PARTIAL)
    held.let_go()
    await asyncio.gather(*(job.result() for job in finals))
    held.close()
    assert len(held.ran) == 6
    assert held.pool.gauge().shed == {p: 2 if p is Priority.PARTIAL else 0 for p in Priority}


async def test_after_call_work_sheds_nobody_and_is_not_shed() -> None:
    held = HeldPool(shed_after_s=0.25)
    await held.hold()
    background = [held.submit("later", Priority.BACKGROUND) for _ in range(20)]
    partial = held.submit("partial", Priority.PARTIAL)
    held.let_go()
    await asyncio.gather(partial.result(), *(job.result() for job in background))
    held.close()
    assert held.ran[0] == "partial"


async def test_a_full_queue_sheds_a_partial_before_after_call_work(narrow: HeldPool) -> None:
    later = narrow.submit("later", Priority.BACKGROUND)
    partial = narrow.submit("partial", Priority.PARTIAL)
    final = narrow.submit("final", Priority.FINAL)
    with pytest.raises(PoolOverloadedError):
        await partial.result()
    narrow.let_go()
    await asyncio.gather(final.result(), later.result())
    assert narrow.ran == ["final", "later"]


async def test_what_can_wait_leaves_a_worker_free_for_what_cannot() -> None:
    pool = InferencePool(workers=2)
    gate, began = threading.Event(), threading.Event()

    def hold() -> bool:
        began.set()
        return gate.wait(PATIENCE_S)

    partials = [pool.submit(hold, Priority.PARTIAL) for _ in range(2)]
    await asyncio.to_thread(began.wait, PATIENCE_S)
    assert await pool.run(lambda: "final", Priority.FINAL, PATIENCE_S) == "final"
    assert (pool.gauge().running, pool.waiting) == (1, 1)
    gate.set()
    await asyncio.gather(*(job.result() for job in partials))
    pool.close()


async def test_the_gauge_shows_what_waits_runs_and_was_done(held: HeldPool) -> None:
    jobs = [held.join(name, Priority.FINAL) for name in "一二"] + [held.submit("turn", Priority.TURN)]
    before = held.pool.gauge()
    held.let_go()
    await asyncio.gather(*(job.result() for job in jobs))
    after = held.pool.gauge()
    assert (before.workers, before.running, before.done) == (1, 1, 0)
    assert (before.waiting[Priority.FINAL], before.waiting[Priority.TURN]) == (2, 1)
    assert before.backlog_s == pytest.approx(0.3)
    assert (after.running, after.done, after.batched) == (0, 4, 2)
    assert after.batch_sizes == {1: 2, 2: 1}
    assert after.waits[Priority.FINAL].jobs == 3


async def test_the_gauge_tells_waits_and_business_by_the_clock() -> None:
    now = 0.0
    pool = InferencePool(workers=1, clock=lambda: now)
    gate, began = threading.Event(), threading.Event()

    def hold() -> None:
        began.set()
        gate.wait(PATIENCE_S)

    holding = pool.submit(hold, Priority.SPEECH)
    await asyncio.to_thread(began.wait, PATIENCE_S)
    final = pool.submit(lambda: None, Priority.FINAL)
    now = 3.0
    gate.set()
    await asyncio.gather(holding.result(), final.result())
    now = 12.0
    gauge = pool.gauge()
    pool.close()
    assert gauge.waits[Priority.FINAL].p95_ms == pytest.approx(3_000.0)
    assert gauge.waits[Priority.SPEECH].p50_ms == 0.0
    assert gauge.busy_share == pytest.approx(3 / 12)


async def test_closing_ends_every_thread() -> None:
    pool = InferencePool(workers=3)
    await pool.run(lambda: None, Priority.FINAL)
    pool.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("inference-")]
