"""Every page for everybody: nobody is shut out by how it is made, and nobody gets in where they may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from dashboard.auth.permissions import ROLE_PERMISSIONS, Role
from dashboard.site import STATIC_FOLDER
from tests.pages.house import House

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
NAVIGATION = (STATIC_FOLDER / "app" / "nav.js").read_text(encoding="utf-8")
PAGES = {
    path: needs for path, needs in re.findall(r'path: "([^"]+)".*?needs: "([^"]+)"', NAVIGATION) if ":" not in path
}
PEOPLE = {Role.SUPERVISOR: "suzuki", Role.OPERATOR: "sato", Role.AUDITOR: "kansa"}
SERIOUS = {"serious", "critical"}
REFUSED = "この画面を見る権限がありません"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_no_page_has_a_serious_fault_of_accessibility(house: House, dark: bool) -> None:
    faults: dict[str, list[str]] = {}
    async with house.desk_of("kanri", dark=dark) as page:
        for path in [*PAGES, *[each async for each in _single_pages(house)]]:
            await _open(page, path)
            found = await Axe().run(page)
            serious = [each for each in found.response["violations"] if each["impact"] in SERIOUS]
            if serious:
                faults[path] = [_told(each) for each in serious]
    assert faults == {}


async def test_no_page_needs_scrolling_sideways_on_an_office_screen(house: House) -> None:
    async with house.desk_of("kanri") as page:
        wide = []
        for path in PAGES:
            await _open(page, path)
            if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append(path)
    assert wide == []


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_role_sees_its_own_pages_and_is_told_so_at_the_others(house: House, role: Role) -> None:
    async with house.desk_of(PEOPLE[role]) as page:
        for path, needs in PAGES.items():
            await page.goto(path)
            await expect(page.locator("main")).not_to_contain_text("読み込んでいます", timeout=10_000)
            allowed = needs in {each.value for each in ROLE_PERMISSIONS[role]}
            refused = await page.get_by_text(REFUSED).count()
            assert (path, refused == 0) == (path, allowed)
            assert await page.locator(f'nav a[href="{path}"]').count() == int(allowed)


async def _open(page: Page, path: str) -> None:
    await page.goto(path)
    await expect(page.locator("main h1").first).to_be_visible(timeout=10_000)
    await expect(page.locator("main .loading")).to_have_count(0, timeout=10_000)


async def _single_pages(house: House) -> Any:
    """One entry and one call, where there are any."""
    async with house.office() as office:
        for entry in (await office.get("/api/faq")).json()["entries"][:1]:
            yield f"/faq/{entry['id']}"
        for call in (await office.get("/api/calls", params={"limit": 1})).json()["calls"][:1]:
            yield f"/calls/{call['id']}"


def _told(fault: dict[str, Any]) -> str:
    return f"{fault['id']}: {' | '.join(_targets(fault))}"


def _targets(fault: dict[str, Any]) -> Iterator[str]:
    for node in fault["nodes"][:4]:
        yield f"{node['target']} {node['html'][:120]} {node.get('failureSummary', '')[:160]}"
