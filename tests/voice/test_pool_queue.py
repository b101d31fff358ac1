"""What waits for the pool, whatever is put in, raised, dropped and taken, in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from voice.pool_queue import BatchGroup, Job, JobQueue, Priority

PRIORITIES = st.sampled_from(Priority)


def work(items: Sequence[Any]) -> Sequence[Any]:
    return items


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def job(loop: asyncio.AbstractEventLoop, number: int, priority: Priority, key: str = "a", most: int = 8) -> Job:
    return Job(priority, number, BatchGroup(key, work, most), None, 0.0, float(number), loop.create_future(), loop)


@given(st.lists(PRIORITIES, min_size=1))
def test_one_by_one_jobs_come_out_most_urgent_first_and_then_oldest_first(
    loop: asyncio.AbstractEventLoop, priorities: list[Priority]
) -> None:
    queue = JobQueue()
    jobs = [job(loop, number, priority, most=1) for number, priority in enumerate(priorities)]
    for each in jobs:
        queue.put(each)
    out = [queue.take(1)[0] for _ in jobs]
    assert out == sorted(jobs, key=lambda each: (each.priority, each.number))


@given(st.integers(1, 30), st.integers(1, 8), st.integers(1, 10))
def test_a_worker_takes_its_share_of_what_waits_for_a_group(
    loop: asyncio.AbstractEventLoop, waiting: int, workers: int, most: int
) -> None:
    queue = JobQueue()
    for number in range(waiting):
        queue.put(job(loop, number, Priority.FINAL, most=most))
    taken = len(queue.take(workers))
    assert 1 <= taken <= most
    assert (taken - 1) * workers < waiting
    assert taken == most or taken * workers >= waiting


class QueueLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.queue = JobQueue()
        self.inside: list[Job] = []
        self.outside: list[Job] = []
        self.number = 0

    @rule(priority=PRIORITIES, key=st.sampled_from("ab"), most=st.integers(1, 4))
    def put(self, priority: Priority, key: str, most: int) -> None:
        self.number += 1
        fresh = job(self.loop, self.number, priority, key, most)
        self.queue.put(fresh)
        self.inside.append(fresh)

    @precondition(lambda self: self.inside)
    @rule(data=st.data(), priority=PRIORITIES)
    def raise_one(self, data: st.DataObject, priority: Priority) -> None:
        chosen = data.draw(st.sampled_from(self.inside))
        before = chosen.priority
        assert self.queue.raise_to(chosen, priority) == (priority < before)
        assert chosen.priority == min(priority, before)

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def remove_one(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(self.inside))
        assert self.queue.remove(chosen)
        self._left([chosen])

    @precondition(lambda self: self.outside)
    @rule(data=st.data())
    def removing_what_is_gone_changes_nothing(self, data: st.DataObject) -> None:
        gone = data.draw(st.sampled_from(self.outside))
        assert not self.queue.remove(gone)
        assert not self.queue.raise_to(gone, Priority.FINAL)

    @rule(workers=st.integers(1, 3), urgent_only=st.booleans())
    def take(self, workers: int, urgent_only: bool) -> None:
        taken = self.queue.take(workers, urgent_only=urgent_only)
        if not taken:
            assert not self.inside or (urgent_only and all(each.priority.can_wait for each in self.inside))
            return
        assert taken[0] is min(self.inside, key=lambda each: each.rank)
        assert len({each.group.key for each in taken}) == 1
        assert len(taken) <= taken[0].group.most
        self._left(taken)

    @rule(back=st.integers(0, 5))
    def expire(self, back: int) -> None:
        now = float(self.number - back)
        expired = self.queue.drop_expired(now)
        assert set(expired) == {each for each in self.inside if each.expires_at <= now}
        self._left(expired)

    @rule(than=PRIORITIES)
    def least_missed(self, than: Priority) -> None:
        victim = self.queue.least_missed(than)
        if victim is not None:
            assert victim.priority > than
            partials = [each for each in self.inside if each.priority is Priority.PARTIAL]
            assert not partials or victim is min(partials, key=lambda each: each.number)

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        assert len(self.queue) == len(self.inside)
        assert all(each in self.queue for each in self.inside)
        counts = self.queue.counts()
        assert all(counts[p] == len(self.queue.waiting(p)) for p in Priority)
        assert sum(counts.values()) == len(self.inside)

    def _left(self, jobs: list[Job]) -> None:
        self.inside = [each for each in self.inside if each not in jobs]
        self.outside += jobs

    def teardown(self) -> None:
        self.loop.close()


test_a_queue_loses_nothing = QueueLife.TestCase
