"""Planned publications: on time, after a restart too, and never over something newer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.database import sqlite_url
from records.planned import PlannedPublication, PlanState, StalePlanError
from records.store import Records
from uketsuke.planned import PlannedPublications, publishers_of

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    opened = await Records.open(sqlite_url(tmp_path / "records.db"))
    yield opened
    await opened.close()


async def plan(records: Records, kind: str = "faq", minutes: int = 0) -> str:
    at = NOON + timedelta(minutes=minutes)
    return (await records.planned.plan(kind, at, {}, base_version=1, author="森", note="")).id


async def state_of(records: Records, plan_id: str) -> tuple[PlanState, str]:
    found = await records.planned.get(plan_id)
    assert found is not None
    return found.state, found.result


async def published(plan: PlannedPublication) -> str:
    return "第2版として公開しました。"


async def stale(plan: PlannedPublication) -> str:
    raise StalePlanError("ほかの方が先に公開しています。")


async def broken(plan: PlannedPublication) -> str:
    raise OSError("disk")


async def test_a_plan_is_carried_out_when_its_time_has_come_and_once(records: Records) -> None:
    moment = NOON - timedelta(seconds=1)
    runner = PlannedPublications(records.planned, {"faq": published}, lambda: moment)
    mine = await plan(records)
    assert await runner.publish_due() == 0
    moment = NOON
    assert [await runner.publish_due(), await runner.publish_due()] == [1, 0]
    assert await state_of(records, mine) == (PlanState.PUBLISHED, "第2版として公開しました。")


async def test_a_stale_plan_is_marked_with_the_reason_and_the_next_one_goes_on(records: Records) -> None:
    first, second, third = await plan(records, "rules"), await plan(records, "words", 1), await plan(records, "faq", 2)
    publishers = {"rules": stale, "words": broken, "faq": published}
    runner = PlannedPublications(records.planned, publishers, lambda: NOON + timedelta(hours=1))
    assert await runner.publish_due() == 3
    assert await state_of(records, first) == (PlanState.STALE, "ほかの方が先に公開しています。")
    assert (await state_of(records, second))[0] is PlanState.FAILED
    assert (await state_of(records, third))[0] is PlanState.PUBLISHED


async def test_what_a_dead_process_had_begun_is_carried_out_after_the_restart(records: Records) -> None:
    mine = await plan(records)
    await records.planned.begin(mine)
    done = asyncio.Event()

    async def tell(plan: PlannedPublication) -> str:
        done.set()
        return "公開しました。"

    runner = PlannedPublications(records.planned, {"faq": tell}, lambda: NOON)
    await runner.start()
    async with asyncio.timeout(5):
        await done.wait()
    await runner.close()


async def test_the_service_publishes_faq_plans(records: Records) -> None:
    entry = {
        "category": "料金",
        "title": "引き落とし日",
        "questions": ["引き落としはいつですか"],
        "spoken": "毎月27日です。",
    }
    content = {"changes": {"a": entry}, "bases": {"a": 0}, "revisions": {"a": 1}}
    await records.planned.plan("faq", NOON, content, base_version=0, author="森", note="連休")
    runner = PlannedPublications(records.planned, publishers_of(records), lambda: NOON)
    await runner.publish_due()
    now = await records.faq.current()
    assert now is not None
    assert (now.info.author, now.info.note, now.info.changed) == ("森", "連休", ("a",))
