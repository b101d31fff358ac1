"""What nobody could answer becomes an entry in the browser, and the next caller is answered."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.pages.house import House

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]
QUESTION = "お店に犬を連れて行ってもいいですか"
ANSWER = "みなとショップには、小型犬までお連れいただけます。"


async def test_an_unanswered_question_becomes_an_entry_and_the_next_caller_is_answered(house: House) -> None:
    async with house.telephone("090-4444-0001") as phone:
        await phone.skip_greeting()
        assert (await phone.ask(QUESTION))["act"] != "answer"
        heard = phone.listener.of_kind("heard")[-1]["data"]["text"]
        call_id = phone.call_id
    await house.ended(call_id)
    async with house.desk_of("suzuki") as page:
        await page.goto("/improve")
        group = page.locator(".improve-group").filter(has_text=heard[:6]).first
        await expect(group).to_be_visible(timeout=30_000)
        await group.get_by_role("button", name="新しいFAQにする", exact=False).click()
        dialog = page.get_by_role("dialog", name="新しいFAQにする")
        await dialog.get_by_label("タイトル").fill("お店に犬を連れて行く")
        await dialog.get_by_label("カテゴリ", exact=False).fill("お店")
        await dialog.get_by_role("button", name="作って回答を書く").click()
        await page.get_by_label("電話で読み上げる文").fill(ANSWER)
        await page.get_by_role("button", name="公開…").click(timeout=10_000)
        publishing = page.get_by_role("dialog", name="変更の公開")
        await publishing.get_by_role("button", name="公開する", exact=True).click(timeout=15_000)
        await expect(publishing).to_be_hidden(timeout=15_000)
    await house.takes_up_the_faq()
    async with house.telephone("090-4444-0002") as phone:
        await phone.skip_greeting()
        decided = await phone.ask(QUESTION)
        assert decided["text"].startswith(ANSWER), decided["text"]
