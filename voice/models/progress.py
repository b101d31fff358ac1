"""How far a pull has come: a small protocol, its silent form, and bars for a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bars


class Progress(Protocol):
    """Told by the puller what happens. Sizes in bytes."""

    def started(self, name: str, total: int, done: int) -> None:
        """A model of `total` bytes begins; `done` of them are there already."""

    def at(self, name: str, done: int) -> None:
        """`done` bytes of the model are there now (may go back when a source is tried anew)."""

    def note(self, message: str) -> None:
        """Something worth a line for the person who waits, in Japanese."""

    def finished(self, name: str) -> None:
        """The model is whole and verified."""


class SilentProgress:
    """Shows nothing."""

    def started(self, name: str, total: int, done: int) -> None:
        """Ignore."""

    def at(self, name: str, done: int) -> None:
        """Ignore."""

    def note(self, message: str) -> None:
        """Ignore."""

    def finished(self, name: str) -> None:
        """Ignore."""


class RichProgress:
    """Bars in a terminal; plain lines when the output is a file. Use it as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> RichProgress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def started(self, name: str, total: int, done: int) -> None:
        """Add a bar."""
        self._tasks[name] = self._bars.add_task(name, total=total, completed=done)
        if not self._console.is_terminal:
            self._console.print(f"{name}: 取得を始めます（{(total - done) / 1e6:,.0f} MB）")

    def at(self, name: str, done: int) -> None:
        """Move the bar."""
        self._bars.update(self._tasks[name], completed=done)

    def note(self, message: str) -> None:
        """Print a line above the bars."""
        self._console.print(message)

    def finished(self, name: str) -> None:
        """Fill the bar."""
        self._console.print(f"{name}: 取得し、チェックサムを確かめました")
