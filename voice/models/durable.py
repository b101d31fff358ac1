"""Writing that a power cut cannot leave half done."""

from __future__ import annotations

import os
from pathlib import Path


def settle(part: Path, target: Path) -> None:
    """Put a finished `part` in `target`'s place: on disk first, then renamed in one step."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_atomically(target: Path, data: bytes) -> None:
    """Write `data` so that a reader sees the old file or the new one, never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        settle(part, target)
    finally:
        part.unlink(missing_ok=True)
