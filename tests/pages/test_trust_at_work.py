"""What the administrator decides holds at once: the AI's switch, and that no words are kept."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.pages.house import House

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]
SECRET = "料金プランを変更したい"


async def test_the_ai_is_switched_off_for_running_and_for_new_calls(house: House) -> None:
    async with house.desk_of("kanri") as page:
        await page.goto("/trust")
        async with house.telephone("090-5555-0001") as phone:
            await phone.skip_greeting()
            await _switch(page, "AIを止める", "止める")
            await phone.until(lambda: bool(phone.listener.of_kind("escalated")), 15)
        async with house.telephone("090-5555-0002") as phone:
            await phone.until(lambda: bool(phone.listener.of_kind("escalated")), 20)
        await _switch(page, "AIを再開する", "再開する")
        await expect(page.get_by_text("AI応対中", exact=True)).to_be_visible(timeout=10_000)
    async with house.telephone("090-5555-0003") as phone:
        await phone.skip_greeting()
        assert (await phone.ask(SECRET))["act"] == "answer"


async def test_where_no_words_may_be_kept_none_are_found_on_the_disk(house: House) -> None:
    await _zero(house, True)
    before = {file: file.stat().st_size for file in house.data.rglob("*") if file.is_file()}
    async with house.telephone("090-6666-7777") as phone:
        await phone.skip_greeting()
        decided = await phone.ask(SECRET)
        heard = phone.listener.of_kind("heard")[-1]["data"]["text"]
        call_id = phone.call_id
    await house.ended(call_id)
    try:
        async with house.office() as office:
            told = (await office.get(f"/api/calls/{call_id}")).json()
        assert (told["recording"], told["call"]["caller_number"]) == (None, "")
        assert [line["text"] for line in told["lines"] if line["who"] == "caller"] in ([""], ["", ""], [])
        assert decided["text"] not in str(told)
        fresh = [file for file in house.data.rglob("*.wav*") if file not in before]
        assert fresh == []
        assert heard.encode() not in (house.data / "agent.log").read_bytes()
        disk = b"".join(file.read_bytes() for file in house.data.glob("uketsuke.sqlite3*"))
        assert b"09066667777" not in disk and b"090-6666-7777" not in disk
    finally:
        await _zero(house, False)


async def _switch(page: Page, opens: str, does: str) -> None:
    await page.get_by_role("button", name=opens).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("理由").fill("動作の確認のため")
    await dialog.get_by_role("button", name=does, exact=True).click()
    await expect(dialog).to_be_hidden(timeout=10_000)


async def _zero(house: House, zero: bool) -> None:
    async with house.office() as office:
        now = (await office.get("/api/retention")).json()
        change = {"days": now["days"], "zero": zero, "expected_version": now["version"], "reason": "動作の確認のため"}
        (await office.put("/api/retention", json=change)).raise_for_status()
    # The service looks for what was published every half second.
    await asyncio.sleep(3.0)
