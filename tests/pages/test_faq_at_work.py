"""A supervisor tunes the FAQ in the browser while somebody is on the telephone."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.pages.house import House

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]
QUESTION = "料金プランを変更したいんですけど"
NEW_ANSWER = "料金プランのご変更は、マイみなとの専用画面から、いつでもお手続きいただけます。"


async def test_what_is_published_answers_the_call_that_is_running(house: House) -> None:
    async with house.telephone() as phone, house.desk_of("suzuki") as page:
        await phone.skip_greeting()
        first = await phone.ask(QUESTION)
        assert first["act"] == "answer"
        entry = first["evidence"]["entry_ids"][0]
        before = first["evidence"]["faq_version"]
        await page.goto(f"/faq/{entry}")
        await page.get_by_label("電話で読み上げる文").fill(NEW_ANSWER)
        await page.get_by_role("button", name="聞いてみる").first.click()
        await _asked_beside(page)
        await _publish(page, "言い回しを短く")
        await _live(house, before + 1)
        await phone.hears_out()
        again = await phone.ask(QUESTION)
        assert again["text"].startswith(NEW_ANSWER)
        assert again["evidence"]["faq_version"] == before + 1
    await _roll_back(house, before)


async def test_an_operator_is_shown_no_way_to_change_the_faq(house: House) -> None:
    async with house.desk_of("sato") as page:
        await page.goto("/faq")
        await expect(page.get_by_role("heading", name="FAQ", level=1)).to_be_visible()
        await expect(page.get_by_role("button", name="公開…")).to_have_count(0)


async def _asked_beside(page: Page) -> None:
    await page.get_by_label("お客様のことば").fill("料金プランを変更したい")
    await page.get_by_role("button", name="質問する").click()
    await expect(page.get_by_role("region", name="公開したあと")).to_contain_text(NEW_ANSWER, timeout=20_000)


async def _publish(page: Page, note: str) -> None:
    await page.get_by_role("button", name="公開…").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("覚え書き").fill(note)
    await dialog.get_by_role("button", name="公開する", exact=True).click()
    await expect(dialog).to_be_hidden(timeout=15_000)


async def _live(house: House, version: int) -> None:
    async with house.office() as office, asyncio.timeout(10):
        while (await office.get("/api/faq/live")).json()["version"] < version:
            await asyncio.sleep(0.05)


async def _roll_back(house: House, version: int) -> None:
    """From the page of publications, as a supervisor does it; later tests find the FAQ as it was."""
    async with house.desk_of("suzuki") as page:
        await page.goto("/publications")
        await expect(page.get_by_text("言い回しを短く").first).to_be_visible()
        await page.get_by_role("button", name=f"第{version}版に戻す").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("理由").fill("試したあと、元に戻します")
        await dialog.get_by_role("button", name="戻す", exact=False).last.click()
        await expect(dialog).to_be_hidden(timeout=15_000)
    await _live(house, version + 2)
