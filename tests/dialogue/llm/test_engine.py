"""The engine's wheels: what they are kept under, when they are believed, what is said when all fails."""

import json
import os
from pathlib import Path

import pytest

from dialogue.llm.building import BUILD_TOOLS, LOCK_FILE, EngineError
from dialogue.llm.engine import (
    INSTALLED,
    EngineState,
    engine_state,
    ensure_engine,
    wheel_folder,
    wheels_are_sound,
)


def note(cache: Path, state: str, process_id: int) -> None:
    (cache / "engine").mkdir()
    (cache / "engine/state.json").write_text(json.dumps({"state": state, "pid": process_id}))


def test_the_lock_pins_every_part_with_a_hash() -> None:
    text = LOCK_FILE.read_text()
    for name in (*INSTALLED, *BUILD_TOOLS):
        pinned = text.split(f"\n{name}==")[1].split("\n", 2)
        assert "--hash=sha256:" in pinned[1], name


def test_the_lock_agrees_with_the_main_lock() -> None:
    main = (LOCK_FILE.parent / "requirements.lock").read_text()
    ours = [line.split()[0] for line in LOCK_FILE.read_text().splitlines() if "==" in line and line[0].isalpha()]
    for pinned in ours:
        name = pinned.split("==")[0]
        if f"\n{name}==" in main:
            assert f"\n{pinned} " in main, pinned


def test_wheels_are_kept_apart_by_version_python_and_processor(tmp_path: Path) -> None:
    assert wheel_folder(tmp_path).parent == tmp_path / "wheels/engine"
    assert wheel_folder(tmp_path).name.startswith("0.3.36-cp3")


def test_kept_wheels_are_believed_by_their_sums(tmp_path: Path) -> None:
    assert not wheels_are_sound(tmp_path)
    (tmp_path / "engine.whl").write_bytes(b"abc")
    sums = {"engine.whl": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
    (tmp_path / "sums.json").write_text(json.dumps(sums))
    assert wheels_are_sound(tmp_path)
    (tmp_path / "engine.whl").write_bytes(b"abd")
    assert not wheels_are_sound(tmp_path)


def test_a_running_build_shows_and_is_not_started_twice(tmp_path: Path) -> None:
    note(tmp_path, "building", os.getpid())
    assert engine_state(tmp_path) is EngineState.BUILDING
    with pytest.raises(EngineError, match="組み立て中"):
        ensure_engine(tmp_path)


def test_a_build_whose_process_died_is_not_running(tmp_path: Path) -> None:
    note(tmp_path, "building", 2**22 + 1)
    assert engine_state(tmp_path) is not EngineState.BUILDING


def test_a_lock_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"nowhere.lock を読めません"):
        ensure_engine(tmp_path, tmp_path / "nowhere.lock")


def test_wheels_that_cannot_be_installed_name_the_log_and_the_command(tmp_path: Path) -> None:
    kept = wheel_folder(tmp_path)
    kept.mkdir(parents=True)
    (kept / "engine-1-py3-none-any.whl").write_bytes(b"abc")
    sums = {"engine-1-py3-none-any.whl": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
    (kept / "sums.json").write_text(json.dumps(sums))
    with pytest.raises(EngineError, match=r"engine-build.log .*`make llm`"):
        ensure_engine(tmp_path)
    assert json.loads((tmp_path / "engine/state.json").read_text())["state"] == "failed"
