"""`uketsuke rules …` on real records."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from records.database import sqlite_url
from records.models import CallOpened, Speaker, TurnRecord
from records.store import Records
from samples import sample_dir
from uketsuke.cli.rules import app
from uketsuke.errors import UserError

SAMPLE = str(sample_dir() / "rules.yaml")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "200")
    file = tmp_path / "uketsuke.toml"
    file.write_text(f'[records]\nfolder = "{tmp_path / "data"}"\n', encoding="utf-8")
    return str(file)


def run(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0
    return result.output


def store_calls(folder: Path, *first_words: str) -> None:
    async def work() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        records = await Records.open(sqlite_url(folder / "uketsuke.sqlite3"))
        try:
            for number, words in enumerate(first_words):
                call = CallOpened("twilio", "0312345678", started_at=datetime(2026, 11, 24, 1, number, tzinfo=UTC))
                await records.calls.open(call)
                await records.calls.add_turn(call.id, TurnRecord(0, Speaker.CALLER, "speech", 0, 900, words))
                evidence = {"decision": "reask", "entry_ids": [], "candidates": []}
                reply = TurnRecord(1, Speaker.AGENT, "reask", 1_000, 2_000, "はい。", evidence=evidence)
                await records.calls.add_turn(call.id, reply)
        finally:
            await records.close()

    asyncio.run(work())


def test_the_sample_rules_are_found_sound() -> None:
    assert "誤りはありません" in run("check", SAMPLE)


def test_a_faulty_file_is_told_in_one_go_and_nothing_is_published(tmp_path: Path, config: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules:\n  - {id: a}\n", encoding="utf-8")
    with pytest.raises(UserError, match="「a」のtitle: この項目を書いてください"):
        run("publish", str(file), "-c", config)
    assert "まだありません" in run("history", "-c", config)


def test_rules_are_published_listed_and_written_out_again(tmp_path: Path, config: str) -> None:
    assert "第 1 版" in run("publish", SAMPLE, "--note", "初版", "-c", config)
    assert "初版" in run("history", "-c", config)
    out = tmp_path / "out.yaml"
    run("export", str(out), "-c", config)
    assert "第 1 版" in run("publish", str(out), "-c", config)


def test_a_dry_run_counts_the_calls_that_a_person_would_take_over(tmp_path: Path, config: str) -> None:
    store_calls(tmp_path / "data", "料金を教えて", "弁護士に相談します", "人に代わって", "口座を教えて")
    empty = tmp_path / "empty.yaml"
    empty.write_text("queues: []\nrules: []\n", encoding="utf-8")
    run("publish", str(empty), "-c", config)
    told = run("dry-run", SAMPLE, "--last", "3", "-c", config)
    assert "直近3件なら2件を引き継ぎます（新たに 1 件" in told
    assert "legal-words: 1 件" in told and "asks-for-person: 1 件" in told


def test_a_dry_run_without_calls_says_so(config: str) -> None:
    assert "試せる通話がまだありません" in run("dry-run", SAMPLE, "-c", config)
