"""Rules, wording, hours and words over the API: draft, check, publish, plan, go back; and the AI's switch."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.auth.permissions import Role
from dialogue.escalation.dry_run import DryRun, Hit
from dialogue.operation import Operation
from records.database import sqlite_url
from records.planned import StalePlanError
from records.store import Records
from tests.dashboard.tuning_scene import NOW, TuningScene

GOODBYE = {"prompts": {"goodbye": "ありがとうございました。失礼いたします。"}}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[TuningScene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    scene = TuningScene(records)
    await scene.publish_sample()
    yield scene
    await records.close()


async def publish(client: httpx.AsyncClient, kind: str, content: Any, expected: int = 1) -> httpx.Response:
    body = {"content": content, "expected_version": expected, "note": "試験"}
    return await client.post(f"/documents/{kind}/publish", json=body)


async def test_each_kind_is_told_with_its_version_and_who_is_changing_it(scene: TuningScene) -> None:
    await scene.records.working.save("wording", "", GOODBYE, revision=0, base_version=1, by="森 花子")
    async with scene.client() as client:
        told = {each["kind"]: each for each in (await client.get("/documents")).json()}
    assert sorted(told) == ["company", "dictionary", "rules", "vocabulary", "wording"]
    assert {each["version"] for each in told.values()} == {1}
    assert (told["wording"]["draft_by"], told["company"]["draft_by"]) == ("森 花子", "")


async def test_a_draft_is_kept_and_who_saves_over_another_is_shown_theirs(scene: TuningScene) -> None:
    body = {"content": GOODBYE, "revision": 0, "base_version": 1}
    async with scene.client() as client:
        saved = await client.put("/documents/wording/draft", json=body)
        refused = await client.put("/documents/wording/draft", json={**body, "content": {}})
        told = (await client.get("/documents/wording")).json()
    assert saved.json()["revision"] == 1 and told["draft"]["content"] == GOODBYE
    assert refused.status_code == 409 and refused.json()["newest"]["content"] == GOODBYE
    assert "試験 太郎さんが先に変更しています" in refused.json()["detail"]


async def test_checking_tells_faults_warnings_and_what_would_change(scene: TuningScene) -> None:
    content = {"prompts": {"goodbye": "", "wait": "了解しました。お待ちします。"}}
    async with scene.client() as client:
        told = (await client.post("/documents/wording/check", json={"content": content})).json()
    assert [each["field"] for each in told["problems"]] == ["goodbye"]
    assert [each["field"] for each in told["warnings"]] == ["wait"]
    assert {each["title"] for each in told["changes"]} == {"終わりのあいさつ", "お待ちする"}


async def test_publishing_makes_a_version_ends_the_draft_and_is_audited(scene: TuningScene) -> None:
    await scene.records.working.save("wording", "", GOODBYE, revision=0, base_version=1, by="森 花子")
    async with scene.client() as client:
        made = await publish(client, "wording", GOODBYE)
        told = (await client.get("/documents/wording")).json()
        version = (await client.get("/documents/wording/versions/2")).json()
    assert (made.json()["version"], told["version"], told["draft"]) == (2, 2, None)
    assert [each["title"] for each in version["changes"]] == ["終わりのあいさつ"]
    assert await scene.actions() == ["wording.publish"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("wording", {"prompts": {"goodbye": ""}}),
        ("company", {"name": "みなと通信"}),
        ("vocabulary", {"entries": [{"surface": ""}]}),
        ("dictionary", {"entries": [{"surface": "光", "reading": "hikari"}]}),
        ("rules", {"rules": [{"id": "a"}]}),
    ],
)
async def test_what_cannot_be_used_is_never_published(scene: TuningScene, kind: str, content: dict[str, Any]) -> None:
    async with scene.client() as client:
        refused = await publish(client, kind, content)
    assert refused.status_code == 422 and refused.json()["problems"]
    assert "公開できません" in refused.json()["detail"]
    assert (await scene.records.documents.latest()).get(kind, 1) == 1


async def test_who_publishes_over_a_newer_version_is_refused(scene: TuningScene) -> None:
    async with scene.client() as client:
        await publish(client, "wording", GOODBYE)
        refused = await publish(client, "wording", {"prompts": {}})
    assert refused.status_code == 409 and "第2版" in refused.json()["detail"]


async def test_going_back_publishes_the_old_content_anew_with_its_reason(scene: TuningScene) -> None:
    body = {"version": 1, "expected_version": 2, "reason": "元のあいさつのほうがよい"}
    async with scene.client() as client:
        await publish(client, "wording", GOODBYE)
        made = (await client.post("/documents/wording/roll-back", json=body)).json()
    current = await scene.records.documents.current("wording")
    assert made["version"] == 3 and current is not None and current.content == {"prompts": {}}
    assert await scene.actions() == ["wording.publish", "wording.roll_back"]


async def test_a_plan_is_published_when_its_time_comes_and_not_over_another(scene: TuningScene) -> None:
    at = (NOW + timedelta(hours=1)).isoformat()
    body = {"content": GOODBYE, "expected_version": 1, "note": "", "at": at}
    async with scene.client() as client:
        assert (await client.post("/documents/wording/plans", json=body)).status_code == 200
        late = await client.post("/documents/wording/plans", json={**body, "at": NOW.isoformat()})
    assert late.status_code == 422
    (plan,) = await scene.records.planned.waiting("wording")
    assert "第2版" in await scene.publishing.carry_out(plan)
    with pytest.raises(StalePlanError):
        await scene.publishing.carry_out(plan)


async def test_operators_change_nothing(scene: TuningScene) -> None:
    async with scene.client(Role.OPERATOR) as client:
        assert (await client.get("/documents/wording")).status_code == 403
        assert (await publish(client, "wording", GOODBYE)).status_code == 403
    async with scene.client(Role.AUDITOR) as client:
        assert (await client.get("/documents/wording")).status_code == 200
        assert (await publish(client, "wording", GOODBYE)).status_code == 403


async def test_a_month_is_previewed_by_the_draft_with_its_reasons(scene: TuningScene) -> None:
    current = await scene.records.documents.current("company")
    assert current is not None
    content = {**current.content, "open_dates": {"2026-11-23": "10:00-12:00"}}
    body = {"content": content, "first": "2026-11-22", "days": 3}
    async with scene.client() as client:
        days = (await client.post("/hours/preview", json=body)).json()
        wrong = await client.post("/hours/preview", json={**body, "content": {}})
    assert [(each["open"], each["reason"]) for each in days] == [
        ("", "weekday"),
        ("10:00", "open_date"),
        ("09:00", "weekday"),
    ]
    assert days[1]["holiday"] == "勤労感謝の日" and wrong.status_code == 422


async def test_rules_are_told_in_plain_japanese(scene: TuningScene) -> None:
    async with scene.client() as client:
        rules = {each["id"]: each for each in (await client.get("/rules")).json()["rules"]}
    assert rules["vip-asks"]["condition"] == "お客様が担当者をご希望、かつ、重要なお客様の番号から"
    assert rules["vip-asks"]["action"] == "窓口「一般」に引き継ぐ（優先度1）"
    assert rules["emergency"]["built_in"] and not rules["vip-asks"]["built_in"]


async def test_every_kind_of_condition_can_be_built_and_described(scene: TuningScene) -> None:
    async with scene.client() as client:
        parts = (await client.get("/rules/parts")).json()
        rules = [
            {"id": f"r{n}", "when": {"kind": c["kind"], **{f["name"]: f["default"] for f in c["fields"]}}}
            for n, c in enumerate(parts["conditions"])
        ]
        told = (await client.post("/rules/described", json={"content": {"rules": rules}})).json()
    assert len(told) == len(parts["conditions"]) == 25
    assert all(each["condition"] and "{" not in each["condition"] for each in told)


async def test_a_dry_run_tells_the_calls_with_what_is_personal_covered(scene: TuningScene) -> None:
    hit = Hit("call-1", "vip-asks", 0, "電話は080-5555-1234です", ("担当者をご希望",), False)
    scene.past = DryRun(500, (hit,), {}, (hit,), (), ())
    rule = {
        "id": "lawyer", "title": "弁護士", "order": 300, "when": {"kind": "words", "words": ["弁護士"]},
        "then": {"kind": "transfer", "queue": "一般"}, "say": ["担当の者に引き継ぎます。"],
    }  # fmt: skip
    async with scene.client() as client:
        told = (await client.post("/rules/dry-run", json={"content": {"rules": [rule]}, "last": 500})).json()
        wrong = await client.post("/rules/dry-run", json={"content": {"rules": [{"id": "x"}]}})
    assert told["headline"].startswith("直近500件なら1件を引き継ぎます")
    assert told["newly"][0]["title"] == "重要なお客様が担当者をご希望" and "5555" not in told["newly"][0]["text"]
    ((book, last),) = scene.tried
    sounds = getattr(next(each for each in book.rules if each.id == "lawyer").when, "sounds", None)
    assert (last, sounds) == (500, ("ベンゴシ",))
    assert wrong.status_code == 422


async def test_the_ai_is_switched_with_a_reason_that_is_kept(scene: TuningScene) -> None:
    off = {"ai": False, "reason": "回線の点検", "message": "ただいま点検中でございます。"}
    async with scene.client() as client:
        before = (await client.get("/operation")).json()
        told = (await client.put("/operation", json=off)).json()
        without = await client.put("/operation", json={"ai": True, "reason": ""})
        scene.operation = Operation(ai=False, message=off["message"])
        acting = (await client.get("/operation")).json()
    assert (before["ai"], before["acting"]) == (True, True)
    assert (told["ai"], told["acting"], told["reason"]) == (False, False, "回線の点検")
    assert acting["acting"] and without.status_code == 422
    assert await scene.actions() == ["ai.off"]


async def test_only_who_may_switches_the_ai(scene: TuningScene) -> None:
    async with scene.client(Role.OPERATOR) as client:
        assert (await client.get("/operation")).status_code == 200
        assert (await client.put("/operation", json={"ai": False, "reason": "点検"})).status_code == 403


@pytest.mark.parametrize("kind", ["company", "wording", "vocabulary", "dictionary", "rules"])
@pytest.mark.parametrize(
    "content",
    [
        {},
        {"prompts": {"goodbye": []}},
        {"entries": [[]]},
        {"entries": {"a": 1}},
        {"rules": [{"id": []}, 1]},
        {"rules": [{"id": "a", "when": []}]},
        {"rules": {}},
        {"closed_dates": [{}], "open_dates": 3, "opening_hours": []},
    ],
)
async def test_no_shape_of_content_breaks_the_service(scene: TuningScene, kind: str, content: dict[str, Any]) -> None:
    async with scene.client() as client:
        answers = [
            await client.post(f"/documents/{kind}/check", json={"content": content}),
            await publish(client, kind, content),
            await client.post("/rules/described", json={"content": content}),
            await client.post("/rules/dry-run", json={"content": content}),
            await client.post("/hours/preview", json={"content": content, "first": "2026-11-22"}),
        ]
    assert {each.status_code for each in answers} <= {200, 422}
