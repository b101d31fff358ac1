"""What a call waits for: one deadline each, the nearest first."""

from __future__ import annotations

from telephony.call_types import Timer
from telephony.clock import CallClock


class Timers:
    """Deadlines on the call's clock. Arming an armed timer moves it."""

    def __init__(self, clock: CallClock) -> None:
        self._clock = clock
        self._due_ms: dict[Timer, float] = {}

    def arm(self, timer: Timer, after_ms: float) -> None:
        """`timer` goes off `after_ms` from now."""
        self.arm_at(timer, self._clock.now_ms() + after_ms)

    def arm_at(self, timer: Timer, at_ms: float) -> None:
        """`timer` goes off at `at_ms` of the call."""
        self._due_ms[timer] = at_ms

    def disarm(self, *timers: Timer) -> None:
        """None of `timers` is waited for any more."""
        for timer in timers:
            self._due_ms.pop(timer, None)

    def next(self) -> tuple[Timer, float]:
        """The timer that goes off first, and in how many seconds. Raises `ValueError` when none is armed."""
        timer, due_ms = min(self._due_ms.items(), key=lambda item: item[1])
        return timer, max(0.0, due_ms - self._clock.now_ms()) / 1000.0
