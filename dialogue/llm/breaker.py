"""Leaves a model alone after it has failed several times in a row, and tries it again with one request later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Circuit(StrEnum):
    """Closed: asked freely. Open: left alone. Half open: one request may try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True)
class BreakerOptions:
    """Opens after `failures` in a row, for `cool_s` seconds, twice as long after each failed try up to `cool_max_s`."""

    failures: int = 3
    cool_s: float = 15.0
    cool_max_s: float = 300.0


class CircuitBreaker:
    """One model's breaker. Each `enter` that gave true is followed by exactly one of the three outcomes.

    `clock` gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float], options: BreakerOptions | None = None) -> None:
        self._clock = clock
        self._options = options or BreakerOptions()
        self._failures = 0
        self._open_until: float | None = None
        self._cool_s = self._options.cool_s
        self._trying = False

    @property
    def circuit(self) -> Circuit:
        """How it stands now."""
        if self._open_until is None:
            return Circuit.CLOSED
        return Circuit.OPEN if self._clock() < self._open_until else Circuit.HALF_OPEN

    @property
    def lets_in(self) -> bool:
        """Whether `enter` would give true."""
        return self.circuit is Circuit.CLOSED or (self.circuit is Circuit.HALF_OPEN and not self._trying)

    def enter(self) -> bool:
        """Whether a request may go. In the half-open state only one at a time."""
        if not self.lets_in:
            return False
        self._trying = self.circuit is Circuit.HALF_OPEN
        return True

    def succeeded(self) -> None:
        """The model answered usably: everything is forgotten."""
        self._failures, self._open_until, self._trying = 0, None, False
        self._cool_s = self._options.cool_s

    def failed(self) -> None:
        """The model failed or was late."""
        self._failures += 1
        if self._open_until is not None:
            # Requests that began before it opened may fail afterwards; only a failed try cools it for longer.
            if not self._trying:
                return
            self._trying = False
            self._cool_s = min(self._cool_s * 2, self._options.cool_max_s)
        elif self._failures < self._options.failures:
            return
        self._open_until = self._clock() + self._cool_s

    def left(self) -> None:
        """The request told nothing about the model: it was cancelled, or never sent."""
        self._trying = False
