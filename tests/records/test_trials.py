"""Tests before publishing, as they are kept."""

import pytest

from records.store import Records
from records.trials import GOLDEN, NewTrial, TrialKind, TrialRepository, TrialState, faq_subject


@pytest.fixture
def trials(records: Records) -> TrialRepository:
    return records.trials


def new(kind: TrialKind = TrialKind.TYPED, subject: str = "a" * 64, total: int = 3) -> NewTrial:
    return NewTrial(kind, "佐々木", 4, subject, total, {"rows": []})


async def test_a_run_is_found_again_with_how_far_it_came(trials: TrialRepository) -> None:
    run = await trials.begin(new())
    assert (run.state, run.done, run.total) == (TrialState.RUNNING, 0, 3)
    await trials.progress(run.id, 2, 3, {"rows": [{"id": "q1"}, {"id": "q2"}]})
    kept = await trials.get(run.id)
    assert kept is not None
    assert (kept.done, len(kept.result["rows"]), kept.author) == (2, 2, "佐々木")


async def test_only_a_finished_run_of_exactly_that_content_counts(trials: TrialRepository) -> None:
    run = await trials.begin(new())
    assert await trials.latest_for("typed", "a" * 64) is None
    await trials.end(run.id, TrialState.FINISHED, {"summary": {"regressions": 2}}, 3, 3)
    found = await trials.latest_for("typed", "a" * 64)
    assert found is not None
    assert (found.id, found.regressions) == (run.id, 2)
    assert await trials.latest_for("typed", "b" * 64) is None
    assert await trials.latest_for("spoken", "a" * 64) is None


async def test_golden_questions_count_whichever_way_they_were_asked_last(trials: TrialRepository) -> None:
    for kind in (TrialKind.TYPED, TrialKind.SPOKEN, TrialKind.IMPACT):
        run = await trials.begin(new(kind))
        await trials.end(run.id, TrialState.FINISHED, {}, 3, 3)
    found = await trials.latest_for(GOLDEN, "a" * 64)
    assert found is not None
    assert found.kind is TrialKind.SPOKEN


async def test_what_a_stopped_service_left_running_can_be_gone_on_with(trials: TrialRepository) -> None:
    run = await trials.begin(new())
    assert await trials.interrupt_left_over() == 1
    left = await trials.get(run.id)
    assert left is not None
    assert left.state is TrialState.INTERRUPTED
    await trials.go_on(run.id)
    assert [each.state for each in await trials.history()] == [TrialState.RUNNING]


async def test_the_history_is_newest_first_and_can_be_of_one_kind(trials: TrialRepository) -> None:
    typed = await trials.begin(new())
    impact = await trials.begin(new(TrialKind.IMPACT))
    assert [run.id for run in await trials.history()] == [impact.id, typed.id]
    assert [run.id for run in await trials.history(kind=TrialKind.TYPED)] == [typed.id]


async def test_a_content_is_the_same_whatever_versions_stand_in_it_and_another_in_another_order() -> None:
    one, two = {"id": "a", "version": 1, "title": "甲"}, {"id": "b", "version": 3, "title": "乙"}
    assert faq_subject([one, two]) == faq_subject([{**one, "version": 9}, {**two, "version": 1}])
    assert faq_subject([one, two]) != faq_subject([{**one, "title": "丙"}, two])
