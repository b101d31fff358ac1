"""The call's own clock: milliseconds since its media started."""

from __future__ import annotations

from collections.abc import Callable


class CallClock:
    """Milliseconds since `start`, from any monotonic `time` in seconds (the event loop's, or a virtual one)."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._zero = time()

    def now_ms(self) -> float:
        """Milliseconds since the clock was made."""
        return (self._time() - self._zero) * 1000.0
