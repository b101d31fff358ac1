"""Listening in: both channels side by side, for as long as somebody listens."""

from __future__ import annotations

import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from telephony.monitor import BLOCK_MS, CAPACITY, HeardAudio, Monitor
from voice.audio.pcm import Samples

RATE = 8_000


def sound(milliseconds: float, level: float) -> Samples:
    return np.full(int(milliseconds * 8), level, dtype=np.float32)


def drained(queue: asyncio.Queue[HeardAudio]) -> list[HeardAudio]:
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def test_both_sides_are_side_by_side() -> None:
    monitor = Monitor(RATE)
    async with monitor.listen() as queue:
        monitor.agent(0.0, sound(200, 0.5))
        for number in range(10):
            monitor.caller(number * 20.0, sound(20, 0.1))
        heard = drained(queue)
    assert [each.at_ms for each in heard] == [0.0, 40.0, 80.0, 120.0, 160.0]
    assert all(np.all(each.caller == np.float32(0.1)) and np.all(each.agent == np.float32(0.5)) for each in heard)
    assert {len(each.caller) for each in heard} == {len(each.agent) for each in heard} == {BLOCK_MS * 8}


async def test_what_the_far_side_threw_away_is_not_heard() -> None:
    monitor = Monitor(RATE)
    async with monitor.listen() as queue:
        monitor.agent(0.0, sound(80, 0.5))
        monitor.truncate_agent(60.0)
        monitor.caller(0.0, sound(80, 0.1))
        second = drained(queue)[1]
    assert np.all(second.agent[:160] == np.float32(0.5)) and not second.agent[160:].any()


async def test_who_does_not_keep_up_loses_the_oldest() -> None:
    monitor = Monitor(RATE)
    async with monitor.listen() as queue:
        for number in range(400):
            monitor.caller(number * 20.0, sound(20, 0.1))
        heard = drained(queue)
    assert len(heard) == CAPACITY and heard[-1].at_ms == 400 * 20.0 - BLOCK_MS


async def test_a_callers_line_that_has_stalled_does_not_silence_the_other_side() -> None:
    monitor = Monitor(RATE)
    async with monitor.listen() as queue:
        monitor.caller(0.0, sound(40, 0.1))
        for number in range(2, 60):
            monitor.agent(number * 20.0, sound(20, 0.5))
        heard = drained(queue)
    assert heard[-1].at_ms > 600 and heard[-1].agent.any()


async def test_who_comes_later_hears_from_then_on_and_nobody_costs_nothing() -> None:
    monitor = Monitor(RATE)
    monitor.caller(0.0, sound(1_000, 0.1))
    async with monitor.listen() as first:
        monitor.caller(1_000.0, sound(100, 0.1))
        async with monitor.listen() as second:
            monitor.caller(1_100.0, sound(100, 0.1))
            assert second.qsize() < first.qsize()
    assert drained(first)[0].at_ms == 1_000.0


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 3_000), st.integers(0, 400)), max_size=40))
def test_whatever_is_written_blocks_come_in_order_and_whole(writes: list[tuple[bool, float, int]]) -> None:
    async def scene() -> None:
        monitor = Monitor(RATE)
        async with monitor.listen() as queue:
            for by_caller, at_ms, milliseconds in writes:
                (monitor.caller if by_caller else monitor.agent)(at_ms, sound(milliseconds, 0.2))
            heard = drained(queue)
        times = [each.at_ms for each in heard]
        assert times == sorted(set(times))
        assert all(len(each.caller) == len(each.agent) == BLOCK_MS * 8 for each in heard)

    asyncio.run(scene())
