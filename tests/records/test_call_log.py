from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from records.call_log import DROPPED, CallLog, CallLogOptions
from records.models import (
    CallClosed,
    CallDetail,
    CallOpened,
    CallState,
    CallWarning,
    EndedBy,
    EscalationRecord,
    EventRecord,
    Speaker,
    TurnRecord,
)
from records.store import Records

ENDED = CallClosed(EndedBy.CALLER, "answered")


class Naps:
    """Stands for `asyncio.sleep`: notes how long was asked for, and returns as soon as the test lets it go on."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.failed = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.failed.set()
        await self.go_on.wait()


@contextmanager
def locked(tmp_path: Path) -> Iterator[None]:
    """Another process that holds the database's write lock."""
    connection = sqlite3.connect(tmp_path / "records.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def said(index: int, text: str = "もしもし") -> TurnRecord:
    return TurnRecord(index, Speaker.CALLER, "speech", index * 1_000, text=text)


async def detail_of(records: Records, call: CallOpened) -> CallDetail:
    detail = await records.calls.get(call.id)
    assert detail is not None
    return detail


async def test_a_call_is_written_from_its_opening_to_its_end(records: Records) -> None:
    call = CallOpened(line="twilio")
    log = CallLog(records, call)
    log.event(EventRecord("offered", 0))
    log.turn(said(0, "料金を"))
    log.turn(said(0, "料金を教えてください"))
    log.escalation(EscalationRecord("caller_asked"))
    log.warning(CallWarning("recording_failed", "ディスクに空きがありません"))
    assert await log.finish(ENDED)
    detail = await detail_of(records, call)
    assert [turn.text for turn in detail.turns] == ["料金を教えてください"]
    assert [event.kind for event in detail.events] == ["offered"]
    assert [escalation.reason for escalation in detail.escalations] == ["caller_asked"]
    assert [warning.code for warning in detail.warnings] == ["recording_failed"]
    assert (detail.row.state, detail.row.ended_by) == (CallState.ENDED, EndedBy.CALLER)


async def test_a_call_that_was_opened_before_is_written_by_its_id(records: Records) -> None:
    call = CallOpened(line="twilio")
    await records.calls.open(call)
    log = CallLog(records, call.id)
    log.turn(said(0))
    assert await log.finish(ENDED)
    assert len((await detail_of(records, call)).turns) == 1


async def test_what_was_flushed_can_be_read_while_the_call_runs(records: Records) -> None:
    call = CallOpened(line="twilio")
    log = CallLog(records, call)
    log.event(EventRecord("offered", 0))
    assert await log.flush(deadline_s=10)
    assert [event.kind for event in (await detail_of(records, call)).events] == ["offered"]
    assert await log.finish(ENDED)


async def test_events_keep_the_order_in_which_they_happened(records: Records) -> None:
    call = CallOpened(line="twilio")
    log = CallLog(records, call, CallLogOptions(batch=7, linger_s=0))
    for number in range(100):
        log.event(EventRecord(str(number), number))
        if number % 10 == 0:
            await asyncio.sleep(0)
    assert await log.finish(ENDED)
    assert [event.kind for event in (await detail_of(records, call)).events] == [str(n) for n in range(100)]


async def test_sixteen_calls_write_at_once_and_lose_nothing(records: Records) -> None:
    calls = [CallOpened(line="twilio") for _ in range(16)]
    logs = [CallLog(records, call, CallLogOptions(linger_s=0)) for call in calls]
    for turn in range(10):
        for log in logs:
            log.event(EventRecord("speech_begins", turn))
            log.event(EventRecord("speech_ends", turn))
            log.turn(said(turn))
        await asyncio.sleep(0)
    assert all(await asyncio.gather(*(log.finish(ENDED, deadline_s=60) for log in logs)))
    for call in calls:
        detail = await detail_of(records, call)
        assert (len(detail.turns), len(detail.events), detail.warnings) == (10, 20, ())
        assert [event.sequence for event in detail.events] == list(range(20))


async def test_a_database_that_fails_for_a_while_costs_nothing_but_time(tmp_path: Path, records: Records) -> None:
    call, naps = CallOpened(line="twilio"), Naps()
    with locked(tmp_path):
        log = CallLog(records, call, sleep=naps)
        log.turn(said(0))
        await naps.failed.wait()
        log.turn(said(1))
    naps.go_on.set()
    assert await log.finish(ENDED, deadline_s=60)
    detail = await detail_of(records, call)
    assert [turn.index for turn in detail.turns] == [0, 1]
    assert detail.warnings == ()


FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from records.call_log import CallLog
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from records.store import Records

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main():
    failures = []
    async def until_there_is_room(seconds):
        failures.append(seconds)
        limit(resource.RLIM_INFINITY)
    records = await Records.open(sys.argv[1])
    call = CallOpened(line="twilio", id="a")
    log = CallLog(records, call, sleep=until_there_is_room)
    assert await log.flush(30)
    limit(200_000)
    for index in range(20):
        log.turn(TurnRecord(index, Speaker.CALLER, "speech", 0, text="もしもし" * 5_000))
    assert await log.finish(CallClosed(EndedBy.CALLER, "answered"), deadline_s=30)
    detail = await records.calls.get("a")
    await records.close()
    sys.stderr.write(f"{len(failures)} {len(detail.turns)} {detail.row.state}")

asyncio.run(main())
"""


def test_a_full_disk_is_waited_out_and_nothing_is_lost(url: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, url], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.stderr == "1 20 ended"


async def test_a_failing_database_is_asked_less_and_less_often(tmp_path: Path, records: Records) -> None:
    naps = Naps()
    naps.go_on.set()
    options = CallLogOptions(retry_s=1.0, retry_max_s=4.0)
    with locked(tmp_path):
        log = CallLog(records, CallOpened(line="twilio"), options, sleep=naps)
        while len(naps.slept) < 5:
            naps.failed.clear()
            await naps.failed.wait()
    assert naps.slept[:5] == [1.0, 2.0, 4.0, 4.0, 4.0]
    assert await log.finish(ENDED, deadline_s=60)


async def test_when_too_much_waits_events_are_given_up_before_turns(tmp_path: Path, records: Records) -> None:
    call, naps = CallOpened(line="twilio"), Naps()
    with locked(tmp_path):
        log = CallLog(records, call, CallLogOptions(capacity=4), sleep=naps)
        await naps.failed.wait()
        for number in range(4):
            log.event(EventRecord(f"event {number}", number))
        for number in range(3):
            log.turn(said(number))
        log.escalation(EscalationRecord("caller_asked"))
        log.event(EventRecord("too much", 9))
        log.turn(said(3))
        assert (log.dropped, log.waiting) == (6, 4)
    naps.go_on.set()
    assert await log.finish(ENDED, deadline_s=60)
    detail = await detail_of(records, call)
    assert detail.events == ()
    assert [turn.index for turn in detail.turns] == [1, 2, 3]
    assert len(detail.escalations) == 1
    (warning,) = detail.warnings
    assert (warning.code, warning.count) == (DROPPED, 6)
    assert "出来事5件" in warning.message
    assert "発話1件" in warning.message


async def test_one_record_the_database_refuses_does_not_take_the_others_with_it(records: Records) -> None:
    call = CallOpened(line="twilio")
    log = CallLog(records, call)
    log.turn(said(0))
    log.turn(said(2**70))
    log.event(EventRecord("without a zone", 0, at=datetime(2026, 11, 23)))
    log.event(EventRecord("offered", 0))
    assert await log.finish(ENDED)
    detail = await detail_of(records, call)
    assert [turn.index for turn in detail.turns] == [0]
    assert [event.kind for event in detail.events] == ["offered"]
    assert [(warning.code, warning.count) for warning in detail.warnings] == [(DROPPED, 2)]
    assert detail.row.state is CallState.ENDED


async def test_a_finish_that_misses_its_deadline_is_still_written_afterwards(tmp_path: Path, records: Records) -> None:
    call, naps = CallOpened(line="twilio"), Naps()
    with locked(tmp_path):
        log = CallLog(records, call, sleep=naps)
        await naps.failed.wait()
        assert not await log.finish(ENDED, deadline_s=0)
    naps.go_on.set()
    assert await log.finish(ENDED, deadline_s=60)
    assert (await detail_of(records, call)).row.state is CallState.ENDED


async def test_a_call_that_is_cancelled_while_it_finishes_is_still_closed(tmp_path: Path, url: str) -> None:
    records = await Records.open(url, busy_timeout_ms=20)
    call, naps = CallOpened(line="twilio"), Naps()
    with locked(tmp_path):
        log = CallLog(records, call, sleep=naps)
        await naps.failed.wait()
        finishing = asyncio.create_task(log.finish(ENDED, deadline_s=60))
        await asyncio.sleep(0)
        finishing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await finishing
    naps.go_on.set()
    await records.close(deadline_s=60)
    reopened = await Records.open(url)
    assert (await detail_of(reopened, call)).row.state is CallState.ENDED
    await reopened.close()


async def test_closing_the_records_leaves_no_writer_behind(tmp_path: Path, url: str) -> None:
    records = await Records.open(url, busy_timeout_ms=20)
    naps, before = Naps(), asyncio.all_tasks()
    with locked(tmp_path):
        log = CallLog(records, CallOpened(line="twilio"), sleep=naps)
        await naps.failed.wait()
        await records.close(deadline_s=0)
    assert asyncio.all_tasks() == before
    assert not await log.finish(ENDED)


async def test_what_comes_after_the_end_is_counted_not_raised(records: Records) -> None:
    log = CallLog(records, CallOpened(line="twilio"))
    assert await log.finish(ENDED)
    log.event(EventRecord("late", 0))
    log.turn(said(0))
    assert log.dropped == 2


async def test_where_no_words_are_kept_none_ever_reach_the_disk(records: Records, tmp_path: Path) -> None:
    opened = CallOpened(line="twilio", caller_number="090-1234-5678")
    call_log = CallLog(records, opened, wordless=True)
    heard = {"raw_text": "湊川"}
    call_log.turn(TurnRecord(0, Speaker.CALLER, "speech", 0, 900, "湊川花子と申します", transcript=heard))
    call_log.event(EventRecord("heard", 900, {"turn": 1, "text": "湊川花子と申します"}))
    call_log.escalation(EscalationRecord("caller_asked", note="湊川様"))
    assert await call_log.finish(CallClosed(EndedBy.CALLER, "answered"))
    detail = await records.calls.get(opened.id)
    assert detail is not None
    assert (detail.row.caller_number, detail.turns[0].text, detail.events[0].data) == ("", "", {"turn": 1})
    disk = b"".join(file.read_bytes() for file in tmp_path.glob("records.db*"))
    assert "湊川".encode() not in disk
    assert b"1234-5678" not in disk
