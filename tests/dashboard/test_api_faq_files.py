"""The FAQ in files over the API: in as changes, after a look at what they do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialogue.faq.entry import FaqEntry
from dialogue.faq.files import format_entries, parse_entries
from records.database import sqlite_url
from records.store import Records
from tests.dashboard.faq_scene import FaqScene, entry


@pytest.fixture
async def faq(tmp_path: Path) -> AsyncIterator[FaqScene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    scene = FaqScene(records)
    await scene.publish(entry("a", "引き落とし日"), entry("b", "支払い方法"))
    yield scene
    await records.close()


def file_of(*entries: dict[str, object], suffix: str = ".csv") -> bytes:
    return format_entries([FaqEntry.model_validate(each) for each in entries], suffix)


CHANGED = entry("a", "引き落とし日", spoken="毎月26日です。")
NEW = entry("c", "新しい題")


@pytest.mark.parametrize("form", ["csv", "xlsx", "yaml"])
async def test_what_is_exported_comes_back_unchanged(faq: FaqScene, form: str) -> None:
    async with faq.client() as client:
        told = await client.get("/faq/export", params={"form": form})
        preview = (await client.post("/faq/import/preview", params={"form": form}, content=told.content)).json()
    assert f"faq-2026-04-01.{form}" in told.headers["content-disposition"]
    assert [each.id for each in parse_entries(told.content, f".{form}")] == ["a", "b"]
    assert (preview["unchanged"], preview["entries"]) == (2, [])


async def test_a_preview_says_what_would_change_and_changes_nothing(faq: FaqScene) -> None:
    async with faq.client() as client:
        told = (
            await client.post("/faq/import/preview", params={"remove_missing": True}, content=file_of(CHANGED, NEW))
        ).json()
    assert [told[kind] for kind in ("added", "changed", "removed", "saved")] == [1, 1, 1, False]
    assert await faq.records.working.of_kind("faq") == []


async def test_an_import_becomes_changes_that_wait_to_be_published(faq: FaqScene) -> None:
    async with faq.client() as client:
        await client.post("/faq/import", content=file_of(CHANGED, NEW))
        draft = await client.get("/faq/export", params={"form": "yaml", "draft": True})
        published = await client.get("/faq/export", params={"form": "yaml"})
    assert [each.id for each in parse_entries(draft.content, ".yaml")] == ["a", "b", "c"]
    assert [each.id for each in parse_entries(published.content, ".yaml")] == ["a", "b"]
    assert await faq.actions() == ["faq.import", "faq.export", "faq.export"]


async def test_somebodys_changes_are_not_overwritten_unless_asked_for(faq: FaqScene) -> None:
    mine = entry("a", "引き落とし日", spoken="書きかけ")
    await faq.records.working.save("faq", "a", mine, revision=0, base_version=1, by="林")
    async with faq.client() as client:
        told = (await client.post("/faq/import", content=file_of(CHANGED))).json()
        kept = await faq.records.working.get("faq", "a")
        await client.post("/faq/import", params={"overwrite": True}, content=file_of(CHANGED))
    assert (told["left"], told["in_the_way"]) == (["a"], [{"id": "a", "changed_by": "林"}])
    assert kept is not None
    assert kept.content["spoken"] == "書きかけ"
    now = await faq.records.working.get("faq", "a")
    assert now is not None
    assert now.content["spoken"] == "毎月26日です。"


async def test_a_file_with_faults_is_refused_whole_and_each_fault_named(faq: FaqScene) -> None:
    spoilt = "ID,カテゴリ,タイトル,質問,音声回答\nx,料金,題,,\n".encode()
    async with faq.client() as client:
        refused = await client.post("/faq/import", content=spoilt)
    assert refused.status_code == 422
    assert [(each["row"], each["column"]) for each in refused.json()["problems"]] == [(2, "質問"), (2, "音声回答")]
    assert await faq.records.working.of_kind("faq") == []
