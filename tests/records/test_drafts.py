"""Drafts wait for a person, are decided on once, and mining again does not make them twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from records.clock import utc_now
from records.drafts import DraftError, DraftRepository, DraftSource, DraftState, NewDraft
from records.store import Records


@pytest.fixture
async def drafts(records: Records) -> DraftRepository:
    return records.drafts


def mined(title: str, *turns: int, call: str = "call-1") -> NewDraft:
    content = {"kind": "new_entry", "title": title, "questions": [f"{title}を知りたい"], "answer": "はい。"}
    return NewDraft(content, tuple(DraftSource(call, turn) for turn in turns))


async def test_a_new_draft_waits_with_its_content_and_its_sources(drafts: DraftRepository) -> None:
    kept = (await drafts.add([mined("解約金", 3, 7)]))[0]
    assert kept.state is DraftState.WAITING
    assert kept.content["title"] == "解約金"
    assert kept.sources == (DraftSource("call-1", 3), DraftSource("call-1", 7))
    assert await drafts.get(kept.id) == kept


async def test_the_newest_drafts_come_first_page_by_page_and_by_state(drafts: DraftRepository) -> None:
    made = [(await drafts.add([mined(str(n), n)]))[0].id for n in range(5)]
    await drafts.reject(made[4], "山田")
    first = await drafts.list(DraftState.WAITING, limit=2)
    assert [each.id for each in first] == [made[3], made[2]]
    assert [each.id for each in await drafts.list(DraftState.WAITING, before=first[-1].id)] == [made[1], made[0]]
    assert [each.id for each in await drafts.list(DraftState.REJECTED)] == [made[4]]
    assert len(await drafts.list()) == 5


async def test_an_approved_draft_gives_back_what_is_to_be_published(drafts: DraftRepository) -> None:
    kept = (await drafts.add([mined("解約金", 3)]))[0]
    changed = {**kept.content, "answer": "解約金は4,400円です。"}
    approved = await drafts.approve(kept.id, "山田", changed, "金額を直した")
    assert approved.state is DraftState.APPROVED
    assert approved.content["answer"] == "解約金は4,400円です。"
    assert (approved.decided_by, approved.note) == ("山田", "金額を直した")
    assert approved.decided_at is not None


async def test_a_draft_is_decided_on_once(drafts: DraftRepository) -> None:
    kept = (await drafts.add([mined("解約金", 3)]))[0]
    await drafts.approve(kept.id, "山田")
    with pytest.raises(DraftError, match="すでに承認されています"):
        await drafts.reject(kept.id, "佐藤")
    assert (await drafts.get(kept.id)).state is DraftState.APPROVED  # type: ignore[union-attr]


async def test_of_two_who_decide_at_once_one_is_told_so(drafts: DraftRepository) -> None:
    kept = (await drafts.add([mined("解約金", 3)]))[0]
    both = await asyncio.gather(drafts.approve(kept.id, "山田"), drafts.reject(kept.id, "佐藤"), return_exceptions=True)
    assert sum(isinstance(each, DraftError) for each in both) == 1


async def test_a_draft_that_is_not_there_cannot_be_decided_on(drafts: DraftRepository) -> None:
    with pytest.raises(DraftError, match="見つかりません"):
        await drafts.approve("unknown", "山田")


async def test_mining_the_same_turns_again_keeps_the_draft_and_its_name(drafts: DraftRepository) -> None:
    first = (await drafts.add([mined("解約金", 3, 7)]))[0]
    again = (await drafts.add([mined("光の解約金", 7, 9)]))[0]
    assert (again.id, again.created_at) == (first.id, first.created_at)
    assert again.content["title"] == "光の解約金"
    assert len(await drafts.list()) == 1


async def test_two_waiting_drafts_that_turn_out_to_be_one_matter_become_one(drafts: DraftRepository) -> None:
    await drafts.add([mined("甲", 1), mined("乙", 2, 3)])
    merged = (await drafts.add([mined("甲と乙", 1, 2, 3)]))[0]
    assert [each.id for each in await drafts.list()] == [merged.id]


async def test_what_was_decided_stays_beside_a_new_draft_of_the_same_turns(drafts: DraftRepository) -> None:
    kept = (await drafts.add([mined("解約金", 3)]))[0]
    await drafts.reject(kept.id, "山田")
    again = (await drafts.add([mined("解約金", 3, 4)]))[0]
    assert again.id != kept.id
    assert len(await drafts.list()) == 2


async def test_the_turns_of_decided_drafts_are_known(drafts: DraftRepository) -> None:
    kept = await drafts.add([mined("甲", 1), mined("乙", 2, call="call-2")])
    await drafts.reject(kept[1].id, "山田")
    an_hour_ago = utc_now() - timedelta(hours=1)
    assert await drafts.decided_sources(an_hour_ago) == {DraftSource("call-2", 2)}
    assert await drafts.decided_sources(utc_now() + timedelta(hours=1)) == frozenset()


async def test_two_drafts_mined_at_once_of_one_turn_both_stay(drafts: DraftRepository) -> None:
    kept = await drafts.add([mined("甲", 1), mined("乙", 1)])
    assert kept[0].id != kept[1].id
