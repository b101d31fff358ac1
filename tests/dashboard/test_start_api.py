"""The newcomer's steps know by the records whether they are done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from dashboard.api.app import create_api
from dashboard.api.start import StartApi
from dashboard.auth.audit import AuditTrail
from dashboard.auth.permissions import Role
from dialogue.company import company_of
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from tests.dashboard.scene import Scene
from tests.dashboard.signing_in import as_person

SAMPLE = {"name": "みなと通信", "agent_name": "みなと通信の自動音声", "recording_purpose": "応対品質の向上のため"}
OWN = {"name": "あおば商店", "agent_name": "あおば商店の自動音声", "recording_purpose": "ご用件の確認のため"}
ENTRY = {
    "id": "hours",
    "title": "営業時間",
    "category": "案内",
    "questions": ["何時までですか"],
    "spoken": "6時までです。",
}


@asynccontextmanager
async def newcomer(scene: Scene, role: Role = Role.ADMINISTRATOR) -> AsyncIterator[httpx.AsyncClient]:
    records = scene.records
    if await records.faq.latest() == 0:
        await records.faq.publish([{**ENTRY, "id": "sample"}], "初期設定")
        await records.documents.publish("company", SAMPLE, "初期設定")
    start = StartApi(
        records.documents, records.faq, records.rules, records.calls, AuditTrail(records.audit), company_of, "初期設定"
    )
    app = FastAPI()
    app.mount("/api", create_api([start.router()]))
    transport = httpx.ASGITransport(as_person(app, role))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def _told(client: httpx.AsyncClient) -> dict[str, Any]:
    told: dict[str, Any] = (await client.get("/api/start")).json()
    return told


async def test_a_fresh_installation_has_done_nothing_yet(scene: Scene) -> None:
    async with newcomer(scene) as client:
        told = await _told(client)
    assert (told["company"]["done"], told["own_entry"], told["answered"], told["entries"]) == (False, None, None, 1)


async def test_starting_ones_own_company_empties_the_samples_texts_and_can_be_taken_back(scene: Scene) -> None:
    async with newcomer(scene) as client:
        answer = await client.put("/api/start/company", json={**OWN, "fresh": True, "expected_version": 1})
        told = await _told(client)
    assert (answer.status_code, told["company"]["done"], told["entries"]) == (200, True, 0)
    first = await scene.records.faq.get(1)
    assert first is not None
    assert len(first.content) == 1


async def test_keeping_the_sample_changes_only_the_name(scene: Scene) -> None:
    async with newcomer(scene) as client:
        await client.put("/api/start/company", json={**OWN, "expected_version": 1})
        told = await _told(client)
    assert (told["company"]["name"], told["entries"]) == ("あおば商店", 1)


async def test_two_people_naming_the_company_at_once_do_not_overwrite_each_other(scene: Scene) -> None:
    async with newcomer(scene) as client:
        await client.put("/api/start/company", json={**OWN, "expected_version": 1})
        again = await client.put("/api/start/company", json={**OWN, "name": "別の名前", "expected_version": 1})
    assert (again.status_code, "先に" in again.json()["detail"]) == (409, True)


async def test_the_last_steps_are_done_by_an_own_entry_and_by_a_call_that_it_answered(scene: Scene) -> None:
    records = scene.records
    async with newcomer(scene) as client:
        await records.faq.publish([{**ENTRY, "id": "sample"}, ENTRY], "管理 花子")
        own = (await _told(client))["own_entry"]
        await records.calls.open(CallOpened(line="browser", id="c1"))
        evidence = {"decision": "answer", "entry_ids": ["hours"]}
        await records.calls.add_turn(
            "c1", TurnRecord(0, Speaker.AGENT, "answer", 0, 9, "6時までです。", evidence=evidence)
        )
        await records.calls.close("c1", CallClosed(EndedBy.CALLER, "answered"))
        answered = (await _told(client))["answered"]
    assert own == {"id": "hours", "title": "営業時間", "question": "何時までですか"}
    assert answered["call_id"] == "c1"


async def test_an_operator_cannot_rename_the_company(scene: Scene) -> None:
    async with newcomer(scene, Role.OPERATOR) as client:
        assert (await client.put("/api/start/company", json={**OWN, "expected_version": 1})).status_code == 403
