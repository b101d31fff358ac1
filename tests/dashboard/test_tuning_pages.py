"""Rules, wording, hours and words in a real browser over the real API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from dashboard.auth.permissions import Role
from dialogue.escalation.dry_run import DryRun, Hit
from records.database import sqlite_url
from records.store import Records
from tests.dashboard.site import browsing, site
from tests.dashboard.tuning_scene import TuningScene

SERIOUS = {"serious", "critical"}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[TuningScene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    scene = TuningScene(records)
    await scene.publish_sample()
    yield scene
    await records.close()


@asynccontextmanager
async def pages(scene: TuningScene, role: Role = Role.SUPERVISOR, dark: bool = False) -> AsyncIterator[Page]:
    """A browser whose address is that of the site."""
    async with site(scene.routers(), role) as address, browsing(dark=dark) as page:
        await page.goto(f"{address}/wording")
        yield page


async def to(page: Page, path: str) -> None:
    await page.evaluate(
        "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )
    await expect(page.locator(".draft-bar")).to_be_visible()


async def publish(page: Page) -> None:
    await page.get_by_role("button", name="公開する（変更").click()
    await page.get_by_role("dialog").get_by_role("button", name="公開する").click()
    await expect(page.locator(".toast").last).to_contain_text("通話中のお客様にも、次の発話から反映されます")
    await expect(page.locator(".draft-bar")).to_contain_text("公開中：第2版")


async def test_words_are_changed_mended_and_published(scene: TuningScene) -> None:
    async with pages(scene) as page:
        await page.get_by_role("tab", name="担当者への引き継ぎ").click()
        words = page.get_by_role("textbox", name="引き継ぎ（受付時間内）", exact=True)
        await words.fill("承知いたしました。")
        await expect(page.get_by_text("担当者につながる方法のご案内は、なくせません")).to_be_visible()
        await expect(page.get_by_role("button", name="公開する（変更")).to_be_disabled()
        await words.fill("承知いたしました。担当の者よりお電話いたします。")
        await publish(page)
        await to(page, "/hours")
        await page.get_by_label("日曜日に受け付ける").check()
        await page.get_by_label("月", exact=True).fill("2026-11")
        await expect(page.get_by_role("button", name="2026/11/29(日) 09:00～18:00、曜日どおり")).to_be_visible()
        await expect(page.get_by_role("button", name="2026/11/23(月) お休み、勤労感謝の日")).to_be_visible()
        await publish(page)
    wording, company = (
        await scene.records.documents.current("wording"),
        await scene.records.documents.current("company"),
    )
    assert wording is not None and wording.content["prompts"]["hand_over"].startswith("承知いたしました。")
    assert company is not None and company.content["opening_hours"]["sun"] == "09:00-18:00"
    assert (await scene.actions())[-4:] == ["wording.edit", "wording.publish", "company.edit", "company.publish"]


async def test_a_rule_is_built_tried_on_past_calls_and_published(scene: TuningScene) -> None:
    hit = Hit("call-1", "rule-1", 0, "弁護士に相談します", ("言葉「弁護士」",), False)
    scene.past = DryRun(500, (hit,) * 37, {}, (hit,) * 4, (), ())
    async with pages(scene) as page:
        await to(page, "/rules")
        await page.get_by_role("button", name="＋ ルールを加える").click()
        await page.get_by_label("題名").fill("お怒りのお客様")
        await page.locator("#kind-0-0").select_option("tone")
        await page.get_by_label("ご様子").select_option("angry")
        await page.get_by_role("button", name="＋ 条件を加える").click()
        await page.locator("#kind-0-1").select_option("call_minutes")
        listed = page.locator(".rule-list li", has_text="お怒りのお客様")
        await expect(listed).to_contain_text("お客様がお怒りのご様子、かつ、通話が10分以上")
        await listed.get_by_role("button", name="お怒りのお客様を上へ").press("Enter")
        await page.get_by_role("tab", name="過去の通話で試す").click()
        await page.get_by_role("button", name="試す", exact=True).click()
        await expect(page.get_by_text("直近500件なら37件を引き継ぎます")).to_be_visible()
        await publish(page)
    current = await scene.records.rules.current()
    assert current is not None and current.version == 2
    (made,) = [rule for rule in current.content if rule["id"] == "rule-1"]
    assert [part["kind"] for part in made["when"]["of"]] == ["tone", "call_minutes"]


async def test_who_may_only_look_finds_nothing_to_change_and_no_page_has_a_serious_fault(scene: TuningScene) -> None:
    async with pages(scene, Role.AUDITOR, dark=True) as page:
        for path in ("/wording", "/hours", "/words", "/rules"):
            await to(page, path)
            await page.wait_for_load_state("networkidle")
            await expect(page.get_by_role("button", name="公開する")).to_have_count(0)
            found = (await Axe().run(page)).response["violations"]
            assert [each["id"] for each in found if each["impact"] in SERIOUS] == []
