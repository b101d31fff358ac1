"""Plans to publish: taken once, told what became of them."""

from datetime import UTC, datetime, timedelta

import pytest

from records.planned import PlannedPublication, PlannedRepository, PlanState
from records.store import Records

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def planned(records: Records) -> PlannedRepository:
    return records.planned


async def plan(planned: PlannedRepository, hours: int = 0) -> PlannedPublication:
    at = NOON + timedelta(hours=hours)
    return await planned.plan("faq", at, {"changes": {"a": {"title": "あ"}}}, base_version=3, author="森", note="連休")


async def test_a_plan_is_due_from_its_moment_on(planned: PlannedRepository) -> None:
    later, sooner = await plan(planned, 2), await plan(planned)
    assert await planned.due(NOON - timedelta(seconds=1)) == []
    assert await planned.due(NOON) == [sooner]
    assert await planned.due(NOON + timedelta(days=1)) == [sooner, later]


async def test_only_one_process_takes_a_plan(planned: PlannedRepository) -> None:
    mine = await plan(planned)
    assert [await planned.begin(mine.id), await planned.begin(mine.id)] == [True, False]
    await planned.settle(mine.id, PlanState.PUBLISHED, "第4版として公開しました。")
    kept = await planned.get(mine.id)
    assert kept is not None
    assert (kept.state, kept.result) == (PlanState.PUBLISHED, "第4版として公開しました。")


async def test_what_was_begun_by_a_process_that_died_waits_again(planned: PlannedRepository) -> None:
    mine = await plan(planned)
    await planned.begin(mine.id)
    assert await planned.waiting() == []
    assert await planned.recover() == 1
    assert [each.id for each in await planned.waiting("faq")] == [mine.id]


async def test_a_cancelled_plan_is_never_due_and_cannot_be_cancelled_twice(planned: PlannedRepository) -> None:
    mine = await plan(planned)
    assert await planned.cancel(mine.id, "森さんが取り消しました。")
    assert not await planned.cancel(mine.id, "もう一度")
    assert await planned.due(NOON) == []
    assert [each.result for each in await planned.all()] == ["森さんが取り消しました。"]
