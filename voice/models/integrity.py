"""Sums of files, and the stamp that spares hashing a gigabyte at every start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from voice.models.durable import write_atomically
from voice.models.manifest import ModelFile

CHUNK = 1 << 20


def sha256_of(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Hex SHA-256 of a file; `on_bytes` is told how many bytes each step read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if on_bytes is not None:
                on_bytes(len(chunk))
    return digest.hexdigest()


class Stamps:
    """What has been verified in one model's folder, remembered by size, time of change and sum.

    A file that was touched, or whose manifest sum changed, is no longer stamped. A folder that cannot be
    written keeps working: its files are simply hashed again next time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / ".verified.json"

    def holds(self, file: ModelFile) -> bool:
        """Whether this very file has been verified before and not touched since."""
        return self._read().get(file.name) == self._mark(file)

    def put(self, file: ModelFile) -> None:
        """Remember that the file has just been verified."""
        stamps = self._read()
        stamps[file.name] = self._mark(file)
        try:
            write_atomically(self._path, json.dumps(stamps, indent=1).encode())
        except OSError:
            return

    def _mark(self, file: ModelFile) -> list[int | str] | None:
        try:
            status = (self._folder / file.name).stat()
        except OSError:
            return None
        return [status.st_size, status.st_mtime_ns, file.sha256]

    def _read(self) -> dict[str, list[int | str] | None]:
        try:
            stamps = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return stamps if isinstance(stamps, dict) else {}
