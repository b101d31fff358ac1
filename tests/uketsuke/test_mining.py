"""Mining over real records: calls in, drafts out, and the same again without doubling anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dialogue.company import load_company
from dialogue.mining.calls import PastCall
from records.clock import utc_now
from records.database import sqlite_url
from records.drafts import DraftState
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from records.store import Records
from samples import sample_dir
from tests.dialogue.mining.scene import book, embedder, reader, retriever
from tests.dialogue.mining.seeded import call_of, call_once
from uketsuke.cli.mine import mine
from uketsuke.mining import MiningProgress, MiningSources, mine_once


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    opened = await Records.open(sqlite_url(tmp_path / "data" / "uketsuke.sqlite3"))
    try:
        yield opened
    finally:
        await opened.close()


def sources() -> MiningSources:
    company = load_company(sample_dir() / "company.yaml")
    return MiningSources(company, book(), retriever(), embedder(), reader())


async def keep(records: Records, call: PastCall, hours_ago: float = 3.0, ended: bool = True) -> None:
    """The call in the records, as it would stand there."""
    began = utc_now() - timedelta(hours=hours_ago)
    await records.calls.open(CallOpened(id=call.id, line="twilio", started_at=began))
    for line in call.lines:
        turn = TurnRecord(line.turn, Speaker(line.who.value), line.act or "speech", line.turn * 1_000, text=line.text)
        await records.calls.add_turn(call.id, turn)
    if ended:
        await records.calls.close(call.id, CallClosed(EndedBy.CALLER, "answered", began + timedelta(minutes=2)))


async def keep_some(records: Records) -> None:
    for n in range(4):
        await keep(records, call_of("phone-book", n), hours_ago=10 + n)
        await keep(records, call_once(n), hours_ago=20 + n)


async def test_what_persons_answered_becomes_a_waiting_draft(records: Records) -> None:
    await keep_some(records)
    result = await mine_once(records, sources())
    assert (result.calls, result.questions) == (8, 8)
    waiting = await records.drafts.list(DraftState.WAITING)
    assert [draft.id for draft in waiting] == [draft.id for draft in result.drafts]
    assert "電話帳" in waiting[0].content["title"]
    assert {source.call_id for source in waiting[0].sources} == {f"phone-book-{n}" for n in range(4)}


async def test_mining_again_renews_the_draft_and_makes_no_other(records: Records) -> None:
    await keep_some(records)
    first = await mine_once(records, sources())
    await keep(records, call_of("phone-book", 4))
    again = await mine_once(records, sources())
    assert [draft.id for draft in again.drafts] == [draft.id for draft in first.drafts]
    assert again.drafts[0].content["size"] == 5


async def test_what_was_rejected_does_not_come_back(records: Records) -> None:
    await keep_some(records)
    draft = (await mine_once(records, sources())).drafts[0]
    await records.drafts.reject(draft.id, "山田")
    assert (await mine_once(records, sources())).drafts == ()


async def test_only_calls_of_the_period_that_have_ended_are_read_up_to_the_limit(records: Records) -> None:
    await keep_some(records)
    await keep(records, call_of("phone-book", 4), hours_ago=24 * 9)
    await keep(records, call_of("phone-book", 5), hours_ago=0, ended=False)
    assert (await mine_once(records, sources(), days=7)).calls == 8
    assert (await mine_once(records, sources(), days=30)).calls == 9
    assert (await mine_once(records, sources(), limit=3)).calls == 3


async def test_the_progress_goes_up_to_the_end(records: Records) -> None:
    await keep_some(records)
    told: list[MiningProgress] = []
    await mine_once(records, sources(), progress=told.append)
    shares = [each.share for each in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert told[-1].calls == 8


async def test_no_calls_are_no_drafts(records: Records) -> None:
    result = await mine_once(records, sources())
    assert (result.calls, result.drafts) == (0, ())


def test_the_command_says_what_it_did_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UKETSUKE_RECORDS__FOLDER", str(tmp_path / "data"))
    monkeypatch.delenv("UKETSUKE_CONFIG", raising=False)
    app = typer.Typer()
    app.command("mine")(mine)
    result = CliRunner().invoke(app, ["--days", "3"], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert "0 件の通話から、0 件の質問を調べました。" in result.output
    assert "ありませんでした" in result.output
