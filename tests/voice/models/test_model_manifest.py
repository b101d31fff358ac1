"""The packaged manifest and the models that are really installed."""

import pytest

from voice.models.errors import ManifestError
from voice.models.manifest import Need, load_manifest, parse_manifest
from voice.models.shelf import FileState
from voice.models.store import ModelStore, default_cache_dir


def test_a_call_needs_a_recogniser_and_a_turn_model() -> None:
    assert load_manifest().required() == ("whisper-base", "smart-turn-v3")


def test_every_model_names_its_licence_and_maker() -> None:
    manifest = load_manifest()
    for entry in (*manifest.models, *manifest.packages):
        assert entry.licence, entry.name
        assert entry.maker, entry.name


def test_every_wheel_part_of_a_file_has_its_own_number() -> None:
    for model in load_manifest().models:
        for file in model.files:
            parts = [m.part for wheel in model.wheels for m in wheel.members if m.file == file.name]
            assert sorted(parts) == list(range(1, len(parts) + 1)), file.name


def test_the_language_models_are_optional() -> None:
    needs = {model.name: model.need for model in load_manifest().models}
    assert needs["qwen2.5-coder-1.5b"] is Need.LLM
    assert needs["qwen2.5-coder-0.5b"] is Need.TEST


def test_the_installed_models_have_the_sums_of_the_manifest() -> None:
    lines = ModelStore(default_cache_dir()).verify(["whisper-base", "smart-turn-v3"])
    assert {line.name: line.state for line in lines} == {
        "whisper-base": FileState.SOUND,
        "smart-turn-v3": FileState.SOUND,
    }


def test_the_models_inside_packages_have_the_sums_of_the_manifest() -> None:
    names = [model.name for model in load_manifest().packages]
    lines = ModelStore(default_cache_dir()).verify(names)
    assert [(line.name, line.remedy) for line in lines if line.state is not FileState.SOUND] == []


@pytest.mark.parametrize("path", ["/etc/passwd", "../../outside", ""])
def test_a_manifest_cannot_lead_outside_the_cache(path: str) -> None:
    text = f"""
[[models]]
name = "m"
title = "t"
purpose = "p"
licence = "MIT"
maker = "m"
need = "call"
files = [ {{ name = "{path}", size = 1, sha256 = "{"0" * 64}" }} ]
"""
    with pytest.raises(ManifestError, match="plain relative path"):
        parse_manifest(text)


def test_broken_toml_is_told() -> None:
    with pytest.raises(ManifestError, match="モデル一覧を読めません"):
        parse_manifest("[[models")
