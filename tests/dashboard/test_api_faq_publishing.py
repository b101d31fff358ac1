"""Publishing over the API: some changes or all, tested before, now or later, and back again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dashboard.auth.permissions import Role
from records.database import sqlite_url
from records.planned import PlanState, StalePlanError
from records.store import Records
from records.trials import NewTrial, TrialKind, TrialState, faq_subject
from tests.dashboard.faq_scene import NOW, FaqScene, entry


@pytest.fixture
async def faq(tmp_path: Path) -> AsyncIterator[FaqScene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    scene = FaqScene(records)
    await scene.publish(entry("a", "引き落とし日"), entry("b", "支払い方法"))
    yield scene
    await records.close()


async def change(faq: FaqScene, entry_id: str, title: str, spoken: str, revision: int = 0) -> None:
    content = entry(entry_id, title, spoken=spoken)
    await faq.records.working.save("faq", entry_id, content, revision=revision, base_version=1, by="森 花子")


async def publish(client: httpx.AsyncClient, expected: int = 1, **more: object) -> httpx.Response:
    return await client.post("/faq/publish", json={"expected_version": expected, "note": "春の改定", **more})


async def after_a_trial(faq: FaqScene, regressions: int) -> None:
    """A golden run of exactly what would be published."""
    subject = faq_subject((await faq.publishing.propose(None)).draft.content)
    run = await faq.records.trials.begin(NewTrial(TrialKind.TYPED, "森", 1, subject, 3, {}))
    await faq.records.trials.end(run.id, TrialState.FINISHED, {"summary": {"regressions": regressions}}, 3, 3)


async def test_a_proposal_says_what_would_change_and_changes_nothing(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    async with faq.client(Role.OPERATOR) as client:
        told = (await client.post("/faq/proposal", json={})).json()
    assert [(each["id"], each["kind"]) for each in told["entries"]] == [("a", "changed")]
    assert (told["version"], told["stale"], told["golden"]) == (1, [], None)
    assert await faq.records.faq.latest() == 1


async def test_only_the_chosen_changes_are_published_and_the_others_stay(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    await change(faq, "b", "支払い方法", "口座振替です。")
    async with faq.client() as client:
        told = (await publish(client, keys=["a"])).json()
        listed = (await client.get("/faq", params={"changed": True})).json()["entries"]
    assert (told["version"], told["changed"]) == (2, ["a"])
    assert [each["id"] for each in listed] == ["b"]
    assert await faq.actions() == ["faq.publish"]


async def test_who_publishes_over_a_newer_version_is_refused(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    await faq.publish(entry("a", "引き落とし日"), entry("b", "支払い方法", spoken="口座振替です。"))
    async with faq.client() as client:
        refused = await publish(client)
    assert refused.status_code == 409
    assert "第2版" in refused.json()["detail"]


async def test_an_unfinished_change_stops_the_publication_and_is_named(faq: FaqScene) -> None:
    unfinished = {**entry("new", "新しい題"), "spoken": ""}
    await faq.records.working.save("faq", "new", unfinished, revision=0, base_version=0, by="森")
    async with faq.client() as client:
        refused = await publish(client)
    assert refused.status_code == 422
    assert "「新しい題」に直すところがあります" in refused.json()["detail"]


async def test_a_regression_is_published_only_with_a_reason_which_is_kept(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    await after_a_trial(faq, regressions=2)
    async with faq.client() as client:
        refused = await publish(client)
        done = await publish(client, reason="旧プランの質問は受け付けを終えたため")
    assert (refused.status_code, refused.json()["needs_reason"]) == (422, True)
    assert "2件の質問が悪くなっています" in refused.json()["detail"]
    assert done.json()["version"] == 2
    assert (await faq.records.audit.page())[0].reason == "旧プランの質問は受け付けを終えたため"


async def test_a_clean_run_needs_no_reason_and_is_shown(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    await after_a_trial(faq, regressions=0)
    async with faq.client() as client:
        told = (await client.post("/faq/proposal", json={})).json()
        done = await publish(client)
    assert told["golden"]["regressions"] == 0
    assert done.status_code == 200


async def test_going_back_publishes_the_old_content_as_a_new_version(faq: FaqScene) -> None:
    await faq.publish(entry("a", "引き落とし日", spoken="毎月26日です。"))
    body = {"version": 1, "expected_version": 2, "reason": "誤った日付のため"}
    async with faq.client() as client:
        told = (await client.post("/faq/roll-back", json=body)).json()
        history = (await client.get("/faq/versions")).json()
        diff = (await client.get("/faq/diff", params={"before": 1, "after": 3})).json()
        refused = await client.post("/faq/roll-back", json={**body, "reason": ""})
    assert told["version"] == 3
    assert history[0]["note"] == "第1版に戻しました：誤った日付のため"
    assert diff["entries"] == []
    assert refused.status_code == 422


async def test_any_two_versions_and_the_draft_are_held_side_by_side(faq: FaqScene) -> None:
    await faq.publish(entry("a", "引き落とし日", questions=["いつ引き落としますか"]))
    await change(faq, "c", "新しい題", "お答えいたします。")
    async with faq.client() as client:
        told = (await client.get("/faq/diff", params={"before": 1, "after": 2})).json()["entries"]
        draft = (await client.get("/faq/diff", params={"before": 2})).json()["entries"]
        missing = await client.get("/faq/diff", params={"before": 9})
    assert [(each["id"], each["kind"]) for each in told] == [("a", "changed"), ("b", "removed")]
    assert told[0]["fields"] == [
        {
            "field": "questions",
            "label": "質問",
            "before": ["引き落とし日を教えてください"],
            "after": ["いつ引き落としますか"],
        }
    ]
    assert [(each["id"], each["kind"]) for each in draft] == [("c", "added")]
    assert missing.status_code == 404


async def test_the_page_sees_when_the_service_has_taken_a_version_up(faq: FaqScene) -> None:
    async with faq.client() as client:
        before = (await client.get("/faq/live")).json()
    faq.live = 1
    async with faq.client() as client:
        after = (await client.get("/faq/live")).json()
    assert (before["up_to_date"], after["up_to_date"]) == (False, True)


async def test_a_plan_keeps_the_changes_as_they_were_and_spares_other_entries(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    at = NOW + timedelta(hours=1)
    async with faq.client() as client:
        planned = (await client.post("/faq/plans", json={"expected_version": 1, "at": at.isoformat()})).json()
        assert (planned["state"], planned["entries"]) == ("waiting", [{"id": "a", "title": "引き落とし日"}])
        past = await client.post("/faq/plans", json={"expected_version": 1, "at": NOW.isoformat()})
        assert past.status_code == 422
    # Meanwhile another entry is published, and the change is worked on.
    await faq.publish(entry("a", "引き落とし日"), entry("b", "支払い方法", spoken="口座振替です。"))
    await change(faq, "a", "引き落とし日", "書きかけ", revision=1)
    plan = await faq.records.planned.get(planned["id"])
    assert plan is not None
    assert await faq.publishing.carry_out(plan) == "第3版として公開しました。"
    now = await faq.records.faq.current()
    assert now is not None
    assert [each["spoken"] for each in now.content] == ["毎月26日です。", "口座振替です。"]
    left = await faq.records.working.get("faq", "a")
    assert left is not None
    assert left.content["spoken"] == "書きかけ"


async def test_a_plan_whose_entry_was_published_anew_is_not_carried_out_silently(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    async with faq.client() as client:
        at = (NOW + timedelta(hours=1)).isoformat()
        planned = (await client.post("/faq/plans", json={"expected_version": 1, "at": at})).json()
    await faq.publish(entry("a", "引き落とし日", spoken="毎月25日です。"), entry("b", "支払い方法"))
    plan = await faq.records.planned.get(planned["id"])
    assert plan is not None
    with pytest.raises(StalePlanError, match="「引き落とし日」が公開し直された"):
        await faq.publishing.carry_out(plan)
    assert await faq.records.faq.latest() == 2


async def test_a_plan_can_be_cancelled_once(faq: FaqScene) -> None:
    await change(faq, "a", "引き落とし日", "毎月26日です。")
    async with faq.client() as client, faq.client(Role.OPERATOR) as operator:
        at = (NOW + timedelta(hours=1)).isoformat()
        plan = (await client.post("/faq/plans", json={"expected_version": 1, "at": at})).json()
        assert (await operator.delete(f"/plans/{plan['id']}")).status_code == 403
        told = (await client.delete(f"/plans/{plan['id']}")).json()
        assert (told["state"], told["result"]) == (PlanState.CANCELLED, "森 花子さんが取り消しました。")
        assert (await client.delete(f"/plans/{plan['id']}")).status_code == 409
        assert [each["id"] for each in (await client.get("/plans")).json()] == [plan["id"]]


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2027-01-01T09:00:00"])
async def test_a_moment_that_cannot_be_planned_for_is_refused_in_a_sentence(faq: FaqScene, at: str) -> None:
    async with faq.client() as client:
        refused = await client.post("/faq/plans", json={"expected_version": 1, "at": at})
    assert refused.status_code == 422
    assert "予約の日時" in refused.json()["detail"]


async def test_a_number_beyond_every_version_is_refused(faq: FaqScene) -> None:
    async with faq.client() as client:
        assert (await client.get(f"/faq/versions/{10**30}")).status_code == 422
