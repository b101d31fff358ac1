"""The watch over the event loop, on a virtual clock: a loop that is held up is a clock that has moved on."""

from __future__ import annotations

import asyncio

import pytest

from tests.virtual_time import run_virtually
from voice.loop_watch import LoopLag, LoopWatch, LoopWatchSettings


class HeldUpClock:
    """The virtual loop's time, plus what the loop was held up for."""

    def __init__(self) -> None:
        self.held_s = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.held_s


def watched(*held_up: tuple[float, float], until_s: float) -> tuple[LoopLag, list[float]]:
    """The gauge and the warnings when the loop is held up at each time for so long, both in seconds."""
    clock, warnings = HeldUpClock(), list[float]()

    async def scenario() -> LoopLag:
        def hold(seconds: float) -> None:
            clock.held_s += seconds

        watch = LoopWatch(warnings.append, LoopWatchSettings(), clock)
        watch.start()
        for at, seconds in held_up:
            asyncio.get_running_loop().call_later(at, hold, seconds)
        await asyncio.sleep(until_s)
        await watch.close()
        return watch.gauge()

    return run_virtually(scenario()), warnings


def test_a_loop_that_is_never_held_up_has_no_lag() -> None:
    lag, warnings = watched(until_s=10.02)
    assert lag.max_ms == pytest.approx(0.0, abs=1e-6)
    assert lag.looks == 200
    assert warnings == []


def test_what_holds_the_loop_up_shows_as_the_greatest_lag_and_is_warned_of() -> None:
    lag, warnings = watched((1.01, 0.3), until_s=5.02)
    assert lag.max_ms == pytest.approx(300.0)
    assert lag.p95_ms == pytest.approx(0.0, abs=1e-6)
    assert lag.above_limit == 1
    assert warnings == [pytest.approx(300.0)]


def test_a_lag_within_the_limit_is_counted_without_a_warning() -> None:
    lag, warnings = watched((1.01, 0.08), until_s=2.02)
    assert lag.max_ms == pytest.approx(80.0)
    assert lag.above_limit == 0
    assert warnings == []


def test_a_loop_that_stays_slow_is_warned_of_once_in_five_seconds() -> None:
    held_up = [(at + 0.01, 0.2) for at in range(1, 9)]
    lag, warnings = watched(*held_up, until_s=10.0)
    assert lag.above_limit == 8
    assert len(warnings) == 2


def test_what_is_more_than_a_minute_old_no_longer_counts() -> None:
    lag, _ = watched((1.01, 0.5), until_s=70.0)
    assert lag.max_ms == pytest.approx(0.0, abs=1e-6)
    assert lag.looks == pytest.approx(1200, abs=1)


def test_before_the_first_look_all_figures_are_zero() -> None:
    assert LoopWatch().gauge() == LoopLag(0.0, 0.0, 0.0, 0, 0)


def test_after_closing_nothing_is_left_running() -> None:
    async def scenario() -> set[str]:
        watch = LoopWatch()
        watch.start()
        await asyncio.sleep(1.0)
        await watch.close()
        return {task.get_name() for task in asyncio.all_tasks()}

    assert "loop-watch" not in run_virtually(scenario())


def test_without_a_clock_the_loops_own_time_counts() -> None:
    async def scenario() -> LoopLag:
        watch = LoopWatch()
        watch.start()
        await asyncio.sleep(1.02)
        await watch.close()
        return watch.gauge()

    assert run_virtually(scenario()).looks == 20
