"""People and rights in a real browser: from nothing to a signed-in administrator, and what each page shows."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.dashboard.house import OTHER_PASSWORD, PASSWORD, House
from tests.dashboard.site import browsing, serving


async def test_the_first_administrator_adds_somebody_who_signs_in_and_out(doors: House) -> None:
    async with serving(doors.app) as address, browsing() as page:
        await page.goto(address)
        await page.locator("#t-name").fill("管理 花子")
        await page.locator("#t-login").fill("kanri")
        await page.locator("#t-password").fill(PASSWORD)
        await page.locator("#t-again").fill(OTHER_PASSWORD)
        await page.get_by_role("button", name="登録して始める").click()
        await expect(page.get_by_role("alert")).to_contain_text("一致しません")
        await page.locator("#t-again").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="利用者").click()
        await page.get_by_role("button", name="利用者を追加").click()
        dialog = page.get_by_role("dialog")
        await dialog.locator("#t-name").fill("佐藤 次郎")
        await dialog.locator("#t-login").fill("sato")
        await dialog.locator("#s-role").select_option("auditor")
        await dialog.locator("#t-password").fill(OTHER_PASSWORD)
        await dialog.locator("#t-again").fill(OTHER_PASSWORD)
        await dialog.get_by_role("button", name="追加する").click()
        await expect(page.get_by_role("row", name="佐藤 次郎")).to_contain_text("監査担当")
        await page.goto(f"{address}/account")
        await page.get_by_role("button", name="サインアウト").click()
        await page.locator("#t-login").fill("sato")
        await page.locator("#t-password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("あと4回")
        await page.locator("#t-password").fill(OTHER_PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="監査ログ").click()
        await page.get_by_role("button", name="改ざんを確かめる").click()
        await expect(page.locator(".notice")).to_contain_text("改ざんは見つかりませんでした")
        await page.goto(f"{address}/people")
        await expect(page.get_by_role("alert")).to_contain_text("この画面を見る権限がありません")


async def test_a_key_is_shown_once_and_revoked_after_being_asked(doors: House) -> None:
    admin = await doors.administrator()
    async with serving(doors.app) as address, browsing() as page:
        await page.context.add_cookies(
            [{"name": "uketsuke", "value": admin.http.cookies["uketsuke"], "url": address, "sameSite": "Strict"}]
        )
        await page.goto(f"{address}/keys")
        await page.get_by_role("button", name="APIキーを作る").click()
        dialog = page.get_by_role("dialog")
        await dialog.locator("#t-name").fill("社内の集計")
        await dialog.get_by_label("数字を見る").check()
        await dialog.get_by_role("button", name="作る", exact=True).click()
        secret = await dialog.get_by_label("新しいAPIキー").input_value()
        await dialog.get_by_role("button", name="閉じる").last.click()
        assert secret.startswith("utk_")
        assert secret not in await page.content()
        await page.get_by_role("button", name="社内の集計を無効にする").click()
        await page.get_by_role("dialog").get_by_role("button", name="無効にする").click()
        await expect(page.get_by_role("row", name="社内の集計")).to_contain_text("無効")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_the_ways_in_shut_nobody_out(doors: House, dark: bool) -> None:
    async with serving(doors.app) as address, browsing(dark=dark) as page:
        await page.goto(address)
        await page.locator("#t-name").wait_for()
        assert await _serious(page) == []
        await doors.administrator()
        await page.reload()
        await page.locator("#t-login").fill("kanri")
        await page.locator("#t-password").fill("違うパスワードです")
        await page.keyboard.press("Enter")
        await page.get_by_role("alert").wait_for()
        assert await _serious(page) == []


async def _serious(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [each["id"] for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
