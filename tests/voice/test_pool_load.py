"""The inference pool under load: who is shed first, who never, and what the gauge shows of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from tests.voice.held_pool import PATIENCE_S, HeldPool
from voice.pool import InferencePool, PoolOverloadedError, Priority


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


async def test_a_full_queue_sheds_its_least_urgent_job_for_a_more_urgent_one(narrow: HeldPool) -> None:
    final = await narrow.queue("final", Priority.FINAL)
    partial = await narrow.queue("partial", Priority.PARTIAL)
    turn = await narrow.queue("turn", Priority.TURN)
    with pytest.raises(PoolOverloadedError, match="more urgent"):
        await partial
    narrow.let_go()
    await asyncio.gather(final, turn)
    assert narrow.ran == ["final", "turn"]


async def test_a_full_queue_takes_no_job_that_is_not_more_urgent_than_all_that_wait(narrow: HeldPool) -> None:
    waiting = [await narrow.queue(name, Priority.PARTIAL) for name in ("first", "second")]
    with pytest.raises(PoolOverloadedError, match="2 jobs are waiting"):
        await (await narrow.queue("third", Priority.PARTIAL))
    narrow.let_go()
    await asyncio.gather(*waiting)
    assert narrow.ran == ["first", "second"]


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
