"""Retention, holds, persons' requests and transparency over real records."""

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from dashboard.api.app import create_api
from dashboard.api.retention import RetentionApi
from dashboard.api.subjects import SubjectsApi
from dashboard.api.transparency import TransparencyApi
from dashboard.auth.audit import AuditTrail
from dashboard.auth.permissions import Role
from dashboard.recordings import RecordingFolder
from tests.dashboard.scene import QUESTION, Scene
from tests.dashboard.signing_in import as_person


@asynccontextmanager
async def trust(scene: Scene, role: Role = Role.ADMINISTRATOR) -> AsyncIterator[httpx.AsyncClient]:
    records, audit = scene.records, AuditTrail(scene.records.audit)
    folder = RecordingFolder(scene.recordings)
    routers = [
        RetentionApi(records.documents, records.retention, records.holds, audit).router(),
        SubjectsApi(records.calls, records.retention, folder, audit).router(),
        TransparencyApi(records.hosts, list, list, "0").router(),
    ]
    app = FastAPI()
    app.mount("/api", create_api(routers))
    transport = httpx.ASGITransport(as_person(app, role))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def test_a_policy_is_changed_over_the_version_it_was_made_from(scene: Scene) -> None:
    async with trust(scene) as client:
        before = (await client.get("/api/retention")).json()
        change = {"days": {**before["days"], "recordings": 30}, "zero": False, "reason": "社内規程の変更"}
        first = await client.put("/api/retention", json={**change, "expected_version": before["version"]})
        again = await client.put("/api/retention", json={**change, "expected_version": before["version"]})
        after = (await client.get("/api/retention")).json()
    assert (first.status_code, again.status_code) == (200, 409)
    assert (after["days"]["recordings"], after["version"]) == (30, 1)


async def test_a_policy_that_makes_no_sense_is_told_in_japanese(scene: Scene) -> None:
    body = {"days": {"recordings": -3}, "zero": False, "expected_version": 0, "reason": "社内規程の変更"}
    async with trust(scene) as client:
        answer = await client.put("/api/retention", json=body)
    assert (answer.status_code, "日数でご指定ください" in answer.json()["detail"]) == (422, True)


async def test_a_supervisor_reads_the_policy_and_cannot_change_it(scene: Scene) -> None:
    async with trust(scene, Role.SUPERVISOR) as client:
        assert (await client.get("/api/retention")).status_code == 200
        assert (await client.post("/api/retention/run", json={"reason": "テストのため"})).status_code == 403
        assert (await client.post("/api/subjects/search", json={"names": ["湊川"]})).status_code == 403


async def test_a_hold_is_placed_shown_without_the_number_and_released(scene: Scene) -> None:
    body = {"scope": "number", "subject": "080-5555-0101", "reason": "訴訟に備えるため"}
    async with trust(scene) as client:
        placed = (await client.post("/api/retention/holds", json=body)).json()
        listed = (await client.get("/api/retention/holds")).json()["holds"]
        reason = {"reason": "和解が成立したため"}
        released = await client.post(f"/api/retention/holds/{placed['id']}/release", json=reason)
    assert [each["subject"] for each in listed] == ["080****0101"]
    assert released.json()["released_by"] == "試験 太郎"


async def test_a_persons_calls_are_found_by_number_in_any_way_of_writing_it(scene: Scene) -> None:
    await scene.keep_past_call()
    async with trust(scene) as client:
        found = (await client.post("/api/subjects/search", json={"number": "+81 80 5555 0101"})).json()["calls"]
    assert [(call["id"], call["caller_number"]) for call in found] == [("past-1", "080****0101")]


async def test_a_persons_calls_are_found_by_any_spelling_of_the_name(scene: Scene) -> None:
    await scene.keep_personal_call()
    async with trust(scene) as client:
        names = {"names": ["みなとがわ", "湊川"]}
        found = (await client.post("/api/subjects/search", json=names)).json()["calls"]
    assert [call["id"] for call in found] == ["personal-1"]


@pytest.mark.parametrize("person", [{}, {"number": "12"}, {"names": ["湊"]}])
async def test_a_search_for_nobody_is_refused(scene: Scene, person: dict[str, object]) -> None:
    async with trust(scene) as client:
        assert (await client.post("/api/subjects/search", json=person)).status_code == 422


async def test_a_disclosure_holds_the_conversation_and_the_recording_and_is_kept_in_the_audit(scene: Scene) -> None:
    recording = await scene.keep_past_call()
    body = {"call_ids": ["past-1"], "reason": "開示請求 第12号"}
    async with trust(scene) as client:
        answer = await client.post("/api/subjects/export", json=body)
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    said = next(name for name in packed.namelist() if name.endswith("会話.txt"))
    wav = next(name for name in packed.namelist() if name.endswith("録音.wav"))
    assert f"お客様: {QUESTION}" in packed.read(said).decode()
    assert packed.read(wav) == recording.read_bytes()
    line = (await scene.records.audit.page())[0]
    assert (line.action, line.reason) == ("subject.export", "開示請求 第12号")


async def test_an_erasure_needs_the_word_and_leaves_only_its_proof(scene: Scene) -> None:
    await scene.keep_past_call()
    body = {"call_ids": ["past-1"], "reason": "消去請求 第3号", "subject": "080-5555-0101", "confirmation": "はい"}
    async with trust(scene) as client:
        refused = await client.post("/api/subjects/erase", json=body)
        done = await client.post("/api/subjects/erase", json={**body, "confirmation": "消去する"})
        proofs = (await client.get("/api/retention/erasures")).json()["erasures"]
    assert (refused.status_code, done.json()["erased"]) == (422, 1)
    assert await scene.records.calls.get("past-1") is None
    assert (proofs[0]["counts"], proofs[0]["cause"]) == ({"calls": 1}, "subject")


async def test_what_is_held_is_not_erased_and_that_is_said(scene: Scene) -> None:
    await scene.keep_past_call()
    hold = {"scope": "call", "subject": "past-1", "reason": "訴訟に備えるため"}
    body = {"call_ids": ["past-1"], "reason": "消去請求 第3号", "subject": "x", "confirmation": "消去する"}
    async with trust(scene) as client:
        await client.post("/api/retention/holds", json=hold)
        done = (await client.post("/api/subjects/erase", json=body)).json()
    assert (done["erased"], done["held"]) == (0, ["past-1"])
