"""Handlings, callbacks, reports of harassment and votes."""

from datetime import UTC, datetime, timedelta

import pytest

from records.callbacks import CallbackState
from records.handlings import Written
from records.harassment import HarassmentStage
from records.models import CallClosed, CallOpened, EndedBy, EscalationOutcome, EscalationRecord
from records.store import Records
from records.votes import Verdict

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def _call(records: Records) -> None:
    await records.calls.open(CallOpened(line="twilio", id="c1", caller_number="080-0000-0000"))


async def test_a_handling_goes_from_talk_to_the_end_of_the_work_after_it(records: Records) -> None:
    handlings = records.desk.handlings
    begun = await handlings.begin("c1", "u1", "佐々木", NOW)
    assert await handlings.finish(begun.id) is None, "the talk is not over"
    await handlings.end_talk(begun.id, hold_ms=1500, at=NOW + timedelta(minutes=4))
    assert await handlings.end_talk(begun.id) is None, "it was over before"
    await handlings.write(begun.id, Written("billing", "amount", True, {"用件": "請求額"}, True, "次回は郵送"))
    finished = await handlings.finish(begun.id, NOW + timedelta(minutes=5))
    assert finished is not None
    assert (finished.hold_ms, finished.disposition, finished.resolved) == (1500, "billing", True)
    assert (finished.summary, finished.summary_by_ai) == ({"用件": "請求額"}, True)
    assert finished.acw_ended_at == NOW + timedelta(minutes=5)
    assert await handlings.unfinished_of("u1") is None


async def test_a_talk_that_a_crash_left_is_found(records: Records) -> None:
    begun = await records.desk.handlings.begin("c1", "u1", "佐々木")
    assert await records.desk.handlings.dead_talks() == []
    await records.calls.close("c1", CallClosed(EndedBy.CRASH, "crash"))
    assert [each.id for each in await records.desk.handlings.dead_talks()] == [begun.id]


async def test_a_callback_is_booked_once_a_call_and_done_by_its_owner(records: Records) -> None:
    callbacks = records.desk.callbacks
    due = NOW + timedelta(hours=2)
    booked, new = await callbacks.book("c1", "080-0000-0000", "解約", due, at=NOW)
    assert new and await callbacks.book("c1", "080-0000-0000", "解約", due) == (booked, False)
    taken = await callbacks.assign(booked.id, "u1", "佐々木")
    assert taken is not None and taken.state is CallbackState.ASSIGNED
    assert await callbacks.assign(booked.id, "u2", "森") is None, "somebody takes care of it already"
    done = await callbacks.finish(booked.id, "u1", "佐々木", "ご案内済み", due)
    assert done is not None and done.in_time
    assert (await callbacks.open(), [each.id for each in await callbacks.done()]) == ([], [booked.id])
    assert await callbacks.finish(booked.id, "u1", "佐々木", "") is None


async def test_what_a_call_promised_is_found_until_it_is_booked(records: Records) -> None:
    promised = EscalationRecord("out_of_hours", EscalationOutcome.CALLBACK_BOOKED, "【ご用件】解約")
    await records.calls.escalate("c1", promised)
    found = await records.desk.callbacks.promised(NOW - timedelta(days=9999))
    assert [(each.call_id, each.number, each.escalation.note) for each in found] == [
        ("c1", "080-0000-0000", "【ご用件】解約")
    ]
    await records.desk.callbacks.book("c1", found[0].number, "解約", NOW)
    assert await records.desk.callbacks.promised(NOW - timedelta(days=9999)) == []


async def test_a_report_grows_and_is_seen_once(records: Records) -> None:
    reports = records.desk.harassment
    kept = await reports.report("c1", "佐々木", {"lines": ["…"]})
    await reports.change(kept.id, stage=HarassmentStage.ENDED, evidence={"lines": ["…", "終話"]})
    assert [each.id for each in await reports.newest(unseen=True)] == [kept.id]
    await reports.see(kept.id, "森", NOW)
    seen = await reports.see(kept.id, "林")
    assert seen is not None
    assert (seen.stage, seen.evidence["lines"], seen.seen_by) == (HarassmentStage.ENDED, ["…", "終話"], "森")
    assert await reports.newest(unseen=True) == []


async def test_votes_are_kept_with_the_score_of_the_suggestion(records: Records) -> None:
    await records.votes.add("c1", 3, "billing-001", Verdict.WRONG, "佐々木", score=0.81)
    assert [(each.entry_id, each.verdict, each.score) for each in await records.votes.of_call("c1")] == [
        ("billing-001", Verdict.WRONG, 0.81)
    ]
