"""The pages' frame: every address of the navigation is served, in a browser that lets nothing in from outside."""

import re

import httpx
from playwright.async_api import expect

from dashboard.auth.permissions import Permission, Role
from dashboard.site import PAGE_PATHS, STATIC_FOLDER
from tests.dashboard.site import browsing, site

NAVIGATION = (STATIC_FOLDER / "app" / "nav.js").read_text(encoding="utf-8")


def test_every_page_of_the_navigation_has_an_address_on_the_server() -> None:
    paths = set(re.findall(r'path: "([^"]+)"', NAVIGATION))
    served = {re.sub(r"\{(\w+)\}", r":\1", path) for path in PAGE_PATHS} - {"/", "/login", "/setup"}
    assert paths == served


def test_every_page_asks_for_a_permission_that_there_is() -> None:
    asked = set(re.findall(r'needs: "([^"]+)"', NAVIGATION))
    assert asked <= {each.value for each in Permission}


async def test_no_script_or_style_but_our_own_files_runs() -> None:
    async with site([]) as address, httpx.AsyncClient(base_url=address) as client:
        answer = await client.get("/floor")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-cache"


async def test_an_auditor_sees_only_what_an_auditor_may() -> None:
    async with site([], Role.AUDITOR) as address, browsing() as page:
        await page.goto(f"{address}/people")
        await expect(page.get_by_role("alert")).to_contain_text("この画面を見る権限がありません")
        names = await page.locator(".nav-link").all_inner_texts()
    assert "監査ログ" in names
    assert "利用者" not in names
    assert "応対デスク" not in names
