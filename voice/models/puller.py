"""Brings models into the cache: source after source, verified, resumable, one process at a time."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from voice.models.durable import settle
from voice.models.errors import (
    DiskSpaceError,
    NoSourceError,
    PullRunningError,
    SourceRefusedError,
    SourceUnreachableError,
)
from voice.models.integrity import Stamps, sha256_of
from voice.models.manifest import Model, ModelFile
from voice.models.progress import Progress
from voice.models.shelf import FileState, Shelf
from voice.models.source import Source

SPARE_BYTES = 200_000_000


class Puller:
    """Fetches what is missing or damaged, and nothing else.

    A source that cannot be reached is left out for the rest of one `pull`, so that it costs its waiting time
    once and not once a file.
    """

    def __init__(self, shelf: Shelf, sources: Sequence[Source]) -> None:
        self._shelf = shelf
        self._sources = tuple(sources)

    def pull(self, models: Sequence[Model], progress: Progress) -> None:
        """Make every model whole.

        Raises `NoSourceError`, `DiskSpaceError`, `PullRunningError`. What was fetched before an error stays,
        and the next pull goes on from there.
        """
        with self._alone([model.name for model in models]):
            wanted = [(model, self._wanted(model)) for model in models]
            wanted = [(model, files) for model, files in wanted if files]
            self._check_room(wanted)
            sources = list(self._sources)
            for model, files in wanted:
                self._pull_model(model, files, sources, progress)

    def _pull_model(self, model: Model, files: Sequence[ModelFile], sources: list[Source], progress: Progress) -> None:
        self._shelf.folder(model).mkdir(parents=True, exist_ok=True)
        done = model.size - sum(file.size for file in files)
        progress.started(model.name, model.size, done)
        for file in files:
            self._pull_file(model, file, sources, progress, done)
            done += file.size
            progress.at(model.name, done)
        for source in sources:
            source.release(model)
        progress.finished(model.name)

    def _pull_file(self, model: Model, file: ModelFile, sources: list[Source], progress: Progress, before: int) -> None:
        target = self._shelf.path(model, file)
        part = target.with_name(f"{target.name}.part")
        if self._take_finished(model, file, part):
            return
        tried: list[tuple[str, str]] = []
        for source in list(sources):
            for _ in range(2):
                resumed = part.exists() and part.stat().st_size > 0
                try:
                    source.fetch(model, file, part, lambda done: progress.at(model.name, before + done))
                except SourceUnreachableError as error:
                    tried.append((source.label, str(error)))
                    progress.note(f"{source.label}: {error}。次の取り出し元を試します。")
                    sources.remove(source)
                    break
                except SourceRefusedError as error:
                    tried.append((source.label, str(error)))
                    break
                if self._accept(model, file, part):
                    return
                if not resumed:
                    tried.append((source.label, "チェックサムが違います"))
                    break
        raise NoSourceError(model.name, file.name, tried)

    def _take_finished(self, model: Model, file: ModelFile, part: Path) -> bool:
        """A part that an interrupted pull left whole is taken; one that is too long is thrown away."""
        if not part.exists() or part.stat().st_size < file.size:
            return False
        return self._accept(model, file, part)

    def _accept(self, model: Model, file: ModelFile, part: Path) -> bool:
        if part.stat().st_size != file.size or sha256_of(part) != file.sha256:
            part.unlink()
            return False
        settle(part, self._shelf.path(model, file))
        Stamps(self._shelf.folder(model)).put(file)
        return True

    def _wanted(self, model: Model) -> list[ModelFile]:
        return [file for file in model.files if self._shelf.check(model, file) is not FileState.SOUND]

    def _check_room(self, wanted: Sequence[tuple[Model, Sequence[ModelFile]]]) -> None:
        if not wanted:
            return
        files = sum(file.size for _, files in wanted for file in files)
        beside = max((source.room_needed(model) for source in self._sources for model, _ in wanted), default=0)
        needed = files + beside + SPARE_BYTES
        free = shutil.disk_usage(self._shelf.root).free
        if free < needed:
            raise DiskSpaceError(str(self._shelf.root), needed, free, [model.name for model, _ in wanted])

    @contextmanager
    def _alone(self, names: list[str]) -> Iterator[None]:
        self._shelf.root.mkdir(parents=True, exist_ok=True)
        with (self._shelf.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PullRunningError(names) from error
            yield
