"""From an empty installation to the first own answer on the telephone, as a newcomer does it in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bench.agent_process import running_agent
from bench.callers import CallerVoice
from tests.pages.house import PASSWORD, House, Telephone
from voice.models.store import default_cache_dir

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]
ANSWER = "あおば商店の営業時間は、平日の午前10時から午後7時までです。"
QUESTIONS = "営業時間を教えてください\n何時まで開いていますか\nお店は何時からですか"


async def test_a_newcomer_is_led_to_their_own_answer_on_the_telephone(tmp_path: Path, browser: Browser) -> None:
    async with running_agent(tmp_path, {"UKETSUKE_LLM__KIND": "off"}) as agent:
        context = await browser.new_context(base_url=agent.url, locale="ja-JP", viewport={"width": 1366, "height": 768})
        page = await context.new_page()
        await _set_up(page)
        await page.goto("/start")
        await _name_the_company(page)
        await _write_the_first_entry(page)
        await _try_and_publish(page)
        house = House(agent, browser, CallerVoice("openjtalk", default_cache_dir()))
        async with house.telephone() as phone:
            assert await _answer(phone) == ANSWER
        await expect(page.get_by_text("電話で、自分のFAQに答えました。")).to_be_visible(timeout=15_000)
        await context.close()


async def _set_up(page: Page) -> None:
    page.set_default_timeout(10_000)
    await page.goto("/")
    await page.get_by_label("お名前").fill("青葉 一郎")
    await page.get_by_label("ログイン名").fill("aoba")
    for field in await page.locator("input[type=password]").all():
        await field.fill(PASSWORD)
    await page.get_by_role("button", name="登録して始める").click()
    await expect(page.get_by_role("navigation")).to_be_visible(timeout=10_000)


async def _name_the_company(page: Page) -> None:
    await page.get_by_label("会社の名前").fill("あおば商店")
    await page.get_by_label("読み（ひらがな）").fill("あおばしょうてん")
    await page.get_by_label("名乗り").fill("あおば商店の自動音声")
    await page.get_by_label("見本のFAQ・ルール・ことばを消して").check()
    await page.get_by_role("button", name="見本を消して始める").click()
    await expect(page.get_by_role("heading", name="はじめてのFAQ")).to_be_visible()


async def _write_the_first_entry(page: Page) -> None:
    await page.get_by_label("題名").fill("営業時間")
    await page.get_by_label("お客様の言い方", exact=False).fill(QUESTIONS)
    await page.get_by_label("お答え（読み上げる文）").fill(ANSWER)
    await page.get_by_role("button", name="聞いてみる").click()
    await expect(page.locator("audio.hear")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="次へ：試してみる").click()


async def _try_and_publish(page: Page) -> None:
    await page.get_by_role("button", name="質問する").click()
    await expect(page.get_by_text("登録したFAQで答えました")).to_be_visible(timeout=20_000)
    await page.get_by_role("button", name="公開する", exact=True).click()
    await expect(page.get_by_role("heading", name="電話で確かめる")).to_be_visible(timeout=20_000)


async def _answer(phone: Telephone) -> str:
    await phone.skip_greeting()
    decided = await phone.ask("営業時間を教えてください")
    if decided["act"] != "answer":
        # A synthetic voice on a telephone may be misheard once: people say it again.
        await phone.hears_out()
        decided = await phone.ask("営業時間を教えてください")
    await phone.hears_out()
    return str(decided["text"]).split("ほかに")[0]
