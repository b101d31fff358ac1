from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.exc import StatementError

from records.calls import UnknownCallError
from records.models import (
    AiSegment,
    CallClosed,
    CallOpened,
    CallState,
    CallWarning,
    EndedBy,
    EscalationOutcome,
    EscalationRecord,
    EventRecord,
    KpiEvent,
    RecordingRecord,
    RecordingState,
    Speaker,
    TurnRecord,
    TurnTimings,
)
from records.store import Records

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def a_call(minute: int = 0, **fields: object) -> CallOpened:
    return CallOpened(line="twilio", started_at=NOON + timedelta(minutes=minute), **fields)  # type: ignore[arg-type]


def said(index: int, text: str) -> TurnRecord:
    return TurnRecord(index, Speaker.CALLER, "speech", started_ms=1_000 * index, text=text)


async def test_a_call_is_read_back_as_it_was_written(records: Records) -> None:
    call = a_call(caller_number="+819012345678", called_number="0312345678", faq_version=3, voice="openjtalk/mei")
    turn = TurnRecord(
        index=0,
        speaker=Speaker.AGENT,
        kind="answer",
        started_ms=1_200,
        ended_ms=4_800,
        text="解約金はかかりません。ほかにご用件はございますか。",
        heard_text="解約金はかかりません。",
        interrupted=True,
        timings=TurnTimings(speech_end_ms=900.0, response_ms=640.5),
        evidence={"decision": "answer", "entry_ids": ["cancel-1"]},
        transcript={"confidence": 0.81, "alternatives": ["開約"]},
    )
    event = EventRecord(KpiEvent.BOT_ENGAGED, at_ms=950, data={"by": "発話"})
    escalation = EscalationRecord("caller_asked", EscalationOutcome.ANSWERED, "佐藤さんが応対")
    await records.calls.open(call)
    await records.calls.add_turn(call.id, turn)
    await records.calls.add_event(call.id, event)
    await records.calls.escalate(call.id, escalation)
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert detail.turns == (turn,)
    assert [(each.kind, each.at_ms, each.data, each.at) for each in detail.events] == [
        ("bot_engaged", 950, {"by": "発話"}, event.at)
    ]
    assert detail.escalations == (escalation,)
    assert (detail.row.caller_number, detail.row.faq_version, detail.voice) == ("+819012345678", 3, "openjtalk/mei")
    assert detail.row.state is CallState.LIVE
    assert detail.row.escalation_reason == "caller_asked"


async def test_a_turn_of_the_same_index_replaces_the_former(records: Records) -> None:
    call = a_call()
    await records.calls.open(call)
    await records.calls.add_turn(call.id, said(0, "料金ぷ"))
    await records.calls.add_turn(call.id, said(0, "料金プランについて"))
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert [turn.text for turn in detail.turns] == ["料金プランについて"]


async def test_events_stand_in_the_order_they_were_given_whoever_gave_them(records: Records) -> None:
    call = a_call()
    await records.calls.open(call)
    await records.calls.add_events(call.id, [EventRecord("a", 5), EventRecord("b", 4)])
    await records.calls.add_event(call.id, EventRecord("c", 3))
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert [(event.sequence, event.kind) for event in detail.events] == [(0, "a"), (1, "b"), (2, "c")]


async def test_an_event_written_twice_is_there_once(records: Records) -> None:
    call, event = a_call(), EventRecord("offered", 0)
    await records.calls.open(call)
    await records.calls.add_event(call.id, event)
    await records.calls.add_event(call.id, event)
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert len(detail.events) == 1


async def test_a_closed_call_carries_its_recording_and_stays_as_it_first_ended(records: Records) -> None:
    path = Path("/recordings/a.wav")
    call = a_call(recording_path=path)
    recording = RecordingRecord(
        path=path,
        rate_hz=8_000,
        started_at=NOON,
        duration_ms=61_000,
        state=RecordingState.FINISHED,
        sha256="0" * 64,
        sidecar_path=path.with_suffix(".json"),
        ai_segments=(AiSegment(0, 3_000, "お電話ありがとうございます。", "openjtalk/mei"),),
    )
    await records.calls.open(call)
    await records.calls.close(call.id, CallClosed(EndedBy.CALLER, "answered", NOON + timedelta(seconds=61), recording))
    await records.calls.close(call.id, CallClosed(EndedBy.ERROR, "failed"))
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert (detail.row.ended_by, detail.row.outcome, detail.row.duration_s) == (EndedBy.CALLER, "answered", 61.0)
    assert detail.recordings == (recording,)
    assert await records.calls.live() == []


async def test_a_summary_can_be_drafted_after_the_call(records: Records) -> None:
    call = a_call()
    await records.calls.open(call)
    await records.calls.close(call.id, CallClosed(EndedBy.CALLER, "answered"))
    await records.calls.set_summary(call.id, {"要約": "解約金の有無を尋ねた"})
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert detail.summary == {"要約": "解約金の有無を尋ねた"}


async def test_warnings_are_kept_one_a_code(records: Records) -> None:
    call = a_call()
    await records.calls.open(call)
    await records.calls.warn(call.id, CallWarning("dropped", "1件", 1))
    await records.calls.warn(call.id, CallWarning("disk", "空きがありません"))
    await records.calls.warn(call.id, CallWarning("dropped", "3件", 3))
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert {warning.code: warning.count for warning in detail.warnings} == {"dropped": 3, "disk": 1}


async def test_evidence_of_any_shape_becomes_plain_json(records: Records) -> None:
    call = a_call()
    evidence = {"score": np.float32(0.5), "bad": float("nan"), "ids": ("a", "b"), "text": "あ\x00い\ud800", 3: NOON}
    await records.calls.open(call)
    await records.calls.add_turn(call.id, TurnRecord(0, Speaker.AGENT, "answer", 0, evidence=evidence))  # type: ignore[arg-type]
    detail = await records.calls.get(call.id)
    assert detail is not None
    assert detail.turns[0].evidence == {
        "score": 0.5,
        "bad": None,
        "ids": ["a", "b"],
        "text": "あい?",
        "3": "2026-11-23T03:00:00+00:00",
    }


async def test_times_are_utc_whatever_zone_they_came_in(records: Records) -> None:
    japan = timezone(timedelta(hours=9))
    call = CallOpened(line="twilio", started_at=datetime(2026, 11, 23, 12, 0, tzinfo=japan))
    await records.calls.open(call)
    (row,) = await records.calls.live()
    assert row.started_at == NOON
    assert row.started_at.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(records: Records) -> None:
    with pytest.raises(StatementError, match="needs a zone"):
        await records.calls.open(CallOpened(line="twilio", started_at=datetime(2026, 11, 23)))


async def test_writing_to_an_unknown_call_is_an_error_and_reading_it_gives_none(records: Records) -> None:
    with pytest.raises(UnknownCallError):
        await records.calls.add_turn("nobody", said(0, "もしもし"))
    assert await records.calls.get("nobody") is None


async def test_the_list_goes_back_page_by_page_without_gap_or_repeat(records: Records) -> None:
    calls = [a_call(minute // 2) for minute in range(7)]
    for call in calls:
        await records.calls.open(call)
    seen: list[str] = []
    before: str | None = None
    while page := await records.calls.list(limit=3, before=before):
        seen += [row.id for row in page]
        before = page[-1].id
    assert sorted(seen) == sorted(call.id for call in calls)
    assert len(seen) == 7


async def test_a_list_row_shows_what_the_caller_first_said(records: Records) -> None:
    call = a_call()
    await records.calls.open(call)
    await records.calls.add_turn(call.id, TurnRecord(0, Speaker.AGENT, "greet", 0, text="お電話ありがとうございます"))
    await records.calls.add_turn(call.id, said(1, ""))
    await records.calls.add_turn(call.id, said(2, "解約したいのですが"))
    (row,) = await records.calls.list()
    assert (row.first_words, row.turn_count) == ("解約したいのですが", 3)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("解約", ["a"]),
        ("ＷｉＦｉ", ["b"]),
        ("wifi", ["b"]),
        ("090-1234", ["a"]),
        ("０９０１２３４", ["a"]),
        ("+81 90-1234-5678", ["a"]),
        ("080", ["b"]),
        ("50%", ["a"]),
        ("%", ["a"]),
        ("解約 割引", ["a"]),
        ("解約 wifi", []),
        ("CA77", ["b"]),
        ("", ["b", "a"]),
    ],
)
async def test_a_call_is_found_by_number_or_by_what_was_said(records: Records, query: str, found: list[str]) -> None:
    await records.calls.open(a_call(0, id="a", caller_number="+819012345678"))
    await records.calls.open(a_call(1, id="b", caller_number="080-8765-4321", external_id="CA77"))
    await records.calls.add_turn("a", said(0, "解約すると50%割引は"))
    await records.calls.add_turn("b", said(0, "WiFiがつながりません"))
    assert [row.id for row in await records.calls.list(query=query)] == found
