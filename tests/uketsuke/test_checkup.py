"""`uketsuke doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from uketsuke.checkup import Finding, Health, examine
from uketsuke.cli.app import app
from uketsuke.settings import CompanySettings, ModelSettings, RecordSettings, ServerSettings, Settings


def settings_in(folder: Path, **more: object) -> Settings:
    parts: dict[str, object] = {
        "models": ModelSettings(cache=folder / "cache"),
        "records": RecordSettings(folder=folder / "data"),
    }
    return Settings(**(parts | more))  # type: ignore[arg-type]


def finding(findings: list[Finding], subject: str) -> Finding:
    return next(each for each in findings if each.subject == subject)


def test_a_missing_model_is_told_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    missing = finding(examine(settings_in(tmp_path)), "モデル whisper-base")
    assert missing.health is Health.BAD
    assert missing.remedy == "`uketsuke models pull whisper-base` を実行してください。"


def test_everything_that_is_not_good_has_a_remedy_and_what_is_good_has_none(tmp_path: Path) -> None:
    for each in examine(settings_in(tmp_path)):
        assert (each.remedy is None) == (each.health is Health.GOOD), each


def test_the_sample_company_is_found(tmp_path: Path) -> None:
    assert finding(examine(settings_in(tmp_path)), "会社の設定").health is Health.GOOD


def test_a_company_folder_without_its_files_is_told_with_their_names(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, company=CompanySettings(folder=tmp_path))
    told = finding(examine(settings), "会社の設定")
    assert told.health is Health.BAD
    assert "company.yaml、faq.yaml" in told.detail
    assert "[company] folder" in (told.remedy or "")


def test_a_port_in_use_is_told_and_is_no_obstacle(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = settings_in(tmp_path, server=ServerSettings(port=taken.getsockname()[1]))
        told = finding(examine(settings), "待ち受け")
    assert told.health is Health.OPTIONAL
    assert "使われています" in told.detail


def test_records_that_cannot_be_kept_are_an_obstacle(tmp_path: Path) -> None:
    blocking = tmp_path / "a-file"
    blocking.write_text("not a folder")
    settings = settings_in(tmp_path, records=RecordSettings(folder=blocking / "data"))
    told = finding(examine(settings), "記録の置き場所")
    assert told.health is Health.BAD
    assert "[records] folder" in (told.remedy or "")


def test_examining_creates_nothing(tmp_path: Path) -> None:
    examine(settings_in(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_doctor_shows_the_remedies_and_fails_while_something_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UKETSUKE_MODELS__CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("UKETSUKE_RECORDS__FOLDER", str(tmp_path / "data"))
    result = CliRunner().invoke(app, ["doctor"], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert "uketsuke models pull whisper-base" in result.output
    assert "要対応" in result.output
