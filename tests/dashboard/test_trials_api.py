"""Tests before publishing and golden questions, over the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from dashboard.api.app import create_api
from dashboard.auth.permissions import Role
from tests.dashboard.signing_in import as_person
from tests.dashboard.trials_site import trial_routers
from tests.uketsuke.trial_scene import PARKING, TrialScene, open_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[TrialScene]:
    made = await open_scene(tmp_path)
    yield made
    await made.records.close()


@asynccontextmanager
async def asking(scene: TrialScene, role: Role = Role.SUPERVISOR) -> AsyncIterator[httpx.AsyncClient]:
    app = as_person(create_api(trial_routers(scene)), role)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def test_a_test_is_begun_followed_and_read(scene: TrialScene) -> None:
    await scene.change(PARKING)
    async with asking(scene) as client:
        begun = await client.post("/trials", json={"kind": "typed"})
        assert (begun.status_code, begun.json()["state"]) == (201, "running")
        await scene.ended(begun.json()["id"])
        read = (await client.get(f"/trials/{begun.json()['id']}")).json()
        subject = (await client.get("/trials/subject")).json()
    assert (read["state"], read["summary"]["improvements"], read["is_current"]) == ("finished", 1, True)
    assert [row["id"] for row in read["rows"]] == ["q1", "q2", "q3", "q4"]
    assert subject["latest"]["typed"]["id"] == read["id"]
    assert subject["latest"]["spoken"] is None
    assert subject["changed"] == ["parking"]
    assert [line.action for line in await scene.records.audit.page()] == ["trial.begin"]


async def test_a_test_in_progress_is_refused_a_second_and_can_be_stopped_once(scene: TrialScene) -> None:
    async with asking(scene) as client:
        first = (await client.post("/trials", json={"kind": "typed"})).json()["id"]
        second = await client.post("/trials", json={"kind": "impact"})
        assert (second.status_code, "ほかのテスト" in second.json()["detail"]) == (409, True)
        assert (await client.post(f"/trials/{first}/cancel")).status_code == 200
        await scene.ended(first)
        assert (await client.post(f"/trials/{first}/cancel")).status_code == 409


async def test_a_test_that_is_not_there_is_told(scene: TrialScene) -> None:
    async with asking(scene) as client:
        assert (await client.get("/trials/none")).status_code == 404
        assert (await client.post("/trials/none/resume")).status_code == 409


@pytest.mark.parametrize(("role", "status"), [(Role.OPERATOR, 403), (Role.AUDITOR, 403), (Role.SUPERVISOR, 201)])
async def test_who_may_not_change_the_faq_starts_no_test(scene: TrialScene, role: Role, status: int) -> None:
    async with asking(scene, role) as client:
        assert (await client.post("/trials", json={"kind": "typed"})).status_code == status
        assert (await client.get("/trials")).status_code == 200
    await scene.runner.settle()


async def test_golden_questions_are_added_changed_and_taken_away(scene: TrialScene) -> None:
    async with asking(scene) as client:
        added = await client.post(
            "/golden", json={"text": "車で行きたいのですが", "expected": "hours", "tags": ["店舗"]}
        )
        assert (added.status_code, added.json()["version"]) == (201, 2)
        new = added.json()["questions"][-1]
        changed = await client.put(f"/golden/{new['id']}", json={"text": "車で伺いたいのですが", "expected": ""})
        assert changed.json()["questions"][-1]["text"] == "車で伺いたいのですが"
        left = await client.delete(f"/golden/{new['id']}")
        assert [each["id"] for each in left.json()["questions"]] == ["q1", "q2", "q3", "q4"]
        assert (await client.delete(f"/golden/{new['id']}")).status_code == 404
    actions = [line.action for line in reversed(await scene.records.audit.page())]
    assert actions == ["golden.add", "golden.change", "golden.remove"]


async def test_a_golden_question_must_expect_an_entry_and_hold_nothing_personal(scene: TrialScene) -> None:
    async with asking(scene) as client:
        unknown = await client.post("/golden", json={"text": "車で行きたい", "expected": "nowhere"})
        assert (unknown.status_code, "nowhere" in unknown.json()["detail"]) == (422, True)
        personal = await client.post("/golden", json={"text": "090-1234-5678に電話をください"})
        assert (personal.status_code, "個人情報" in personal.json()["detail"]) == (422, True)
        again = await client.post("/golden", json={"text": "駐車場はありますか", "expected": "hours"})
        assert again.status_code == 409
