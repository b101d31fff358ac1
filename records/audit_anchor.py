"""The sum of the audit's last line, kept in a file beside the database: a cut tail shows against it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Anchor:
    """A line's number and its sum."""

    sequence: int
    sha256: str


class AnchorFile:
    """The file. Several processes may write it: it never goes back to an earlier line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Anchor | None:
        """What is kept; None where there is no file, or one that nobody of ours has written."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return Anchor(int(kept["sequence"]), str(kept["sha256"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def write(self, anchor: Anchor) -> None:
        """Keep it unless a later line's sum is kept already. The file is whole at every moment."""
        with self._locked():
            kept = self.read()
            if kept is None or kept.sequence < anchor.sequence:
                self._put(anchor)

    def replace(self, anchor: Anchor) -> None:
        """Keep it in any case: for a chain whose end somebody has accepted."""
        with self._locked():
            self._put(anchor)

    def _put(self, anchor: Anchor) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(json.dumps(asdict(anchor)))
        fresh.replace(self._path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
