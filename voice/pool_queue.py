"""What waits for the inference pool, in the order of urgency. Plain data: no thread, no clock, no lock of its own."""

from __future__ import annotations

import asyncio
import bisect
import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

I = TypeVar("I")  # noqa: E741 -- what goes into a job
R = TypeVar("R")


class Priority(IntEnum):
    """What goes first when jobs queue: lower is sooner."""

    FINAL = 0
    SPEECH = 1
    TURN = 2
    SPECULATIVE = 3
    PARTIAL = 4
    BACKGROUND = 5

    @property
    def can_wait(self) -> bool:
        """Whether no caller waits for it in silence: such jobs never take the last free worker."""
        return self >= Priority.PARTIAL


@dataclass(frozen=True)
class BatchGroup(Generic[I, R]):
    """Jobs that one call of `work` does together, cheaper than one by one.

    Jobs whose groups have equal keys may be taken together, at most `most` of them. `work` gets their items and gives
    as many results in the same order; the group of the most urgent one is called.
    """

    key: Hashable
    work: Callable[[Sequence[I]], Sequence[R]]
    most: int = 8


@dataclass(eq=False)
class Job:
    """One item of work. `put_at` and `expires_at` are seconds on the pool's clock; `number` counts up from the first.

    Only the queue may change `priority`, and only while the job waits there.
    """

    priority: Priority
    number: int
    group: BatchGroup[Any, Any]
    item: Any
    put_at: float
    expires_at: float
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop

    @property
    def rank(self) -> tuple[int, int]:
        """The more urgent, then the older, is smaller."""
        return (self.priority, self.number)


class JobQueue:
    """Jobs in the order in which they should be done. Every operation costs at most the number of waiting jobs."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job: Job) -> bool:
        at = bisect.bisect_left(self._jobs, job.rank, key=_rank)
        return at < len(self._jobs) and self._jobs[at] is job

    def put(self, job: Job) -> None:
        """Take a job in."""
        bisect.insort(self._jobs, job, key=_rank)

    def remove(self, job: Job) -> bool:
        """Take a job out that is no longer wanted; False when it does not wait here."""
        if job not in self:
            return False
        del self._jobs[bisect.bisect_left(self._jobs, job.rank, key=_rank)]
        return True

    def raise_to(self, job: Job, priority: Priority) -> bool:
        """Move a waiting job forward; it stands there by its age. False when it does not wait or is as urgent."""
        if priority >= job.priority or not self.remove(job):
            return False
        job.priority = priority
        self.put(job)
        return True

    def take(self, workers: int, *, urgent_only: bool = False) -> list[Job]:
        """The most urgent job with those that share its batch, or nothing.

        A batch is at most its group's `most` and this worker's share of what waits for the group, so that other
        workers find theirs. With `urgent_only`, jobs that can wait stay.
        """
        if not self._jobs or (urgent_only and self._jobs[0].priority.can_wait):
            return []
        first = self._jobs[0]
        mates = [job for job in self._jobs if job.group.key == first.group.key]
        taken = mates[: min(first.group.most, math.ceil(len(mates) / workers))]
        for job in taken:
            self.remove(job)
        return taken

    def drop_expired(self, now: float) -> list[Job]:
        """Take out and return what has waited past its deadline."""
        expired = [job for job in self._jobs if job.expires_at <= now]
        for job in expired:
            self.remove(job)
        return expired

    def drop_all(self) -> list[Job]:
        """Empty the queue and return what was in it."""
        jobs, self._jobs = self._jobs, []
        return jobs

    def least_missed(self, than: Priority) -> Job | None:
        """What to drop for a job of priority `than`: the oldest partial, else the last in line; None if all count more.

        A partial is stale soon and another follows it; it therefore goes before after-call work, which comes once.
        """
        if than >= Priority.PARTIAL:
            return None
        partials = self.waiting(Priority.PARTIAL)
        last = partials[0] if partials else self._jobs[-1] if self._jobs else None
        return last if last is not None and last.priority > than else None

    def waiting(self, priority: Priority) -> list[Job]:
        """The waiting jobs of one priority, oldest first."""
        return [job for job in self._jobs if job.priority is priority]

    def counts(self) -> dict[Priority, int]:
        """How many wait, by priority; every priority is there."""
        counted = Counter(job.priority for job in self._jobs)
        return {priority: counted[priority] for priority in Priority}


def _rank(job: Job) -> tuple[int, int]:
    return job.rank


def seconds_of(counts: Iterable[tuple[Priority, int]], seconds_each: Callable[[Priority], float]) -> float:
    """Estimated work in `counts`, in seconds of one worker. After-call work is left out: it delays nobody."""
    return sum(count * seconds_each(priority) for priority, count in counts if priority <= Priority.PARTIAL)
