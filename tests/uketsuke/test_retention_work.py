"""The hourly work deletes by the policy that is published at that moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from records.database import sqlite_url
from records.models import CallClosed, CallOpened, EndedBy
from records.retention_policy import KIND
from records.store import Records
from uketsuke.retention_work import ACTOR, RetentionWork

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


async def test_a_published_policy_holds_from_the_next_run_on(tmp_path: Path) -> None:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    began = NOW - timedelta(days=40)
    await records.calls.open(CallOpened(line="twilio", id="old", started_at=began))
    await records.calls.close("old", CallClosed(EndedBy.CALLER, "answered", began))
    work = RetentionWork(records, lambda: NOW)
    assert await work.once() == {}
    days = {"recordings": 30, "words": 30, "decisions": 30, "calls": 30}
    await records.documents.publish(KIND, {"days": days, "zero": False}, "管理 次郎")
    assert await work.once() == {"calls": 1}
    assert [each.actor for each in await records.retention.erasures()] == [ACTOR]
    await records.close()


async def test_zero_retention_holds_for_the_calls_that_begin_after_it_was_published(tmp_path: Path) -> None:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    work = RetentionWork(records, lambda: NOW)
    await work.refresh()
    assert work.keeps_words
    await records.documents.publish(KIND, {"days": {}, "zero": True}, "管理 次郎")
    await work.refresh()
    assert not work.keeps_words
    await records.close()
