"""What is due goes, with its files and its traces; what is held stays; the proof remains."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.holds import HoldError, HoldScope
from records.models import (
    CallClosed,
    CallOpened,
    EndedBy,
    EscalationRecord,
    EventRecord,
    RecordingRecord,
    RecordingState,
    Speaker,
    TurnRecord,
)
from records.retention import RetentionTimes
from records.store import Records

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WORDS = "湊川花子と申します"
KEEP_ALL = RetentionTimes(None, None, None, None, None, None)


async def _call(records: Records, call_id: str, days_ago: int, folder: Path, number: str = "090-1234-5678") -> Path:
    began = NOW - timedelta(days=days_ago)
    path = folder / f"{call_id}.wav"
    path.write_bytes(b"RIFF")
    path.with_suffix(".json").write_text("{}")
    await records.calls.open(CallOpened(line="twilio", id=call_id, started_at=began, caller_number=number))
    evidence = {"decision": "answer", "heard": WORDS, "entry_ids": ["billing-001"], "replay": {"text": WORDS}}
    said = TurnRecord(0, Speaker.CALLER, "speech", 0, 900, WORDS, evidence=evidence, transcript={"raw_text": WORDS})
    await records.calls.add_turn(call_id, said)
    await records.calls.add_event(call_id, EventRecord("heard", 900, {"text": WORDS, "turn": 1}, at=began))
    await records.calls.escalate(call_id, EscalationRecord("caller_asked", note=WORDS, at=began))
    await records.calls.set_summary(call_id, {"用件": WORDS})
    recording = RecordingRecord(path, 8_000, began, 1_000, RecordingState.FINISHED)
    await records.calls.close(call_id, CallClosed(EndedBy.CALLER, "answered", began, recording))
    return path


async def test_a_recording_goes_at_its_time_and_the_rest_of_the_call_stays(records: Records, tmp_path: Path) -> None:
    old = await _call(records, "old", 31, tmp_path)
    young = await _call(records, "young", 29, tmp_path)
    times = RetentionTimes(30, None, None, None, None, None)
    assert (await records.retention.due(times, NOW))["recordings"] == 1
    erasure = await records.retention.apply(times, NOW, "保存期間")
    assert (old.exists(), young.exists()) == (False, True)
    detail = await records.calls.get("old")
    assert detail is not None
    assert (detail.recordings, detail.turns[0].text) == ((), WORDS)
    assert erasure.counts == {"recordings": 1}


async def test_words_go_from_every_table_and_from_the_file_on_disk(records: Records, url: str, tmp_path: Path) -> None:
    await _call(records, "old", 400, tmp_path)
    await records.retention.apply(RetentionTimes(None, 365, None, None, None, None), NOW, "保存期間")
    detail = await records.calls.get("old")
    assert detail is not None
    assert (detail.turns[0].text, detail.summary, detail.escalations[0].note) == ("", None, "")
    assert detail.turns[0].evidence is not None
    assert detail.turns[0].evidence["entry_ids"] == ["billing-001"]
    disk = b"".join(file.read_bytes() for file in tmp_path.glob("records.db*"))
    assert WORDS.encode() not in disk


async def test_what_is_done_is_not_found_due_again(records: Records, tmp_path: Path) -> None:
    await _call(records, "old", 4_000, tmp_path)
    times = RetentionTimes(1, 1, 1, None, 1, 1)
    await records.retention.apply(times, NOW, "保存期間")
    assert set((await records.retention.due(times, NOW)).values()) == {0}
    assert len(await records.retention.erasures()) == 1


async def test_a_whole_call_goes_with_its_file(records: Records, tmp_path: Path) -> None:
    path = await _call(records, "old", 1_100, tmp_path)
    await records.retention.apply(RetentionTimes(None, None, None, 1_095, None, None), NOW, "保存期間")
    assert (await records.calls.get("old"), path.exists()) == (None, False)


async def test_a_held_call_and_every_call_of_a_held_number_stay(records: Records, tmp_path: Path) -> None:
    await _call(records, "held", 400, tmp_path)
    await _call(records, "of-number", 400, tmp_path, "+81 80-5555-0101")
    await _call(records, "free", 400, tmp_path, "03-1111-2222")
    await records.holds.place(HoldScope.CALL, "held", "訴訟のため", "監査 花子")
    await records.holds.place(HoldScope.NUMBER, "080-5555-0101", "訴訟のため", "監査 花子")
    erasure = await records.retention.apply(RetentionTimes(1, 1, 1, 1, 1, 1), NOW, "保存期間")
    assert erasure.counts["calls"] == 1
    assert [row.id for row in await records.calls.list()] == ["held", "of-number"] or len(
        await records.calls.list()
    ) == 2
    assert await records.retention.held_back() == 2


async def test_a_released_hold_keeps_nothing(records: Records, tmp_path: Path) -> None:
    await _call(records, "held", 400, tmp_path)
    hold = await records.holds.place(HoldScope.CALL, "held", "訴訟のため", "監査 花子")
    released = await records.holds.release(hold.id, "管理 次郎")
    assert released.released_by == "管理 次郎"
    with pytest.raises(HoldError, match="すでに解除"):
        await records.holds.release(hold.id, "管理 次郎")
    await records.retention.apply(RetentionTimes(1, 1, 1, 1, 1, 1), NOW, "保存期間")
    assert await records.calls.get("held") is None


@pytest.mark.parametrize(("scope", "subject"), [(HoldScope.CALL, "nobody"), (HoldScope.NUMBER, "やまだ")])
async def test_what_is_not_there_cannot_be_held(records: Records, scope: HoldScope, subject: str) -> None:
    with pytest.raises(HoldError):
        await records.holds.place(scope, subject, "訴訟のため", "監査 花子")


async def test_a_persons_calls_are_erased_and_only_a_sum_of_the_person_stays(records: Records, tmp_path: Path) -> None:
    await _call(records, "one", 3, tmp_path)
    await _call(records, "two", 2, tmp_path)
    erasure = await records.retention.erase_calls(["one", "two"], "管理 次郎", "ご本人の請求", "090-1234-5678", NOW)
    assert await records.calls.list() == []
    assert erasure.counts == {"calls": 2}
    assert "1234" not in repr(erasure)


async def test_nothing_is_due_where_everything_is_kept(records: Records, tmp_path: Path) -> None:
    await _call(records, "old", 9_999, tmp_path)
    assert set((await records.retention.due(KEEP_ALL, NOW)).values()) == {0}
    assert (await records.retention.apply(KEEP_ALL, NOW, "保存期間")).counts == {}
    assert await records.retention.erasures() == []
