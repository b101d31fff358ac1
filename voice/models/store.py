"""The door to model files: pull, find, verify, list, bundle."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voice.models.bundle import write_bundle
from voice.models.errors import UnknownModelError
from voice.models.hub import HubSource
from voice.models.manifest import Manifest, Model, PackagedModel, load_manifest, manifest_text
from voice.models.packages import installed_version, packaged_path, packaged_state
from voice.models.progress import Progress, SilentProgress
from voice.models.puller import Puller
from voice.models.shelf import FileState, Shelf
from voice.models.source import FolderSource, Source
from voice.models.wheels import WheelSource


class SourceKind(StrEnum):
    """The sources a settings file can name, in the order to try."""

    FOLDER = "folder"
    HUB = "hub"
    WHEEL = "wheel"


DEFAULT_ORDER = (SourceKind.FOLDER, SourceKind.HUB, SourceKind.WHEEL)


def default_cache_dir() -> Path:
    """`UKETSUKE_CACHE`, else `~/.cache/uketsuke`."""
    told = os.environ.get("UKETSUKE_CACHE")
    return Path(told).expanduser() if told else Path.home() / ".cache" / "uketsuke"


def build_sources(
    cache_dir: Path,
    order: Sequence[SourceKind] = DEFAULT_ORDER,
    folder: Path | None = None,
    pip_args: Sequence[str] = (),
) -> list[Source]:
    """The sources in their order. `UKETSUKE_MODELS_FROM` goes before `folder`; without either, none is tried."""
    told = os.environ.get("UKETSUKE_MODELS_FROM")
    place = Path(told).expanduser() if told else folder
    sources: list[Source] = []
    for kind in order:
        if kind is SourceKind.FOLDER:
            if place is not None:
                sources.append(FolderSource(place))
        elif kind is SourceKind.HUB:
            sources.append(HubSource())
        else:
            sources.append(WheelSource(cache_dir / "wheels", pip_args))
    return sources


@dataclass(frozen=True)
class ModelListing:
    """One line of `models list`, or one result of `models verify`. `size` in bytes.

    `installed` is the version of the carrying package, `expected` the one the manifest's sums belong to; both
    are None for files in the cache.
    """

    name: str
    kind: str
    title: str
    purpose: str
    licence: str
    maker: str
    need: str
    required: bool
    size: int
    state: FileState
    path: Path | None
    installed: str | None = None
    expected: str | None = None

    @property
    def sound(self) -> bool:
        """Nothing is known against it."""
        return self.state in (FileState.SOUND, FileState.UNVERIFIED)

    @property
    def remedy(self) -> str | None:
        """The command that mends it, in a Japanese sentence; None when it is sound."""
        if self.sound:
            return None
        if self.kind == "files":
            return f"`uketsuke models pull {self.name}` を実行してください。"
        if self.installed not in (None, self.expected):
            return f"版が違います（{self.installed}、正しくは {self.expected}）。`make setup` を実行してください。"
        return "`make setup` を実行してください。"


class ModelStore:
    """Everything about model files in one cache folder. Blocking: call it from a worker thread or a command."""

    def __init__(
        self, cache_dir: Path, sources: Sequence[Source] | None = None, manifest: Manifest | None = None
    ) -> None:
        self._shelf = Shelf(cache_dir)
        self._manifest_text = manifest.model_dump_json() if manifest is not None else manifest_text()
        self._manifest = manifest or load_manifest()
        self._puller = Puller(self._shelf, build_sources(cache_dir) if sources is None else sources)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the models without which no call is taken."""
        return self._manifest.required()

    def pull(self, names: Sequence[str] = (), progress: Progress | None = None) -> None:
        """Fetch what is missing of `names` (the required ones when empty). See `Puller.pull` for the errors."""
        models = [self._manifest.model(name) for name in names or self.required]
        self._puller.pull(models, progress or SilentProgress())

    def locate(self, name: str) -> Path:
        """Folder of a sound model. Quick once verified; raises `MissingModelError`, `DamagedModelError`."""
        return self._shelf.require(self._manifest.model(name))

    def locate_file(self, name: str) -> Path:
        """The one file of a model that is a single file; raises like `locate`."""
        model = self._manifest.model(name)
        return self._shelf.require(model) / model.files[0].name

    def verify(self, names: Sequence[str] = (), progress: Progress | None = None) -> list[ModelListing]:
        """Hash every file of `names` anew (everything that is here, when empty) and say what came out."""
        bars = progress or SilentProgress()
        wanted = self._entries(names)
        if not names:
            wanted = [
                entry
                for entry in wanted
                if isinstance(entry, PackagedModel) or entry.required or self._shelf.folder(entry).is_dir()
            ]
        return [
            self._packaged(entry, hashed=True) if isinstance(entry, PackagedModel) else self._verified(entry, bars)
            for entry in wanted
        ]

    def list(self) -> list[ModelListing]:
        """Every model of the manifest with its state at a glance (presence, size, stamp)."""
        return [
            self._packaged(entry, hashed=False)
            if isinstance(entry, PackagedModel)
            else self._listing(entry, [self._shelf.glance(entry, file) for file in entry.files])
            for entry in self._entries(())
        ]

    def bundle(
        self,
        names: Sequence[str],
        out: Path,
        wheels: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> Path:
        """Write one archive of `names` (the required ones when empty); see `write_bundle`."""
        models = [self._manifest.model(name) for name in names or self.required]
        return write_bundle(
            self._shelf, models, self._manifest_text, out, progress=progress or SilentProgress(), wheels=wheels
        )

    def _entries(self, names: Sequence[str]) -> Sequence[Model | PackagedModel]:
        every: list[Model | PackagedModel] = [*self._manifest.models, *self._manifest.packages]
        entries = {entry.name: entry for entry in every}
        for name in names:
            if name not in entries:
                raise UnknownModelError(name, sorted(entries))
        return [entries[name] for name in names] if names else [*entries.values()]

    def _verified(self, model: Model, bars: Progress) -> ModelListing:
        bars.started(model.name, model.size, 0)
        states: list[FileState] = []
        done = 0

        def on_bytes(count: int) -> None:
            nonlocal done
            done += count
            bars.at(model.name, done)

        for file in model.files:
            states.append(self._shelf.check(model, file, again=True, on_bytes=on_bytes))
        return self._listing(model, states)

    def _listing(self, model: Model, states: Sequence[FileState]) -> ModelListing:
        worst = max(states, key=list(FileState).index)
        return ModelListing(
            name=model.name,
            kind=model.kind,
            title=model.title,
            purpose=model.purpose,
            licence=model.licence,
            maker=model.maker,
            need=model.need.value,
            required=model.required,
            size=model.size,
            state=worst,
            path=self._shelf.folder(model),
        )

    @staticmethod
    def _packaged(model: PackagedModel, hashed: bool) -> ModelListing:
        return ModelListing(
            name=model.name,
            kind=model.kind,
            title=model.title,
            purpose=model.purpose,
            licence=model.licence,
            maker=model.maker,
            need="call",
            required=True,
            size=sum(file.size for file in model.files),
            state=packaged_state(model, hashed),
            path=packaged_path(model.files[0]),
            installed=installed_version(model),
            expected=model.version,
        )
