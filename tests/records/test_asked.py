"""What callers asked lately, as it is read for tests and improvements."""

from __future__ import annotations

from datetime import timedelta

from records.clock import utc_now
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from records.store import Records

EVIDENCE = {
    "decision": "answer",
    "rule": "matched",
    "query": "請求の日",
    "entry_ids": ["billing"],
    "candidates": [{"entry_id": "billing", "score": 0.9}],
    "replay": {"turn": {"text": "長い"}},
}


async def keep(records: Records, call_id: str, hours_ago: float, ended: bool = True) -> None:
    began = utc_now() - timedelta(hours=hours_ago)
    await records.calls.open(CallOpened(id=call_id, line="twilio", started_at=began))
    heard = {"confidence": 0.8, "alternatives": [{"text": "成就の日は", "score": -1.0}]}
    asked = TurnRecord(1, Speaker.CALLER, "speech", 1000, 2500, text="請求の日は", transcript=heard)
    await records.calls.add_turn(call_id, asked)
    told = TurnRecord(2, Speaker.AGENT, "answer", 3000, 5000, text="27日です。", evidence=EVIDENCE, interrupted=True)
    await records.calls.add_turn(call_id, told)
    if ended:
        await records.calls.close(call_id, CallClosed(EndedBy.CALLER, "answered"))


async def test_turns_come_with_what_was_heard_and_what_was_decided(records: Records) -> None:
    await keep(records, "call-1", 1)
    [call] = [each async for each in records.asked.calls(utc_now() - timedelta(days=1), 10)]
    asked, told = call.turns
    assert (asked.text, asked.alternatives, asked.confidence) == ("請求の日は", ("成就の日は",), 0.8)
    assert (told.kind, told.rule, told.query, told.entry_ids) == ("answer", "matched", "請求の日", ("billing",))
    assert told.interrupted
    assert told.candidates[0]["score"] == 0.9


async def test_only_ended_calls_of_the_time_are_read_newest_first_over_all_pages(records: Records) -> None:
    for number in range(105):
        await keep(records, f"call-{number:03d}", number / 10)
    await keep(records, "running", 0, ended=False)
    since = utc_now() - timedelta(hours=10.25)
    read = [call.id async for call in records.asked.calls(since, 1_000)]
    assert read == [f"call-{number:03d}" for number in range(103)]
    assert len([each async for each in records.asked.calls(since, 101)]) == 101
