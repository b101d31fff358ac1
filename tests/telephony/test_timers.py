"""Deadlines of a call."""

from __future__ import annotations

import pytest

from telephony.call_types import Timer
from telephony.clock import CallClock
from telephony.timers import Timers


class HandClock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_the_nearest_deadline_comes_first() -> None:
    timers = Timers(CallClock(HandClock()))
    timers.arm(Timer.MAX_CALL, 900_000.0)
    timers.arm(Timer.NO_INPUT, 6_000.0)
    assert timers.next() == (Timer.NO_INPUT, 6.0)


def test_arming_again_moves_the_deadline() -> None:
    time = HandClock()
    timers = Timers(CallClock(time))
    timers.arm(Timer.NO_INPUT, 1_000.0)
    time.s += 0.5
    timers.arm(Timer.NO_INPUT, 1_000.0)
    assert timers.next() == (Timer.NO_INPUT, pytest.approx(1.0))


def test_a_deadline_that_has_passed_is_due_now() -> None:
    time = HandClock()
    timers = Timers(CallClock(time))
    timers.arm_at(Timer.KEYS, 200.0)
    time.s += 3.0
    assert timers.next() == (Timer.KEYS, 0.0)


def test_what_is_disarmed_is_not_waited_for() -> None:
    timers = Timers(CallClock(HandClock()))
    timers.arm(Timer.MAX_CALL, 900_000.0)
    timers.arm(Timer.KEYS, 10.0)
    timers.disarm(Timer.KEYS, Timer.CLOSE)
    assert timers.next()[0] is Timer.MAX_CALL
