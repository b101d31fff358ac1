"""The golden day, reckoned by hand, against the figures of the same calls in real records."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from records.database import open_database, sqlite_url
from records.figures.breakdown import JST, By, grouped, start_of
from records.figures.catalogue import FIGURES, measure
from records.figures.facts import CallFacts, Staffing
from records.figures.funnel import funnel, prompts_left_at
from records.models import CallClosed, CallOpened, EndedBy
from records.schema import CallRow
from records.store import Records
from tests.records.figures.golden import DAY, golden_copy, golden_figures

GOLDEN = golden_figures()
LATER = datetime(2026, 1, 20, tzinfo=JST)


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Records]:
    records = await Records.open(golden_copy(tmp_path))
    yield records
    await records.close()


async def _facts(records: Records) -> tuple[list[CallFacts], Staffing]:
    since, until = start_of(DAY), start_of(DAY + timedelta(days=1))
    return await records.figures.facts(since, until, LATER), await records.figures.staffing(since, until, LATER)


async def test_every_figure_of_the_golden_day_is_as_it_was_reckoned_by_hand(day: Records) -> None:
    found = measure(*await _facts(day))
    told = {key: [each.text, each.numerator, each.denominator] for key, each in found.items()}
    assert told == GOLDEN["figures"]


async def test_the_figures_are_the_same_when_the_facts_are_read_back_as_they_were_kept(day: Records) -> None:
    before = await _facts(day)
    assert await day.figures.keep_up() == 36
    assert await day.figures.keep_up() == 0
    assert await _facts(day) == before


def test_no_figure_is_left_out_of_the_hand_reckoning() -> None:
    assert list(GOLDEN["figures"]) == [figure.key for figure in FIGURES]


@pytest.mark.parametrize("by", list(By))
async def test_calls_are_grouped_as_by_hand(day: Records, by: By) -> None:
    calls, _ = await _facts(day)
    assert {name: len(group) for name, group in grouped(calls, by).items()} == GOLDEN["offered_by"][by]


async def test_the_funnel_and_the_prompts_at_which_callers_left_are_as_by_hand(day: Records) -> None:
    calls, _ = await _facts(day)
    assert {step.key: step.calls for step in funnel(calls)} == GOLDEN["funnel"]
    assert {each.name: each.calls for each in prompts_left_at(calls)} == GOLDEN["left_at"]


async def test_a_day_without_calls_has_unknown_shares_and_not_noughts(day: Records) -> None:
    since = start_of(DAY - timedelta(days=30))
    found = measure(await day.figures.facts(since, since + timedelta(days=1)), Staffing(0, 0))
    assert found["offered"].text == "0件"
    assert {each.text for each in found.values() if each.denominator is not None} == {"―"}


async def test_figures_that_need_presence_are_unknown_for_a_part_of_the_calls(day: Records) -> None:
    calls, _ = await _facts(day)
    found = measure(calls[:10], None)
    assert found["occupancy"].text == "―"
    assert found["occupancy"].denominator is None


async def test_figures_of_recontacts_are_provisional_until_the_week_is_over(day: Records) -> None:
    since, until = start_of(DAY), start_of(DAY + timedelta(days=1))
    calls = await day.figures.facts(since, until, start_of(DAY + timedelta(days=7)))
    assert [call.settled for call in calls[:2]] == [False, False]
    calls = await day.figures.facts(since, until, LATER)
    assert all(call.settled for call in calls)


async def test_a_call_that_still_runs_is_counted_once_it_has_ended(day: Records) -> None:
    since, until = start_of(DAY), start_of(DAY + timedelta(days=1))
    running = CallOpened(line="twilio", started_at=since + timedelta(hours=9), id="running")
    await day.calls.open(running)
    assert len(await day.figures.facts(since, until, LATER)) == 30
    await day.calls.close("running", CallClosed(EndedBy.CALLER, "silent", since + timedelta(hours=10)))
    assert len(await day.figures.facts(since, until, LATER)) == 31


async def test_an_erased_call_leaves_the_figures(day: Records, tmp_path: Path) -> None:
    await day.figures.keep_up()
    database = await open_database(sqlite_url(tmp_path / "records.db"))
    async with database.write() as connection:
        await connection.execute(delete(CallRow).where(CallRow.id == "c03"))
    await database.close()
    assert len((await _facts(day))[0]) == 29
