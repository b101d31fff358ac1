"""The FAQ at work over the API: found, changed by several people, looked over."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from dashboard.auth.permissions import Role
from records.database import sqlite_url
from records.store import Records
from tests.dashboard.faq_scene import FaqScene, entry


@pytest.fixture
async def faq(tmp_path: Path) -> AsyncIterator[FaqScene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    scene = FaqScene(records)
    await scene.publish(
        entry("debit", "引き落とし日"),
        entry("old", "春の割引", category="割引", valid_until="2026-03-31"),
        entry("inner", "返金の手順", audience="operator", escalate=True),
    )
    yield scene
    await records.close()


async def get(client: httpx.AsyncClient, entry_id: str) -> dict[str, object]:
    told: dict[str, object] = (await client.get(f"/faq/entries/{entry_id}")).json()
    return told


async def save(client: httpx.AsyncClient, entry_id: str, revision: int = 0, **changed: object) -> httpx.Response:
    content = {**entry("debit", "引き落とし日"), **changed}
    del content["id"]
    body = {"content": content, "revision": revision, "base_version": 1}
    return await client.put(f"/faq/entries/{entry_id}", json=body)


async def test_the_list_is_narrowed_by_state_time_audience_and_words(faq: FaqScene) -> None:
    async with faq.client() as client:
        await save(client, "debit", spoken="毎月26日でございます。")

        async def found(**wanted: str | bool) -> list[str]:
            told = (await client.get("/faq", params=wanted)).json()
            return [each["id"] for each in told["entries"]]

        assert await found() == ["debit", "old", "inner"]
        assert await found(changed=True) == ["debit"]
        assert await found(validity="expired") == ["old"]
        assert await found(only="operator") == await found(escalate=True) == ["inner"]
        assert await found(audience="caller") == ["debit", "old"]
        assert await found(q="26日") == ["debit"]
        assert await found(category="割引") == ["old"]
        told = (await client.get("/faq")).json()
    assert told["counts"] == {"changed": 1, "published": 3, "expired": 1, "operator": 1}
    assert told["categories"] == [{"name": "料金", "count": 2}, {"name": "割引", "count": 1}]


async def test_a_change_is_kept_beside_what_is_published_and_told_field_by_field(faq: FaqScene) -> None:
    async with faq.client() as client:
        told = (await save(client, "debit", spoken="毎月26日でございます。")).json()
    assert (told["state"], told["stale"]) == ("changed", False)
    assert told["published"]["spoken"] == "引き落とし日は、毎月27日でございます。"
    assert told["working"]["content"]["spoken"] == "毎月26日でございます。"
    assert [(each["label"], each["after"]) for each in told["changes"]] == [("音声回答", ["毎月26日でございます。"])]
    assert (await faq.records.faq.latest()) == 1


async def test_who_saves_over_a_newer_change_is_shown_it(faq: FaqScene) -> None:
    async with faq.client(name="森") as mori, faq.client(name="林") as hayashi:
        await save(mori, "debit", title="引き落としの日")
        late = await save(hayashi, "debit", title="引落日")
        assert late.status_code == 409
        assert "森さんが先に変更しています" in late.json()["detail"]
        newest = late.json()["newest"]
        assert (newest["content"]["title"], newest["changed_by"]) == ("引き落としの日", "森")
        again = await save(hayashi, "debit", newest["revision"], title="引落日")
    assert again.json()["working"]["content"]["title"] == "引落日"


async def test_what_is_changed_back_is_no_change_any_more(faq: FaqScene) -> None:
    async with faq.client() as client:
        revision = (await save(client, "debit", title="別の題")).json()["working"]["revision"]
        told = (await save(client, "debit", revision)).json()
    assert (told["state"], told["working"]) == ("published", None)


async def test_an_unfinished_new_entry_is_kept_and_says_what_is_missing(faq: FaqScene) -> None:
    async with faq.client() as client:
        made = (await client.post("/faq/entries", json={"content": {"title": "新しい質問"}})).json()
        assert (made["id"], made["state"]) == ("faq-004", "new")
        assert {each["field"] for each in made["review"]["problems"]} == {"category", "questions", "spoken"}
        again = await client.post("/faq/entries", json={"id": made["id"]})
        assert again.status_code == 409
        gone = await client.request("DELETE", f"/faq/entries/{made['id']}", json={"revision": 1})
        assert (gone.status_code, gone.json()) == (200, None)
        assert (await client.get(f"/faq/entries/{made['id']}")).status_code == 404


async def test_a_deletion_waits_to_be_published_and_can_be_taken_back(faq: FaqScene) -> None:
    async with faq.client() as client:
        told = (await client.request("DELETE", "/faq/entries/debit", json={})).json()
        assert (told["state"], told["working"]["deleted"]) == ("deleted", True)
        back = (await client.request("DELETE", "/faq/entries/debit/working", json={"revision": 1})).json()
    assert back["state"] == "published"
    assert await faq.actions() == ["faq.delete", "faq.discard"]


async def test_slips_are_told_with_their_place_and_what_to_say_instead(faq: FaqScene) -> None:
    body = {**entry("x", "口座の変更"), "spoken": "口座のほうを変更いたします。承知しました。"}
    body["questions"] = ["引き落とし日を教えてください"]
    content = {name: value for name, value in body.items() if name != "id"}
    async with faq.client(Role.OPERATOR) as client:
        told = (await client.post("/faq/review", json={"id": "x", "content": content})).json()
    slip = next(each for each in told["warnings"] if each["kind"] == "keigo")
    assert (slip["field"], slip["label"]) == ("spoken", "音声回答")
    assert body["spoken"][slip["start"] :].startswith(slip["text"])
    double = next(each for each in told["warnings"] if each["kind"] == "duplicate")
    assert (double["field"], "debit" in double["message"]) == ("questions", True)
    assert [each["text"] for each in told["sentences"]] == ["口座のほうを変更いたします。", "承知しました。"]
    assert told["morae"] == sum(each["morae"] for each in told["sentences"]) > 15
    assert 2.0 < told["seconds"] < 6.0


async def test_an_operator_reads_and_does_not_change(faq: FaqScene) -> None:
    async with faq.client(Role.OPERATOR) as client:
        assert (await client.get("/faq")).status_code == 200
        assert (await save(client, "debit")).status_code == 403
        body = {"expected_version": 1}
        assert (await client.post("/faq/publish", json=body)).status_code == 403


async def test_the_audit_notes_the_first_change_of_a_sitting_and_not_every_key(faq: FaqScene) -> None:
    async with faq.client(name="森") as mori, faq.client(name="林") as hayashi:
        await save(mori, "debit", title="一")
        await save(mori, "debit", 1, title="二")
        await save(hayashi, "debit", 2, title="三")
    assert await faq.actions() == ["faq.change", "faq.change"]


async def test_a_wording_published_meanwhile_makes_the_change_stale(faq: FaqScene) -> None:
    async with faq.client() as client:
        await save(client, "debit", title="別の題")
        await faq.publish(entry("debit", "引き落とし日", spoken="毎月末日でございます。"))
        told = await get(client, "debit")
        assert told["stale"] is True
        refused = await client.post("/faq/publish", json={"expected_version": 2})
        versions = (await client.get("/faq/entries/debit/versions")).json()
    assert refused.status_code == 409
    assert "両方を見くらべてください" in refused.json()["detail"]
    assert [(each["version"], each["author"]) for each in versions] == [(2, "初期設定"), (1, "初期設定")]
