"""Choosing an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.models.errors import MissingModelError
from voice.recognition.engines import EngineSpec, build_recognizer, suggested_workers
from voice.recognition.remote import RemoteRecognizer


def test_weights_on_this_machine_get_a_worker_for_each_core() -> None:
    assert [suggested_workers("whisper", cores) for cores in (0, 1, 2, 16)] == [1, 1, 2, 16]


def test_a_server_is_waited_for_by_more_workers_than_there_are_cores() -> None:
    assert suggested_workers("openai", 2) == 8


def test_a_server_needs_no_folder_of_weights() -> None:
    engine = build_recognizer(EngineSpec(kind="openai", model="large-v3", base_url="http://127.0.0.1:9/v1"))
    assert isinstance(engine, RemoteRecognizer)
    assert engine.name == "large-v3@127.0.0.1"
    engine.close()


def test_weights_that_are_not_there_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="uketsuke models pull"):
        build_recognizer(EngineSpec(kind="whisper"), tmp_path / "whisper-base")


def test_weights_without_a_folder_are_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="folder"):
        build_recognizer(EngineSpec(kind="whisper"))


def test_the_key_does_not_show_when_the_spec_is_printed() -> None:
    assert "geheim" not in repr(EngineSpec(kind="openai", api_key="geheim"))
