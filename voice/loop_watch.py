"""Watches how late the event loop runs what is due: what shows overload when the share of CPU does not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True)
class LoopWatchSettings:
    """`every_s`: how often to look. `window_s`: what the figures are over.

    A lag above `limit_ms` is warned of, at most once in `warn_every_s`.
    """

    every_s: float = 0.05
    window_s: float = 60.0
    limit_ms: float = 100.0
    warn_every_s: float = 5.0


@dataclass(frozen=True)
class LoopLag:
    """How late the loop was over the window, in ms, in `looks` looks; `above_limit` of them above the limit."""

    p50_ms: float
    p95_ms: float
    max_ms: float
    looks: int
    above_limit: int


class LoopWatch:
    """A task that sleeps and measures how late it wakes. `start` it on the loop to watch; `close` ends it.

    `on_late` is called on the loop with the lag in ms. `clock` counts seconds; without it the loop's own time counts.
    """

    def __init__(
        self,
        on_late: Callable[[float], None] = lambda lag_ms: None,
        settings: LoopWatchSettings = LoopWatchSettings(),
        clock: Clock | None = None,
    ) -> None:
        self._on_late = on_late
        self._settings = settings
        self._clock = clock
        self._lags: deque[tuple[float, float]] = deque(maxlen=int(settings.window_s / settings.every_s) + 1)
        self._warned_at: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch the running loop; a watch that runs goes on."""
        if self._task is None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._watch(self._clock or loop.time), name="loop-watch")

    async def close(self) -> None:
        """Stop watching. The figures stay."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def gauge(self) -> LoopLag:
        """The lag over the last window; all zero before the first look."""
        lags = sorted(lag for _, lag in self._lags)
        if not lags:
            return LoopLag(0.0, 0.0, 0.0, 0, 0)
        above = sum(lag > self._settings.limit_ms for lag in lags)
        return LoopLag(_at(lags, 0.5), _at(lags, 0.95), lags[-1], len(lags), above)

    async def _watch(self, clock: Clock) -> None:
        while True:
            due = clock() + self._settings.every_s
            await asyncio.sleep(self._settings.every_s)
            now = clock()
            self._note(now, max(0.0, now - due) * 1000.0)

    def _note(self, now: float, lag_ms: float) -> None:
        self._lags.append((now, lag_ms))
        while self._lags[0][0] <= now - self._settings.window_s:
            self._lags.popleft()
        rested = self._warned_at is None or now - self._warned_at >= self._settings.warn_every_s
        if lag_ms > self._settings.limit_ms and rested:
            self._warned_at = now
            self._on_late(lag_ms)


def _at(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]
