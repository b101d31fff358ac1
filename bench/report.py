"""What every measurement gives back: figures by name, on a machine that is named, to read and to keep."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class MachineInfo:
    """Where something was measured. `load` is the average over the minute before the report was made."""

    cpu: str
    cores: int
    memory_gib: float
    python: str
    os: str
    load: float

    @classmethod
    def here(cls) -> MachineInfo:
        """This machine, now. `cores` are those that this process may use."""
        return cls(
            cpu=_cpu_model(),
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            python=platform.python_version(),
            os=platform.platform(),
            load=round(os.getloadavg()[0], 2),
        )

    def to_dict(self) -> dict[str, str | float]:
        """Plain data for the JSON file."""
        return {
            "cpu": self.cpu,
            "cores": self.cores,
            "memory_gib": self.memory_gib,
            "python": self.python,
            "os": self.os,
            "load": self.load,
        }


@dataclass(frozen=True)
class Report:
    """The result of one bench.

    `figures` are the contract: their keys do not change. `columns` and `rows` make a table for people; without
    them the figures themselves are the table.
    """

    bench: str
    figures: dict[str, float]
    notes: list[str] = field(default_factory=list)
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    machine: MachineInfo = field(default_factory=MachineInfo.here)

    def print(self, console: Console | None = None) -> None:
        """Show the table, the notes and the machine."""
        out = console or Console(highlight=False)
        out.print(self._table(self.columns, self.rows) if self.rows else self._figures())
        for note in self.notes:
            out.print(f"・{note}", markup=False)
        at = self.machine
        out.print(
            f"測定環境: {at.cpu}、{at.cores} コア、メモリ {at.memory_gib} GiB、"
            f"Python {at.python}、負荷 {at.load}（直前 1 分の平均）",
            markup=False,
        )

    def to_dict(self) -> dict[str, object]:
        """Plain data: bench, machine, figures, notes."""
        return {
            "bench": self.bench,
            "machine": self.machine.to_dict(),
            "figures": self.figures,
            "notes": self.notes,
        }

    def write_json(self, path: Path) -> None:
        """Write `to_dict` as JSON. A figure that is not a number would make invalid JSON: `ValueError`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")

    def _figures(self) -> Table:
        return self._table(("項目", "値"), [(key, f"{value:g}") for key, value in self.figures.items()])

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
        table = Table(title=f"uketsuke bench {self.bench}")
        for place, column in enumerate(columns):
            table.add_column(column, justify="left" if place == 0 else "right")
        for row in rows:
            table.add_row(*row)
        return table


def joined(report: Report, other: Report) -> Report:
    """`report` with the figures and notes of `other` too; its own table stays."""
    return replace(report, figures={**report.figures, **other.figures}, notes=[*report.notes, *other.notes])


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
