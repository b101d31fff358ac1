"""The queue: order, and one winner."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from records.models import CallClosed, CallOpened, EndedBy
from records.store import Records
from records.waiting import NewWait, NotWaitingError, QueueState

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


async def wait(records: Records, call_id: str, priority: int = 3, after_s: float = 0.0) -> str:
    await records.calls.open(CallOpened(line="twilio", id=call_id, caller_number="080-0000-0000"))
    new = NewWait(call_id, f"esc-{call_id}", "料金", priority, "caller_asked", "【ご用件】請求")
    return (await records.desk.queue.enter(new, NOW + timedelta(seconds=after_s))).id


@pytest.fixture
async def other_process(url: str, records: Records) -> AsyncIterator[Records]:
    opened = await Records.open(url)
    yield opened
    await opened.close()


async def test_the_urgent_come_first_and_then_whoever_waited_longest(records: Records) -> None:
    for call, priority, after_s in (("late", 3, 9), ("early", 3, 1), ("urgent", 1, 20)):
        await wait(records, call, priority, after_s)
    assert [each.call_id for each in await records.desk.queue.waiting()] == ["urgent", "early", "late"]
    assert await records.desk.queue.position("late") == 3
    assert await records.desk.queue.position("nobody") is None


async def test_two_who_accept_at_once_have_one_winner_also_across_processes(
    records: Records, other_process: Records
) -> None:
    for round_ in range(8):
        entry = await wait(records, f"call-{round_}")
        outcomes = await asyncio.gather(
            records.desk.queue.claim(entry, "u1", "佐々木"),
            other_process.desk.queue.claim(entry, "u2", "森"),
            records.desk.queue.claim(entry, "u3", "林"),
            return_exceptions=True,
        )
        won = [each for each in outcomes if not isinstance(each, BaseException)]
        lost = [each for each in outcomes if isinstance(each, NotWaitingError)]
        assert (len(won), len(lost)) == (1, 2)
        assert all(str(each) == f"{won[0].claimed_name}さんが先に応対を始めました。" for each in lost)


async def test_a_caller_who_hung_up_can_no_longer_be_claimed(records: Records) -> None:
    entry = await wait(records, "c1")
    left = await records.desk.queue.leave("c1", QueueState.ABANDONED)
    assert left is not None and left.left_at is not None
    with pytest.raises(NotWaitingError, match="お電話を切られました"):
        await records.desk.queue.claim(entry, "u1", "佐々木")
    assert await records.desk.queue.leave("c1", QueueState.ENDED) is None


async def test_a_call_waits_in_one_place_only(records: Records) -> None:
    assert await wait(records, "c1") == await wait(records, "c1")


async def test_a_wait_that_a_crash_left_is_ended(records: Records) -> None:
    await wait(records, "c1")
    await wait(records, "c2")
    await records.calls.close("c1", CallClosed(EndedBy.CRASH, "crash"))
    assert await records.desk.queue.leave_dead() == 1
    assert [each.call_id for each in await records.desk.queue.waiting()] == ["c2"]
