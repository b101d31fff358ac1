"""The command line on real files, a real database and the real embedding model."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from dialogue.faq.files import read_entries
from records.database import sqlite_url
from records.models import FaqVersion
from records.store import Records
from samples import sample_dir
from telephony.caller.carrier import NoAgentError
from uketsuke.cli import main
from uketsuke.cli.app import app
from uketsuke.errors import UserError
from voice.models.manifest import load_manifest

HEADER = "ID,カテゴリ,タイトル,質問,音声回答\n"
GOOD = HEADER + "fee,料金,基本料金,基本料金はいくらですか,基本料金は990円です。\n"
BAD = GOOD + "だめ,料金,解約,解約したいです,解約は窓口で承ります。\nempty,料金,解約,解約したいです,\n"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UKETSUKE_RECORDS__FOLDER", str(tmp_path / "data"))
    monkeypatch.delenv("UKETSUKE_CONFIG", raising=False)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "250"})


def mistake(*words: str | Path) -> str:
    """What a person at the command line is told when the command cannot be done."""
    error = run(*words).exception
    assert isinstance(error, UserError | NoAgentError), error
    return str(error)


def published(folder: Path) -> FaqVersion | None:
    async def look() -> FaqVersion | None:
        records = await Records.open(sqlite_url(folder / "data" / "uketsuke.sqlite3"))
        try:
            return await records.faq.current()
        finally:
            await records.close()

    return asyncio.run(look())


def file_with(folder: Path, text: str) -> Path:
    file = folder / "faq.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_help_is_in_japanese_and_names_every_command() -> None:
    shown = run("--help").output
    assert "電話応対エージェント" in shown
    assert all(command in shown for command in ("serve", "call", "ask", "doctor", "faq", "models", "bench"))


# FAQ


def test_check_reads_the_sample_faq_without_a_mistake() -> None:
    result = run("faq", "check", sample_dir() / "faq.yaml")
    assert result.exit_code == 0
    assert "件を読めました。誤りはありません" in result.output


def test_check_names_every_bad_row_and_its_column(tmp_path: Path) -> None:
    said = mistake("faq", "check", file_with(tmp_path, BAD))
    assert "3行目「ID」" in said
    assert "4行目「音声回答」" in said


def test_check_changes_nothing(tmp_path: Path) -> None:
    run("faq", "check", file_with(tmp_path, GOOD))
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "を開けません" in mistake("faq", "check", tmp_path / "missing.csv")


def test_import_publishes_a_new_version_with_its_author(tmp_path: Path) -> None:
    result = run("faq", "import", file_with(tmp_path, GOOD), "--author", "山田", "--note", "初版")
    assert "FAQ 第 1 版を公開しました（1 件" in result.output
    version = published(tmp_path)
    assert version is not None
    assert (version.info.author, version.info.note) == ("山田", "初版")


def test_importing_what_is_published_already_says_that_nothing_changed(tmp_path: Path) -> None:
    run("faq", "import", file_with(tmp_path, GOOD))
    result = run("faq", "import", file_with(tmp_path, GOOD), "--note", "もう一度")
    assert "公開中の FAQ 第 1 版と同じです" in result.output
    assert "公開しました" not in result.output


def test_one_bad_row_imports_nothing(tmp_path: Path) -> None:
    run("faq", "import", file_with(tmp_path, GOOD))
    assert "何も変えていません" in mistake("faq", "import", file_with(tmp_path, BAD))
    version = published(tmp_path)
    assert version is not None
    assert (version.version, [each["id"] for each in version.content]) == (1, ["fee"])


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "yaml"])
def test_what_was_imported_comes_out_the_same(tmp_path: Path, suffix: str) -> None:
    assert run("faq", "import", sample_dir() / "faq.yaml").exit_code == 0
    out = tmp_path / f"out.{suffix}"
    assert run("faq", "export", out).exit_code == 0
    assert read_entries(out) == read_entries(sample_dir() / "faq.yaml")


def test_exporting_before_anything_was_imported_says_how_to_import(tmp_path: Path) -> None:
    assert "uketsuke faq import" in mistake("faq", "export", tmp_path / "out.csv")


# Models


def test_models_list_shows_every_model_with_its_licence() -> None:
    shown = run("models", "list").output
    for model in load_manifest().models:
        assert model.name in shown
    assert "MIT" in shown
    assert "Apache-2.0" in shown


def test_an_unknown_model_is_told_with_a_sentence() -> None:
    assert "no-such-model" in mistake("models", "verify", "no-such-model")


# Ask


def test_ask_answers_a_sample_question_and_names_the_entry_it_rests_on() -> None:
    questions = yaml.safe_load((sample_dir() / "faq.yaml").read_text(encoding="utf-8"))["entries"][1]
    result = run("ask", questions["questions"][0])
    assert result.exit_code == 0
    assert questions["id"] in result.output
    assert questions["spoken"].split("。")[0] in result.output.replace("\n", "")


def test_ask_goes_on_from_question_to_question() -> None:
    result = run("ask", "料金プランを変更したいです", "もう一度お願いします")
    assert result.output.count("マイみなとのプラン変更の画面") == 2


# Call


def test_an_unknown_script_is_told_with_the_known_ones() -> None:
    said = mistake("call", "no-such-script")
    assert "台本「no-such-script」はありません" in said
    assert "direct-plan-change" in said


def test_an_unknown_voice_is_told_with_the_known_ones() -> None:
    assert "openjtalk、kokoro から選んでください" in mistake("call", "--voice", "parrot")


def test_a_recording_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "question.wav"
    broken.write_bytes(b"not a sound")
    assert "WAVファイルを指定してください" in mistake("call", broken)


def test_where_no_agent_answers_the_caller_is_told_in_a_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"ws://127.0.0.1:{unused.getsockname()[1]}/twilio/media"
        said = mistake("call", "--url", address)
    assert address in said
    assert said.endswith("。")


def test_a_mistake_is_shown_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["uketsuke", "faq", "check", "missing.csv"])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr().err
    assert ended.value.code == 1
    assert "を開けません" in shown
    assert "Traceback" not in shown
