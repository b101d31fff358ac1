"""Tests before publishing, over real records and real minds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dashboard.trials import TrialBusyError, TrialError, TrialRequest
from dialogue.golden import Flip, Outcome
from dialogue.trial import Change, change_of, told_of
from dialogue.turns import CallerTurn, TurnKind
from records.trials import GOLDEN as GOLDEN_RUNS
from records.trials import TrialKind, TrialState
from tests.uketsuke.small_company import Entry
from tests.uketsuke.trial_scene import HOURS, PARKING, POINTS, TrialScene, keep_call, open_scene
from uketsuke.minds import Minds

WITHOUT_HOURS = Entry(
    HOURS.id, "お忘れ物", ["忘れ物をしました", "傘を忘れました"], "お忘れ物は、店舗でお預かりしております。"
)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[TrialScene]:
    made = await open_scene(tmp_path)
    yield made
    await made.records.close()


async def test_golden_questions_pass_or_fail_with_what_was_told(scene: TrialScene) -> None:
    run = await scene.ran()
    outcomes = {row["id"]: row["after"]["outcome"] for row in run.result["rows"]}
    assert (run.state, run.done, run.total) == (TrialState.FINISHED, 4, 4)
    assert outcomes == {"q1": Outcome.RIGHT, "q2": Outcome.RIGHT, "q3": Outcome.MISSED, "q4": Outcome.RIGHT}
    assert run.result["summary"]["passed"] == 3


async def test_a_regression_is_noticed_and_stands_with_exactly_that_content(scene: TrialScene) -> None:
    await scene.change(WITHOUT_HOURS)
    run = await scene.ran()
    flips = {row["id"]: row["flip"] for row in run.result["rows"]}
    assert flips == {"q1": Flip.SAME, "q2": Flip.REGRESSION, "q3": Flip.SAME, "q4": Flip.SAME}
    subject = await scene.runner.subject()
    latest = await scene.records.trials.latest_for(GOLDEN_RUNS, subject.sha256)
    assert latest is not None
    assert latest.regressions == 1
    await scene.change(HOURS)
    assert await scene.records.trials.latest_for(GOLDEN_RUNS, (await scene.runner.subject()).sha256) is None


async def test_what_a_new_entry_answers_is_an_improvement(scene: TrialScene) -> None:
    await scene.change(PARKING)
    run = await scene.ran()
    [row] = [row for row in run.result["rows"] if row["flip"]]
    assert (row["id"], row["flip"], row["after"]["entry_ids"]) == ("q3", Flip.IMPROVEMENT, ["parking"])
    assert run.result["titles"]["parking"] == "駐車場"


async def test_only_the_wanted_changes_are_tried(scene: TrialScene) -> None:
    await scene.change(PARKING)
    await scene.change(WITHOUT_HOURS)
    run = await scene.ran(keys=("parking",))
    assert [row["id"] for row in run.result["rows"] if row["flip"]] == ["q3"]
    assert run.result["changed"] == ["parking"]


async def test_spoken_questions_are_said_heard_and_asked(scene: TrialScene) -> None:
    run = await scene.ran(TrialKind.SPOKEN, voices=("openjtalk",))
    rows = {row["id"]: row for row in run.result["rows"]}
    assert set(rows) == {"q1", "q2", "q4"}
    assert {row["heard"] for row in rows.values()} == {"営業時間を教えてください"}
    assert [rows[name]["after"]["outcome"] for name in ("q1", "q2", "q4")] == ["wrong", "right", "wrong"]
    assert run.result["summary"]["by_voice"]["openjtalk"]["questions"] == 3


async def test_what_is_not_understood_is_listened_to_again(scene: TrialScene) -> None:
    scene.recognizer.hears = ["えいぎょうがん", "営業時間を教えてください"]
    run = await scene.ran(TrialKind.SPOKEN, voices=("openjtalk",))
    assert run.result["rows"][0]["heard"] == "営業時間を教えてください"


ASKED = ["駐車場はありますか", "お店の営業時間を教えてください", "ポイントを使いたいです", "車を停める場所はありますか"]


async def test_the_preview_lists_exactly_what_changes_as_a_comparison_one_by_one_does(scene: TrialScene) -> None:
    for number, text in enumerate([*ASKED, ASKED[0]]):
        await keep_call(scene.records, f"call-{number}", [(text, "answer")])
    shorter = Entry(HOURS.id, HOURS.title, HOURS.questions, "営業時間は、午後5時までです。")
    await scene.change(shorter)
    await scene.change(PARKING)
    run = await scene.ran(TrialKind.IMPACT)
    listed = {row["text"]: (row["change"], row["count"]) for row in run.result["rows"]}

    async def told(entries: list[Entry], folder: Path) -> list[object]:
        folder.mkdir()
        alone = await open_scene(folder, entries)
        minds: Minds = alone.minds
        said = [await minds.new_conversation().decide(CallerTurn(TurnKind.SPEECH, text)) for text in ASKED]
        await alone.records.close()
        return [told_of(decision) for decision in said]

    place = Path(scene.golden._file).parent
    before, after = await told([POINTS, HOURS], place / "a"), await told([POINTS, shorter, PARKING], place / "b")
    counts = {ASKED[0]: 2}
    by_hand = {
        text: (change_of(was, now).value, counts.get(text, 1))  # type: ignore[arg-type]
        for text, was, now in zip(ASKED, before, after, strict=True)
        if change_of(was, now) is not Change.NONE  # type: ignore[arg-type]
    }
    assert listed == by_hand
    assert set(listed) == {ASKED[0], ASKED[1], ASKED[3]}
    assert run.result["summary"]["changed_asked"] == 4


async def test_the_preview_shows_nothing_personal(scene: TrialScene) -> None:
    text = "090-1234-5678の者ですが、駐車場はありますか"
    await keep_call(scene.records, "call-1", [(text, "reask")])
    await scene.change(PARKING)
    run = await scene.ran(TrialKind.IMPACT)
    assert "駐車場" in str(run.result["rows"])
    assert "1234" not in str(run.result)


async def test_one_test_at_a_time(scene: TrialScene) -> None:
    run = await scene.runner.begin(TrialRequest(TrialKind.TYPED), "佐々木")
    with pytest.raises(TrialBusyError, match="ほかのテスト"):
        await scene.runner.begin(TrialRequest(TrialKind.TYPED), "森")
    assert (await scene.ended(run.id)).state is TrialState.FINISHED
    assert scene.runner.now is None


async def test_a_stopped_test_is_gone_on_with_where_it_was(scene: TrialScene) -> None:
    run = await scene.runner.begin(TrialRequest(TrialKind.TYPED), "佐々木")
    while scene.runner.now is None or scene.runner.now.done < 1:
        await asyncio.sleep(0)
    assert scene.runner.cancel(run.id)
    stopped = await scene.ended(run.id)
    assert stopped.state is TrialState.CANCELLED
    assert 1 <= stopped.done < 4
    await scene.runner.go_on(run.id)
    finished = await scene.ended(run.id)
    assert (finished.state, [row["id"] for row in finished.result["rows"]]) == (
        TrialState.FINISHED,
        ["q1", "q2", "q3", "q4"],
    )


async def test_a_test_of_another_draft_is_not_gone_on_with(scene: TrialScene) -> None:
    run = await scene.runner.begin(TrialRequest(TrialKind.TYPED), "佐々木")
    scene.runner.cancel(run.id)
    await scene.ended(run.id)
    await scene.change(PARKING)
    with pytest.raises(TrialError, match="変わっています"):
        await scene.runner.go_on(run.id)
    assert scene.runner.now is None
