"""`uketsuke scenarios` on real files and the real embedding model."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from uketsuke.cli.scenarios import scenarios
from uketsuke.errors import UserError

FINE = """
id: person
title: 人を希望
tags: [person]
steps:
  - says: オペレーターにつないでいただけますか
    escalates: true
finally: hand_over
"""
BROKEN = """
id: broken
title: 期待どおりにならない会話
tags: [silence]
steps:
  - silent: true
    ends: true
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fine.yaml").write_text(FINE, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    return tmp_path


def run(*words: str | Path) -> Result:
    app = typer.Typer()
    app.command()(scenarios)
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})


def test_scenarios_that_go_as_expected_are_counted_by_kind(folder: Path) -> None:
    result = run(folder / "fine.yaml")
    assert result.exit_code == 0
    assert "person" in result.output and "1 件のうち 1 件が、期待どおりでした。" in result.output


def test_a_scenario_that_goes_wrong_is_shown_as_a_transcript_and_fails_the_command(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    assert "お客様: （無言）" in result.output and "✗ 電話を終えるはずでした" in result.output


def test_only_one_kind_can_be_played(folder: Path) -> None:
    assert run(folder, "--only", "person").exit_code == 0
    refused = run(folder, "--only", "weather")
    assert isinstance(refused.exception, UserError) and "使える種類: silence、person" in str(refused.exception)


def test_a_mistake_in_a_file_is_told_with_its_line(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(FINE.replace("escalates", "escalate"), encoding="utf-8")
    refused = run(folder / "wrong.yaml")
    assert isinstance(refused.exception, UserError) and "wrong.yaml:7" in str(refused.exception)
