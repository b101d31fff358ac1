"""Who is at the desk, and since when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.presence import CHOSEN, Cause, PresenceError, PresenceState, may_go
from records.store import Records

S = PresenceState
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
STATES = st.sampled_from(list(PresenceState))
CAUSES = st.sampled_from(list(Cause))


@given(STATES, STATES, CAUSES)
def test_only_a_call_brings_talking_and_the_work_after_it(now: S, to: S, cause: Cause) -> None:
    if to in {S.TALKING, S.AFTER_CALL} and may_go(now, to, cause):
        assert cause is Cause.CALL


@given(STATES, CAUSES)
def test_nobody_leaves_a_call_by_hand(to: S, cause: Cause) -> None:
    if may_go(S.TALKING, to, cause):
        assert (cause, to) in {(Cause.CALL, S.AFTER_CALL), (Cause.VANISHED, S.OFFLINE)}


@given(STATES)
def test_whoever_vanishes_is_offline_whatever_they_did(now: S) -> None:
    assert [to for to in S if may_go(now, to, Cause.VANISHED)] == [S.OFFLINE]


@given(STATES.filter(lambda state: state is not S.TALKING), st.sampled_from(sorted(CHOSEN)))
def test_outside_a_call_people_choose_freely(now: S, to: S) -> None:
    assert may_go(now, to, Cause.HAND)


async def test_each_stretch_ends_when_the_next_begins(records: Records) -> None:
    presence = records.desk.presence
    await presence.go("u1", "佐々木", S.AVAILABLE, Cause.HAND, NOW)
    await presence.go("u1", "佐々木", S.TALKING, Cause.CALL, NOW + timedelta(minutes=3))
    await presence.go("u1", "佐々木", S.AFTER_CALL, Cause.CALL, NOW + timedelta(minutes=8))
    stretches = await presence.between(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    assert [(each.state, each.until) for each in stretches] == [
        (S.AVAILABLE, NOW + timedelta(minutes=3)),
        (S.TALKING, NOW + timedelta(minutes=8)),
        (S.AFTER_CALL, None),
    ]
    assert [each.state for each in await presence.now()] == [S.AFTER_CALL]


async def test_the_same_state_again_is_the_same_stretch(records: Records) -> None:
    presence = records.desk.presence
    first = await presence.go("u1", "佐々木", S.AWAY, Cause.HAND, NOW)
    again = await presence.go("u1", "佐々木", S.AWAY, Cause.HAND, NOW + timedelta(minutes=1))
    assert (again.id, again.since, again.seen_at) == (first.id, NOW, NOW + timedelta(minutes=1))


async def test_an_operator_whose_page_is_gone_is_offline(records: Records) -> None:
    presence = records.desk.presence
    await presence.go("u1", "佐々木", S.AVAILABLE, Cause.HAND, NOW)
    await presence.go("u2", "森", S.AVAILABLE, Cause.HAND, NOW)
    await presence.seen("u2", NOW + timedelta(seconds=25))
    gone = await presence.vanish(NOW + timedelta(seconds=5), NOW + timedelta(seconds=25))
    assert [(each.user_id, each.state) for each in gone] == [("u1", S.AVAILABLE)]
    assert [each.user_id for each in await presence.now()] == ["u2"]
    left = await presence.of("u1")
    assert left is not None and left.state is S.OFFLINE


async def test_a_talking_operator_is_told_to_end_the_call_first(records: Records) -> None:
    presence = records.desk.presence
    await presence.go("u1", "佐々木", S.TALKING, Cause.CALL, NOW)
    with pytest.raises(PresenceError, match="通話を終えてから"):
        await presence.go("u1", "佐々木", S.AWAY, Cause.HAND, NOW)
