"""Unanswered questions and doubted answers, found in past calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.improve.asked import Doubt, Missed
from dashboard.improve.suspects import WrongAnswers
from dashboard.transcript import LineMask
from records.clock import utc_now
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from records.votes import Verdict
from tests.dashboard.improve_site import unanswered_of
from tests.uketsuke.trial_scene import PARKING, TrialScene, keep_call, open_scene

PARKING_ASKED = ("駐車場はありますか", "車で行きたいのですが駐車場はありますか", "駐車場があるか教えてください")
TICKETS_ASKED = ("新幹線の切符を予約したいのですが", "新幹線の切符の予約をお願いします")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[TrialScene]:
    made = await open_scene(tmp_path)
    yield made
    await made.records.close()


async def keep_unanswered(scene: TrialScene) -> None:
    for number, text in enumerate((*PARKING_ASKED, *TICKETS_ASKED)):
        await keep_call(scene.records, f"call-{number}", [(text, "reask")], hours_ago=5 + number)


async def test_questions_that_ask_the_same_stand_together_the_most_asked_first(scene: TrialScene) -> None:
    await keep_unanswered(scene)
    found = await unanswered_of(scene).of_days(7)
    groups = [{wording.text for wording in group.wordings} for group in found.groups]
    assert groups == [set(PARKING_ASKED), set(TICKETS_ASKED)]
    first = found.groups[0]
    assert (first.count, first.calls, dict(first.why)) == (3, 3, {Missed.NO_ANSWER.value: 3})
    assert "駐車場" in first.title
    assert {near.entry_id for near in first.nearest} == {"points", "hours"}


async def test_what_is_answered_by_now_is_counted_and_not_listed(scene: TrialScene) -> None:
    await keep_unanswered(scene)
    await scene.records.faq.publish([*_published(scene), PARKING.content()], "佐々木")
    await scene.minds.refresh()
    found = await unanswered_of(scene).of_days(7)
    assert [{each.text for each in group.wordings} for group in found.groups] == [set(TICKETS_ASKED)]
    assert found.answered_now == 3


async def test_what_the_draft_answers_is_marked(scene: TrialScene) -> None:
    await keep_unanswered(scene)
    await scene.change(PARKING)
    groups = (await unanswered_of(scene).of_days(7)).groups
    assert [group.in_draft for group in groups] == [True, False]


async def test_what_was_set_aside_is_gone_with_what_is_like_it(scene: TrialScene) -> None:
    await keep_unanswered(scene)
    await scene.records.votes.add("call-3", 2, "", Verdict.SET_ASIDE, "佐々木", note=TICKETS_ASKED[0])
    found = await unanswered_of(scene).of_days(7)
    assert [group.count for group in found.groups] == [3]
    assert found.set_aside == 2


async def test_older_calls_and_personal_questions_are_left_out(scene: TrialScene) -> None:
    await keep_call(scene.records, "old", [(PARKING_ASKED[0], "reask")], hours_ago=24 * 9)
    await keep_call(scene.records, "own", [("090-1234-5678に電話をもらえますか", "reask")])
    assert (await unanswered_of(scene).of_days(7)).groups == ()


async def test_a_question_back_counts_only_when_nothing_came_of_it(scene: TrialScene) -> None:
    await keep_call(scene.records, "vain", [(PARKING_ASKED[0], "clarify"), ("違います", "hand_over")])
    await keep_call(scene.records, "well", [(PARKING_ASKED[1], "clarify"), ("はい", "answer")])
    [group] = (await unanswered_of(scene).of_days(7)).groups
    assert [(wording.text, wording.why) for wording in group.wordings] == [(PARKING_ASKED[0], Missed.UNCLEAR)]


async def keep_doubted(scene: TrialScene, call_id: str, interrupted: bool, then: tuple[str, str, list[str]]) -> None:
    """An answer by `points`, and what came next: the caller's words, the reply's kind and rule, its entries."""
    began = utc_now() - timedelta(hours=2)
    records, (text, kind, entries) = scene.records, then
    rule = "not_this" if kind == "reask" else "as_asked"
    first = {"rule": "as_asked", "entry_ids": ["points"], "candidates": [{"entry_id": "points"}]}
    second = {"rule": rule, "entry_ids": entries, "candidates": [{"entry_id": "hours"}]}
    await records.calls.open(CallOpened(id=call_id, line="twilio", started_at=began))
    for turn in (
        TurnRecord(1, Speaker.CALLER, "speech", 1_000, 2_000, text="何時までですか"),
        TurnRecord(
            2, Speaker.AGENT, "answer", 3_000, 5_000, text="ポイントは…", evidence=first, interrupted=interrupted
        ),
        TurnRecord(3, Speaker.CALLER, "speech", 6_000, 7_000, text=text),
        TurnRecord(4, Speaker.AGENT, kind, 8_000, 9_000, text="…", evidence=second),
    ):
        await records.calls.add_turn(call_id, turn)
    await records.calls.close(call_id, CallClosed(EndedBy.CALLER, "answered"))


def wrong_answers(scene: TrialScene) -> WrongAnswers:
    return WrongAnswers(scene.records.asked, scene.records.votes, LineMask())


async def test_answers_are_doubted_by_what_came_after_them(scene: TrialScene) -> None:
    await keep_doubted(scene, "cut", True, ("営業時間です", "answer", ["hours"]))
    await keep_doubted(scene, "back", False, ("いえ、違います", "reask", []))
    await keep_doubted(scene, "left", False, ("オペレーターをお願いします", "hand_over", []))
    await keep_doubted(scene, "fine", False, ("営業時間です", "answer", ["hours"]))
    [entry] = await wrong_answers(scene).of_days(7)
    assert (entry.entry_id, entry.count, entry.answered) == ("points", 3, 4)
    assert {each.call_id: each.why for each in entry.examples} == {
        "cut": Doubt.REPHRASED,
        "back": Doubt.CORRECTED,
        "left": Doubt.HANDED_OVER,
    }


async def test_a_vote_counts_until_it_is_taken_back_or_the_answer_is_set_aside(scene: TrialScene) -> None:
    await keep_doubted(scene, "fine", False, ("営業時間です", "answer", ["hours"]))
    votes = scene.records.votes
    await votes.add("fine", 2, "points", Verdict.WRONG, "森", note="時間を聞いている")
    [entry] = await wrong_answers(scene).of_days(7)
    assert [(each.why, each.voter, each.note) for each in entry.examples] == [(Doubt.VOTED, "森", "時間を聞いている")]
    await votes.add("fine", 2, "points", Verdict.RIGHT, "森")
    assert await wrong_answers(scene).of_days(7) == []
    await votes.add("fine", 2, "points", Verdict.WRONG, "林")
    await votes.add("fine", 2, "points", Verdict.SET_ASIDE, "佐々木")
    assert await wrong_answers(scene).of_days(7) == []


def _published(scene: TrialScene) -> list[dict[str, object]]:
    return [entry.model_dump(mode="json", exclude={"version"}) for entry in scene.minds.published.faq.entries]
