"""What comes from a browser's microphone in fits and starts, and how much of it is kept."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.clock import CallClock
from telephony.microphone import LONGEST_MS, START_MS, JitterBuffer, Microphone
from tests.telephony.stage import WordlessEar, other_tasks
from tests.virtual_time import run_virtually
from voice.audio.pcm import Samples


def block(milliseconds: float, level: float = 0.1) -> Samples:
    return np.full(int(milliseconds * 16), level, dtype=np.float32)


def ms(samples: Samples | None) -> float:
    return 0.0 if samples is None else len(samples) / 16


def test_a_little_is_gathered_before_anything_goes_out() -> None:
    buffer = JitterBuffer()
    buffer.push(block(START_MS - 20))
    assert buffer.take(0.0) is None
    buffer.push(block(20))
    assert ms(buffer.take(0.0)) == START_MS


def test_once_it_flows_each_frame_goes_out_as_it_comes() -> None:
    buffer = JitterBuffer()
    buffer.push(block(START_MS))
    buffer.take(0.0)
    buffer.push(block(20))
    assert ms(buffer.take(40.0)) == 20


def test_after_a_gap_it_gathers_again() -> None:
    buffer = JitterBuffer()
    buffer.push(block(START_MS))
    buffer.take(0.0)
    assert buffer.take(0.0) is None
    buffer.push(block(20))
    assert buffer.take(0.0) is None


def test_of_a_burst_the_newest_is_kept() -> None:
    buffer = JitterBuffer()
    for number in range(50):
        buffer.push(block(20, number / 100))
    samples = buffer.take(0.0)
    assert ms(samples) == LONGEST_MS
    assert samples is not None and samples[-1] == pytest.approx(0.49)
    assert buffer.dropped_ms == 800


@given(
    steps=st.lists(st.tuples(st.integers(0, 5_000), st.floats(0.0, 400.0)), max_size=60),
)
def test_never_is_more_held_or_under_way_than_the_bound_and_all_samples_are_accounted_for(
    steps: list[tuple[int, float]],
) -> None:
    buffer = JitterBuffer()
    pushed = taken = 0
    for count, ahead_ms in steps:
        buffer.push(np.zeros(count, dtype=np.float32))
        pushed += count
        samples = buffer.take(ahead_ms)
        if samples is not None:
            taken += len(samples)
            assert ahead_ms + ms(samples) <= LONGEST_MS + 0.1
    held = pushed - taken - buffer.dropped_ms * 16
    assert -1 <= held <= max(LONGEST_MS * 16, 5_000)


def test_a_browser_that_sends_unevenly_is_heard_without_gaps() -> None:
    async def scene() -> tuple[list[float], float]:
        loop = asyncio.get_running_loop()
        clock = CallClock(loop.time)
        sent: list[float] = []
        end_ms = 0.0

        async def send(samples: Samples) -> None:
            nonlocal end_ms
            now_ms = clock.now_ms()
            if sent and now_ms > end_ms + 1:
                sent.append(now_ms - end_ms)
            elif not sent:
                sent.append(0.0)
            end_ms = max(now_ms, end_ms) + len(samples) / 8

        ear = WordlessEar(lambda event: None)
        microphone = Microphone(8_000, clock, send, lambda: max(0.0, end_ms - clock.now_ms()), lambda: True, ear)
        for number in range(100):
            await asyncio.sleep(0.04 if number % 2 else 0.0)
            microphone.feed(block(20))
        await microphone.stop()
        assert ear.closed and other_tasks() == set()
        return sent, microphone.dropped_ms

    gaps, dropped_ms = run_virtually(scene())
    assert gaps == [0.0] and dropped_ms == 0.0
