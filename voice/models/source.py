"""Where a model's file may come from: the protocol, and the local folder or bundle."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from voice.models.errors import SourceRefusedError
from voice.models.integrity import CHUNK
from voice.models.manifest import Model, ModelFile

Advance = Callable[[int], None]
"""Told how many bytes of the file are in place."""


class Source(Protocol):
    """One place that may have model files."""

    @property
    def label(self) -> str:
        """Its name for people, in Japanese."""

    def room_needed(self, model: Model) -> int:
        """Bytes of disk it takes for a while beside the files themselves."""

    def fetch(self, model: Model, file: ModelFile, part: Path, advance: Advance) -> None:
        """Write the whole file into `part`, going on from what is there if it can.

        Raises `SourceRefusedError` when it does not have the file, `SourceUnreachableError` when it cannot
        be asked at all. What it wrote is verified by the puller, not here.
        """

    def release(self, model: Model) -> None:
        """Drop what was kept to resume: the model is whole."""


def copy_stream(source: IO[bytes], target: IO[bytes], done: int, advance: Advance) -> int:
    """Copy to the end, telling `advance` the running total that begins at `done`; returns that total."""
    while chunk := source.read(CHUNK):
        target.write(chunk)
        done += len(chunk)
        advance(done)
    return done


class FolderSource:
    """A folder with `<name>/<file>` or `models/<name>/<file>`, or a bundle (`*.tar`), or a folder of bundles."""

    label = "手元のフォルダ"

    def __init__(self, place: Path) -> None:
        self._place = place

    def room_needed(self, model: Model) -> int:
        """Nothing: files are copied straight in."""
        return 0

    def fetch(self, model: Model, file: ModelFile, part: Path, advance: Advance) -> None:
        """Copy the file, from the folder first, then from a bundle."""
        if not self._place.exists():
            raise SourceRefusedError(f"{self._place} がありません")
        for base in (self._place, self._place / "models"):
            found = base / model.name / file.name
            if found.is_file():
                with found.open("rb") as source, part.open("wb") as target:
                    copy_stream(source, target, 0, advance)
                return
        for bundle in self._bundles():
            if self._from_bundle(bundle, f"models/{model.name}/{file.name}", part, advance):
                return
        raise SourceRefusedError(f"{self._place} に {model.name}/{file.name} がありません")

    def release(self, model: Model) -> None:
        """Keep everything: the folder is the user's."""

    def _bundles(self) -> list[Path]:
        return [self._place] if self._place.is_file() else sorted(self._place.glob("*.tar"))

    @staticmethod
    def _from_bundle(bundle: Path, member: str, part: Path, advance: Advance) -> bool:
        try:
            with tarfile.open(bundle, "r:") as archive:
                source = archive.extractfile(member)
                if source is None:
                    return False
                with part.open("wb") as target:
                    copy_stream(source, target, 0, advance)
        except KeyError:
            return False
        except tarfile.TarError as error:
            raise SourceRefusedError(f"{bundle} を書庫として読めません") from error
        return True
