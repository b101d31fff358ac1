"""The figures over HTTP and as a file agree with the golden day to the digit."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from dashboard.api.app import create_api
from dashboard.auth.permissions import Role
from dashboard.figure_csv import csv_of
from records.figures.catalogue import FIGURES
from tests.dashboard.figures_scene import FigureScene, golden_scene
from tests.dashboard.signing_in import as_person
from tests.records.figures.golden import golden_figures

GOLDEN = golden_figures()
DAY = {"from": "2025-12-29", "to": "2025-12-29"}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[FigureScene]:
    async with golden_scene(tmp_path) as found:
        yield found


@asynccontextmanager
async def _client(scene: FigureScene, role: Role = Role.SUPERVISOR) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.mount("/api", as_person(create_api([scene.router()]), role))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test/api") as client:
        yield client


def _told(figures: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {each["key"]: [each["text"], each["numerator"], each["denominator"]] for each in figures}


async def test_the_api_gives_the_golden_figures(scene: FigureScene) -> None:
    async with _client(scene) as client:
        plain = (await client.get("/figures", params=DAY)).json()
        board = (await client.get("/figures/board", params=DAY)).json()
    assert _told(plain["figures"]) == _told(board["figures"]) == GOLDEN["figures"]
    assert {step["key"]: step["calls"] for step in board["funnel"]} == GOLDEN["funnel"]
    assert sum(map(sum, board["heat"])) == sum(sum(hours) for hours in board["ends"].values()) == 30
    assert board["heat"][0][9] == GOLDEN["offered_by"]["hour"]["09"]


@pytest.mark.parametrize("by", ["hour", "day", "weekday", "called", "category", "entry", "reason"])
async def test_a_breakdown_gives_the_golden_counts(scene: FigureScene, by: str) -> None:
    async with _client(scene) as client:
        rows = (await client.get("/figures", params={**DAY, "by": by})).json()["rows"]
    assert {row["group"]: row["figures"]["offered"]["value"] for row in rows} == GOLDEN["offered_by"][by]


async def test_the_file_holds_the_golden_figures_and_can_be_opened_by_excel(scene: FigureScene) -> None:
    async with _client(scene) as client:
        answer = await client.get("/figures/export", params={**DAY, "by": "hour"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-disposition"] == 'attachment; filename="figures_2025-12-29_2025-12-29.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    whole = {line["指標"]: line for line in lines if line["区分"] == "全体"}
    for figure in FIGURES:
        line = whole[figure.name]
        text, numerator, denominator = GOLDEN["figures"][figure.key]
        assert line["値"] + line["単位"] == text
        assert line["分子"] == str(numerator)
        assert line["分母"] == ("" if denominator is None else str(denominator))
    offered = {line["区分"]: line["値"] for line in lines if line["指標"] == "着信数" and line["区分"] != "全体"}
    assert offered == {f"{int(hour)}時台": str(calls) for hour, calls in GOLDEN["offered_by"]["hour"].items()}
    assert scene.audited == [("試験 太郎", "figures.export", {"from": "2025-12-29", "to": "2025-12-29", "by": "hour"})]


def test_a_group_that_a_spreadsheet_would_take_for_a_formula_is_written_as_text() -> None:
    figure = {"key": "offered", "value": 1.0, "numerator": 1, "denominator": None}
    assert ",'+81312345678," in csv_of("2025-12-29", "2025-12-29", [("+81312345678", [figure])]).decode()


async def test_figures_of_one_number_leave_out_what_needs_everyones_presence(scene: FigureScene) -> None:
    async with _client(scene) as client:
        found = _told((await client.get("/figures", params={**DAY, "called": "0120-000-111"})).json()["figures"])
    # c05 (rang off in the greeting), c09 (transaction), c13 (abandoned), c19 (confirmed)
    assert found["offered"] == ["4件", 4, None]
    assert found["containment"] == ["66.7%", 2, 3]
    assert found["occupancy"] == ["―", None, None]


async def test_each_figure_says_what_it_means(scene: FigureScene) -> None:
    async with _client(scene) as client:
        meanings = (await client.get("/figures/definitions")).json()
    assert [each["key"] for each in meanings] == list(GOLDEN["figures"])
    assert all(each["formula"] and each["numerator"] for each in meanings)
    assert all(each["denominator"] for each in meanings if each["unit"] != "count")


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"from": "2025-12-29", "to": "2025-12-28"}, "終わりは"),
        ({"from": "2025-01-01", "to": "2025-12-31"}, "92日まで"),
        ({"from": "きのう", "to": "2025-12-28"}, "入力をご確認ください"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "日付をご確認ください"),
    ],
)
async def test_a_period_that_cannot_be_is_told_in_japanese(
    scene: FigureScene, params: dict[str, str], told: str
) -> None:
    async with _client(scene) as client:
        for path in ("/figures", "/figures/board", "/figures/export", "/figures/saving", "/figures/choices"):
            answer = await client.get(path, params=params)
            assert answer.status_code == 422
            assert told in answer.json()["detail"]


async def test_an_auditor_may_read_and_export_and_an_operator_neither(scene: FigureScene) -> None:
    async with _client(scene, Role.AUDITOR) as client:
        assert (await client.get("/figures/export", params=DAY)).status_code == 200
    async with _client(scene, Role.OPERATOR) as client:
        assert (await client.get("/figures", params=DAY)).status_code == 403
        assert (await client.get("/figures/export", params=DAY)).status_code == 403


async def test_the_capacity_of_the_papers_bold_row(scene: FigureScene) -> None:
    async with _client(scene) as client:
        found = (
            await client.get("/figures/capacity", params={"calls": 300_000, "aht": 180, "days": 20, "hours": 10})
        ).json()
        too_much = await client.get("/figures/capacity", params={"calls": 100_000_000, "aht": 7200, "days": 1})
    assert (found["channels"], found["peak_channels"], found["seats"]) == (131, 189, 93)
    assert (found["carried"], found["machines"]) == (15_777, 12)
    assert too_much.status_code == 422


async def test_what_was_saved_is_reckoned_with_the_prices_that_are_given(scene: FigureScene) -> None:
    prices = {"yen_a_minute": 60, "yen_a_month": 3_000}
    async with _client(scene) as client:
        found = (await client.get("/figures/saving", params={**DAY, **prices})).json()
    # Automated: 1,138 s of the agent without people (c10 20, c11 50, c26 60, c27 30, c28 20) and promises
    # (c14 45, c15 50, c29 28) = 835 s = 13.9 min; x 60 yen = 835 yen; running 3,000/30 = 100 yen; 100/28 calls = 4 yen.
    assert found == {
        "automated_minutes": 13.9,
        "people_yen": 835,
        "running_yen": 100,
        "saved_yen": 735,
        "yen_a_call": 4,
    }
