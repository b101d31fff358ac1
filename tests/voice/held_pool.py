"""A pool whose only worker is held, for tests that must know what waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from voice.pool import BatchGroup, InferencePool, PendingJob, Priority

PATIENCE_S = 10.0


class HeldPool:
    """A pool of one worker that is kept busy until `let_go`; the jobs behind it note their names as they run."""

    def __init__(self, capacity: int = 256, shed_after_s: float = 60.0) -> None:
        self.pool = InferencePool(workers=1, capacity=capacity, shed_after_s=shed_after_s)
        self.ran: list[str] = []
        self.batches: list[list[str]] = []
        self._gate = threading.Event()
        self._began = threading.Event()
        self.holding: asyncio.Task[str] | None = None

    async def hold(self) -> None:
        def wait() -> str:
            self._began.set()
            self._gate.wait(PATIENCE_S)
            return "held"

        self.holding = asyncio.create_task(self.pool.run(wait, Priority.FINAL))
        await asyncio.to_thread(self._began.wait, PATIENCE_S)

    async def queue(self, name: str, priority: Priority, deadline_s: float | None = None) -> asyncio.Task[str]:
        def work() -> str:
            self.ran.append(name)
            return name

        task = asyncio.create_task(self.pool.run(work, priority, deadline_s))
        await asyncio.sleep(0)
        return task

    def submit(self, name: str, priority: Priority, deadline_s: float | None = None) -> PendingJob[str]:
        def work() -> str:
            self.ran.append(name)
            return name

        return self.pool.submit(work, priority, deadline_s)

    def join(self, name: str, priority: Priority, key: str = "window", most: int = 8) -> PendingJob[str]:
        """A job that may share its batch; 悪 is an item that the work cannot do."""

        def work(names: Sequence[str]) -> list[str]:
            self.batches.append(list(names))
            if "悪" in names:
                raise ValueError("悪")
            return [name * 2 for name in names]

        return self.pool.submit_to(BatchGroup(key, work, most), name, priority)

    def let_go(self) -> None:
        self._gate.set()

    def close(self) -> None:
        self.let_go()
        self.pool.close()
