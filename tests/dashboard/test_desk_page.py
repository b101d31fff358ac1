"""The desk's page in a real browser over the real API."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import APIRouter
from playwright.async_api import Page, expect

from dashboard.api.floor import FloorApi
from dashboard.auth.permissions import Role
from dashboard.floor import FloorBoard, day_began_in
from dashboard.live_feed import LiveFeed
from dashboard.transcript import LineMask
from telephony.events import EventKind
from tests.dashboard.desk_scene import DeskStage
from tests.dashboard.scene import Scene
from tests.dashboard.site import browsing, site

SERIOUS = {"serious", "critical"}


@pytest.fixture
def stage(scene: Scene) -> DeskStage:
    return DeskStage(scene)


@asynccontextmanager
async def at_the_desk(stage: DeskStage, role: Role = Role.OPERATOR, dark: bool = False) -> AsyncIterator[Page]:
    """Somebody sits at the desk and is available."""
    scene = stage.scene
    board = FloorBoard(scene.live, scene.records.floor, scene.status_now, day_began_in(lambda moment: moment))
    floor = FloorApi(board, LiveFeed(scene.live, LineMask()), scene.status_now, stage.calls.get, stage.audit)
    routers: list[APIRouter] = [*stage.routers, floor.router()]
    stage.floor.watch.start()
    try:
        async with site(routers, role) as address, browsing(dark=dark) as page:
            await page.goto(f"{address}/desk")
            await page.get_by_role("button", name="受付可", exact=True).click()
            await expect(page.locator(".state-now")).to_contain_text("受付可")
            yield page
    finally:
        await stage.floor.watch.close()


async def until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happens():
            await asyncio.sleep(0.02)


async def faults(page: Page) -> list[str]:
    found = await Axe().run(page)
    serious = (each for each in found.response["violations"] if each["impact"] in SERIOUS)
    return [f"{each['id']}: {node['html'][:200]}" for each in serious for node in each["nodes"]]


async def test_a_caller_is_taken_answered_by_typing_and_written_up_by_keyboard(stage: DeskStage) -> None:
    async with at_the_desk(stage) as page:
        call = await stage.wait("c1", "080-5555-0101")
        await expect(page.locator(".calls-you")).to_have_text("お客様のご希望")
        assert await page.title() == "（1）お待ちのお客様｜受付"
        assert await faults(page) == []
        await page.keyboard.press("F2")
        box = page.get_by_label("文字で話す")
        await expect(box).to_be_focused()
        await expect(page.get_by_label("お客様", exact=True)).to_contain_text("080****0101")
        await expect(page.get_by_role("log")).to_contain_text("今月の請求っていつ引き落とされますか")
        await page.keyboard.type("お待たせいたしました。")
        await page.keyboard.press("Enter")
        await expect(box).to_have_value("")
        assert call.asked[-1] == ("say", "お待たせいたしました。")
        await page.get_by_role("button", name="入れる").first.click()
        await expect(box).to_have_value(
            "請求が高いときについてご案内いたします。ご利用明細で内訳をご確認いただけます。"
        )
        assert await faults(page) == []

        await page.reload()
        await expect(page.get_by_role("button", name="終話")).to_be_visible()
        stage.hang_up("c1")
        await expect(page.get_by_label("応対結果")).to_be_focused()
        assert await faults(page) == []
        await page.get_by_role("button", name="後処理を終える").click()
        await expect(page.get_by_text("応対結果を選んでください。")).to_be_visible()
        await page.get_by_label("応対結果").select_option("billing")
        await page.get_by_role("button", name="後処理を終える").click()
        await expect(page.get_by_text("お電話をお待ちしています。")).to_be_visible()


async def test_the_operators_own_voice_reaches_the_call_and_stays_when_they_look_something_up(
    stage: DeskStage,
) -> None:
    async with at_the_desk(stage, dark=True) as page:
        call = await stage.wait("c1", "080-5555-0101")
        await page.get_by_role("button", name="応対する").first.click()
        await page.get_by_role("button", name="自分の声で話す").click()
        await expect(page.get_by_role("button", name="声を止める")).to_be_visible()
        await until(lambda: any(abs(each).max() > 0.01 for each in call.microphones[0].fed))
        assert await faults(page) == []
        await page.get_by_role("link", name="フロア").click()
        await expect(page.get_by_label("応対デスクのお知らせ")).to_contain_text("応対中")
        assert not call.microphones[0].closed
        await page.get_by_role("link", name="応対デスクへ").click()
        await page.keyboard.press("F8")
        await expect(page.get_by_role("button", name="自分の声で話す")).to_be_visible()
        await until(lambda: call.microphones[0].closed)


async def test_harassment_is_one_press_and_the_supervisor_sees_it_at_once(stage: DeskStage) -> None:
    async with at_the_desk(stage, Role.SUPERVISOR) as page:
        call = await stage.wait("c1", "080-5555-0101")
        await expect(page.locator(".calls-you")).to_be_visible()
        await page.keyboard.press("F2")
        await page.get_by_role("button", name="カスハラ").click()
        alarm = page.get_by_label("迷惑行為の報告", exact=True)
        await expect(alarm).to_contain_text("警告をお伝えしました")
        stage.scene.tell(EventKind.OPERATOR, 20_000, "c1", what="warned", name="試験 太郎")
        await expect(page.get_by_text("もう一度「カスハラ」を押すと")).to_be_visible()
        await page.get_by_role("button", name="カスハラ").click()
        await page.get_by_role("dialog").get_by_role("button", name="終話する").click()
        await expect(alarm).to_contain_text("通話を終えました")
        assert call.asked[-2:] == [("warn",), ("end", "warning")]
        await page.get_by_role("button", name="確かめる").click()
        await page.get_by_role("button", name="確認済みにする").click()
        await expect(alarm).to_have_count(0)
