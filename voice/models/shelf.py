"""The cache folder of fetched models: what lies there and whether it is sound."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from voice.models.errors import DamagedModelError, MissingModelError
from voice.models.integrity import Stamps, sha256_of
from voice.models.manifest import Model, ModelFile


class FileState(StrEnum):
    """What is known of a file, from cheap to sure."""

    SOUND = "sound"
    UNVERIFIED = "unverified"
    DAMAGED = "damaged"
    MISSING = "missing"


class Shelf:
    """Layout `<cache>/models/<name>/<file>`; judges files by size, stamp and SHA-256."""

    def __init__(self, cache_dir: Path) -> None:
        self._root = cache_dir / "models"

    @property
    def root(self) -> Path:
        """The folder of all models."""
        return self._root

    def folder(self, model: Model) -> Path:
        """The folder of one model."""
        return self._root / model.name

    def path(self, model: Model, file: ModelFile) -> Path:
        """Where a file lies, or will."""
        return self.folder(model) / file.name

    def glance(self, model: Model, file: ModelFile) -> FileState:
        """State by presence, size and stamp, without reading the file."""
        path = self.path(model, file)
        if not path.is_file():
            return FileState.MISSING
        if path.stat().st_size != file.size:
            return FileState.DAMAGED
        return FileState.SOUND if Stamps(self.folder(model)).holds(file) else FileState.UNVERIFIED

    def check(
        self, model: Model, file: ModelFile, again: bool = False, on_bytes: Callable[[int], None] | None = None
    ) -> FileState:
        """State by SHA-256; a stamped file is believed unless `again`. A sound file is stamped."""
        state = self.glance(model, file)
        if state in (FileState.MISSING, FileState.DAMAGED) or (state is FileState.SOUND and not again):
            return state
        if sha256_of(self.path(model, file), on_bytes) != file.sha256:
            return FileState.DAMAGED
        Stamps(self.folder(model)).put(file)
        return FileState.SOUND

    def require(self, model: Model) -> Path:
        """The model's folder when every file is sound; raises `MissingModelError` or `DamagedModelError`."""
        for file in model.files:
            state = self.check(model, file)
            if state is FileState.MISSING:
                raise MissingModelError(model.name, file.name)
            if state is FileState.DAMAGED:
                raise DamagedModelError(model.name, file.name, self.damage(model, file))
        return self.folder(model)

    def damage(self, model: Model, file: ModelFile) -> str:
        """Why a damaged file is held to be so, in Japanese."""
        size = self.path(model, file).stat().st_size
        if size != file.size:
            return f"大きさが {size:,} バイトで、正しくは {file.size:,} バイトです"
        return "SHA-256 が一覧と違います"
