"""What the inference pool has been doing: kept by the pool, read by the metrics page and the dashboard."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from voice.pool_queue import Priority

_WINDOW_S: Final = 60.0
_WAITS_KEPT: Final = 256
_SPANS_KEPT: Final = 8_192
_LEARNING: Final = 0.2
_FIRST_GUESS_S: Final = 0.1


@dataclass(frozen=True)
class Waits:
    """How long the last `jobs` jobs waited before they began, in ms."""

    p50_ms: float
    p95_ms: float
    jobs: int


@dataclass(frozen=True)
class PoolGauge:
    """One look at the pool.

    `waiting`, `shed` and `waits` are by priority. `running` counts workers at work; `backlog_s` is the estimated work
    that waits, in seconds for each worker, after-call work left out. Counted since the start: `done`, `failed` (the
    work raised), `expired` (past the deadline before it began), `cancelled` (no longer wanted before it began), `shed`
    (dropped or refused for want of room), `batch_sizes` (size to number of calls), of which `batched` jobs went in
    company. `busy_share` is that of all workers over the last minute.
    """

    workers: int
    running: int
    waiting: Mapping[Priority, int]
    backlog_s: float
    done: int
    failed: int
    expired: int
    cancelled: int
    shed: Mapping[Priority, int]
    batched: int
    batch_sizes: Mapping[int, int]
    waits: Mapping[Priority, Waits]
    busy_share: float


class PoolMeter:
    """Keeps count for the gauge. Not thread-safe: the pool writes and reads it under its own lock."""

    def __init__(self, workers: int, now: float) -> None:
        self._workers = workers
        self._started = now
        self._running: dict[int, float] = {}
        self._waits = {priority: deque[float](maxlen=_WAITS_KEPT) for priority in Priority}
        self._spans: deque[tuple[float, float]] = deque(maxlen=_SPANS_KEPT)
        self._seconds: dict[Priority, float] = {}
        self._shed = Counter(dict.fromkeys(Priority, 0))
        self._sizes: Counter[int] = Counter()
        self._done = self._failed = self._expired = self._cancelled = 0

    def began(self, worker: int, now: float, jobs: list[tuple[Priority, float]]) -> None:
        """`worker` begins `jobs`: their priorities, and when each was put into the queue."""
        self._running[worker] = now
        self._sizes[len(jobs)] += 1
        for priority, put_at in jobs:
            self._waits[priority].append(now - put_at)

    def ended(self, worker: int, now: float, priorities: list[Priority], failed: int) -> None:
        """`worker` has ended its jobs, `failed` of them with an error."""
        began = self._running.pop(worker)
        self._spans.append((began, now))
        self._failed += failed
        self._done += len(priorities) - failed
        each = (now - began) / len(priorities)
        for priority in priorities:
            known = self._seconds.get(priority, each)
            self._seconds[priority] = known + _LEARNING * (each - known)

    def expired(self, jobs: int = 1) -> None:
        """Jobs passed their deadline before they began."""
        self._expired += jobs

    def cancelled(self) -> None:
        """A waiting job was no longer wanted."""
        self._cancelled += 1

    def shed(self, priority: Priority) -> None:
        """A job was dropped, or not taken, for want of room."""
        self._shed[priority] += 1

    def seconds_each(self, priority: Priority) -> float:
        """What a job of this priority has taken lately; a guess before the first."""
        return self._seconds.get(priority, _FIRST_GUESS_S)

    def read(self, now: float, waiting: Mapping[Priority, int], backlog_s: float) -> PoolGauge:
        """The gauge as of `now`."""
        return PoolGauge(
            workers=self._workers,
            running=len(self._running),
            waiting=MappingProxyType(dict(waiting)),
            backlog_s=backlog_s,
            done=self._done,
            failed=self._failed,
            expired=self._expired,
            cancelled=self._cancelled,
            shed=MappingProxyType(dict(self._shed)),
            batched=sum(size * calls for size, calls in self._sizes.items() if size > 1),
            batch_sizes=MappingProxyType(dict(sorted(self._sizes.items()))),
            waits=MappingProxyType({priority: _waits(list(kept)) for priority, kept in self._waits.items()}),
            busy_share=self._busy_share(now),
        )

    def _busy_share(self, now: float) -> float:
        since = max(self._started, now - _WINDOW_S)
        if len(self._spans) == _SPANS_KEPT:
            since = max(since, self._spans[0][0])
        if now <= since:
            return 0.0
        spans = [*self._spans, *((began, now) for began in self._running.values())]
        busy = sum(max(0.0, ended - max(began, since)) for began, ended in spans)
        return min(1.0, busy / ((now - since) * self._workers))


def _waits(seconds: list[float]) -> Waits:
    seconds.sort()
    return Waits(_at(seconds, 0.5) * 1000.0, _at(seconds, 0.95) * 1000.0, len(seconds))


def _at(ascending: list[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))] if ascending else 0.0
