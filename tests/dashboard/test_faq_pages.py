"""The FAQ's pages in a real browser: found, changed by two, published, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from dashboard.auth.permissions import Role
from records.database import sqlite_url
from records.store import Records
from tests.dashboard.faq_scene import FaqScene, entry
from tests.dashboard.site import browsing, site


@pytest.fixture
async def faq(tmp_path: Path) -> AsyncIterator[FaqScene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    scene = FaqScene(records)
    await scene.publish(entry("debit", "引き落とし日"), entry("pay", "支払い方法"))
    yield scene
    await records.close()


async def test_an_answer_is_found_changed_and_published_and_the_page_says_when_calls_go_by_it(faq: FaqScene) -> None:
    async with site(faq.routers(), Role.SUPERVISOR) as address, browsing() as page:
        await page.goto(f"{address}/faq")
        await page.get_by_label("FAQをさがす").fill("引き落とし")
        await expect(page.locator("tbody tr")).to_have_count(1)
        await page.get_by_role("link", name="引き落とし日").click()
        await page.get_by_label("電話で読み上げる文").fill("引き落とし日のほうは、毎月26日でございます。")
        await expect(page.get_by_text("変更中", exact=True)).to_be_visible()
        await expect(page.get_by_role("list", name="気をつけたいところ")).to_contain_text("のほう")
        assert await faq.records.faq.latest() == 1
        await page.get_by_role("button", name="公開…").click()
        await page.get_by_label("覚え書き").fill("日付の改定")
        faq.live = 2
        await page.get_by_role("button", name="公開する", exact=True).click()
        await expect(page.locator(".toast")).to_contain_text("通話中のお客様にも次の発話から使われます")
    published = await faq.records.faq.current()
    assert published is not None
    assert (published.info.note, published.content[0]["spoken"]) == (
        "日付の改定",
        "引き落とし日のほうは、毎月26日でございます。",
    )


async def test_two_who_change_one_entry_are_shown_both_wordings_and_choose(faq: FaqScene) -> None:
    async with site(faq.routers(), Role.SUPERVISOR) as address, browsing() as page:
        await page.goto(f"{address}/faq/debit")
        answer = page.get_by_label("電話で読み上げる文")
        await expect(answer).to_have_value("引き落とし日は、毎月27日でございます。")
        theirs = entry("debit", "引き落とし日", spoken="毎月25日でございます。")
        await faq.records.working.save("faq", "debit", theirs, revision=0, base_version=1, by="林")
        await answer.fill("毎月26日でございます。")
        dialog = page.get_by_role("dialog", name="ほかの方の変更があります")
        await expect(dialog).to_contain_text("毎月25日でございます。")
        await expect(dialog).to_contain_text("毎月26日でございます。")
        await dialog.get_by_role("button", name="自分の内容で保存する").click()
        await expect(page.get_by_text("保存済み")).to_be_visible()
    kept = await faq.records.working.get("faq", "debit")
    assert kept is not None
    assert (kept.revision, kept.content["spoken"]) == (2, "毎月26日でございます。")


async def test_an_earlier_version_is_taken_back_with_a_reason(faq: FaqScene) -> None:
    await faq.publish(entry("debit", "引き落とし日", spoken="毎月20日でございます。"), entry("pay", "支払い方法"))
    faq.live = 3
    async with site(faq.routers(), Role.SUPERVISOR) as address, browsing() as page:
        await page.goto(f"{address}/publications")
        await expect(page.get_by_text("毎月20日でございます。")).to_be_visible()
        await page.get_by_role("button", name="第1版に戻す").click()
        await page.get_by_label("戻す理由").fill("誤った日付のため")
        await page.get_by_role("button", name="この版に戻す").click()
        await expect(page.locator(".toast")).to_contain_text("第3版として元の内容に戻しました")
    now = await faq.records.faq.current()
    assert now is not None
    assert now.content[0]["spoken"] == "引き落とし日は、毎月27日でございます。"
