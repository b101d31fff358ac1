from __future__ import annotations

from pathlib import Path

import pytest

from voice.speakers.environment import LOCK_FILE, SpeakersError, environment_path, is_ready, worker_command


def test_without_the_environment_the_command_that_makes_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeakersError, match="`make speakers` を実行してください"):
        worker_command(tmp_path, tmp_path / "pytorch_model.bin")


def test_an_environment_from_another_lock_file_is_not_ready(tmp_path: Path) -> None:
    environment_path(tmp_path).mkdir()
    (environment_path(tmp_path) / ".made-from").write_text("0" * 64)
    assert not is_ready(tmp_path)


def test_every_package_of_the_environment_is_pinned_by_its_sum() -> None:
    blocks = LOCK_FILE.read_text(encoding="utf-8").split("\n")
    pins = [at for at, line in enumerate(blocks) if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in blocks[at] and "--hash=sha256:" in blocks[at + 1] for at in pins)
