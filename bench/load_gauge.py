"""What an agent costs while it is measured: memory and processor time of its process and all below it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

PERIOD_S: Final = 1.0
IDLE_SHARE: Final = 0.15
"""Of one core: an agent without calls that uses less has nothing left to do."""


@dataclass(frozen=True)
class Usage:
    """Resident memory in MB and processor seconds since its start, of a process and its descendants."""

    rss_mb: float
    cpu_s: float


def usage_of(pid: int) -> Usage:
    """Ask the kernel. A process that is gone counts as nothing."""
    children: dict[int, list[int]] = {}
    found: dict[int, Usage] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        found[int(folder.name)] = Usage(int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6, cpu_s)
        children.setdefault(int(fields[1]), []).append(int(folder.name))
    family, waiting = [], [pid]
    while waiting:
        member = waiting.pop()
        family.append(member)
        waiting += children.get(member, [])
    mine = [found[member] for member in family if member in found]
    return Usage(sum(usage.rss_mb for usage in mine), sum(usage.cpu_s for usage in mine))


async def settle(pid: int, most_s: float) -> None:
    """Wait until the process has been idle for two periods: warmed up, or done with calls that have ended."""
    idle, waited, before = 0, 0.0, usage_of(pid).cpu_s
    while idle < 2 and waited < most_s:
        await asyncio.sleep(PERIOD_S)
        waited, now = waited + PERIOD_S, usage_of(pid).cpu_s
        idle = idle + 1 if now - before < IDLE_SHARE * PERIOD_S else 0
        before = now


@dataclass
class Gauge:
    """Watches a process while the context is open. `cpu_s` is what it used meanwhile, `peak_rss_mb` its most."""

    pid: int
    cpu_s: float = 0.0
    peak_rss_mb: float = 0.0
    _before: float = 0.0
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    async def __aenter__(self) -> Self:
        self._before = usage_of(self.pid).cpu_s
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._look()

    def _look(self) -> None:
        usage = usage_of(self.pid)
        self.cpu_s = usage.cpu_s - self._before
        self.peak_rss_mb = max(self.peak_rss_mb, usage.rss_mb)

    async def _watch(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(PERIOD_S)
