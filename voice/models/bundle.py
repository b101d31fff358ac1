"""One archive that carries models, and wheels if wished, into a closed network."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from voice.models.errors import ManifestError
from voice.models.manifest import Model
from voice.models.progress import Progress
from voice.models.shelf import Shelf
from voice.models.source import copy_stream

FORMAT = 1


def write_bundle(
    shelf: Shelf,
    models: Sequence[Model],
    manifest: str,
    out: Path,
    *,
    progress: Progress,
    wheels: Sequence[Path] = (),
) -> Path:
    """Write `bundle.json`, `manifest.toml`, `models/<name>/<file>` and `wheels/*.whl` into one plain tar.

    The models must be sound on the shelf: raises `MissingModelError` or `DamagedModelError` otherwise. The
    archive appears under its name only when it is whole.
    """
    for model in models:
        shelf.require(model)
    about = {
        "format": FORMAT,
        "models": {model.name: {file.name: file.sha256 for file in model.files} for model in models},
        "wheels": sorted(wheel.name for wheel in wheels),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.part")
    try:
        with tarfile.open(part, "w") as archive:
            _add_text(archive, "bundle.json", json.dumps(about, ensure_ascii=False, indent=1))
            _add_text(archive, "manifest.toml", manifest)
            for model in models:
                progress.started(model.name, model.size, 0)
                done = 0
                for file in model.files:
                    archive.add(shelf.path(model, file), f"models/{model.name}/{file.name}", recursive=False)
                    done += file.size
                    progress.at(model.name, done)
                progress.finished(model.name)
            for wheel in wheels:
                archive.add(wheel, f"wheels/{wheel.name}", recursive=False)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return out


def extract_wheels(bundle: Path, folder: Path) -> list[Path]:
    """Take the wheels of a bundle out into `folder`, for `pip install --no-index --find-links`.

    Raises `ManifestError` when the archive is no bundle.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    try:
        with tarfile.open(bundle, "r:") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if path.parent != PurePosixPath("wheels") or path.suffix != ".whl":
                    continue
                source = archive.extractfile(member)
                if source is None:
                    continue
                target = folder / path.name
                with target.open("wb") as file:
                    copy_stream(source, file, 0, lambda _: None)
                taken.append(target)
    except (tarfile.TarError, OSError) as error:
        raise ManifestError(f"{bundle} を書庫として読めません: {error}") from error
    return taken


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))
