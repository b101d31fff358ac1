"""Models that installed packages carry: which version is here, and is it what the manifest says."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from voice.models.integrity import sha256_of
from voice.models.manifest import PackagedFile, PackagedModel
from voice.models.shelf import FileState


def installed_version(model: PackagedModel) -> str | None:
    """Version of the distribution that carries the model, or None when it is not installed."""
    try:
        return metadata.version(model.distribution)
    except metadata.PackageNotFoundError:
        return None


def packaged_path(file: PackagedFile) -> Path | None:
    """Where the file lies, or None when its distribution is not installed."""
    try:
        return Path(str(metadata.distribution(file.distribution).locate_file(file.path)))
    except metadata.PackageNotFoundError:
        return None


def packaged_state(model: PackagedModel, hashed: bool) -> FileState:
    """The worst state among the model's files; with `hashed` their SHA-256 decide."""
    for file in model.files:
        path = packaged_path(file)
        if path is None or not path.is_file():
            return FileState.MISSING
        if path.stat().st_size != file.size:
            return FileState.DAMAGED
        if hashed and sha256_of(path) != file.sha256:
            return FileState.DAMAGED
    return FileState.SOUND if hashed else FileState.UNVERIFIED
