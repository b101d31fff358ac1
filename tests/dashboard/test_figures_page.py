"""The figures' page in a browser: the golden day to the digit, its meaning at hand, its charts by keyboard."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.dashboard.figures_scene import golden_scene
from tests.dashboard.site import browsing, site
from tests.records.figures.golden import golden_figures

GOLDEN = golden_figures()
DAY = "from=2025-12-29&to=2025-12-29"


async def _texts(page: Page, attribute: str) -> dict[str, str]:
    found = await page.locator(f"[{attribute}]").evaluate_all(
        "(all, name) => all.map((each) => [each.getAttribute(name), each.textContent])", attribute
    )
    return dict(found)


async def test_the_page_shows_the_golden_figures_and_what_they_are_made_of(tmp_path: Path) -> None:
    async with golden_scene(tmp_path) as scene, site([scene.router()]) as address, browsing() as page:
        await page.goto(f"{address}/figures?{DAY}")
        await expect(page.locator("[data-figure]")).to_have_count(12)
        shown = await _texts(page, "data-figure")
        assert shown == {key: GOLDEN["figures"][key][0] for key in shown}

        containment = page.locator(".headlines .explained", has_text="完結率").first
        await containment.focus()
        await expect(containment.get_by_role("tooltip")).to_contain_text("分子10AIだけで完結した通話")
        await expect(containment.get_by_role("tooltip")).to_contain_text("分母26")

        chart = page.get_by_role("img", name="着信数（時間ごと）")
        await chart.focus()
        for _ in range(9):
            await page.keyboard.press("ArrowRight")
        await expect(chart.locator(".chart-tip")).to_contain_text("9時着信数 4件")
        await page.get_by_role("button", name="着信数（時間ごと）を表で見る").click()
        await expect(
            page.get_by_role("table", name="着信数（時間ごと）").get_by_role("row", name="9時 4件", exact=True)
        ).to_be_visible()

        await page.get_by_role("tab", name="すべての指標").click()
        await expect(page.locator("[data-all]")).to_have_count(len(GOLDEN["figures"]))
        assert await _texts(page, "data-all") == {key: told[0] for key, told in GOLDEN["figures"].items()}
        numerators = await _texts(page, "data-numerator")
        assert numerators["talk_time"] == "630.0秒"
        assert numerators["containment"] == "10"

        async with page.expect_download() as download:
            await page.get_by_role("button", name="CSVを書き出す").click()
        assert (await download.value).suggested_filename == "数字_2025-12-29_2025-12-29.csv"
        assert [action for _, action, _ in scene.audited] == ["figures.export"]


async def test_a_day_without_calls_says_what_to_do_and_capacity_can_be_asked(tmp_path: Path) -> None:
    async with golden_scene(tmp_path) as scene, site([scene.router()]) as address, browsing(dark=True) as page:
        await page.goto(f"{address}/figures?from=2025-12-01&to=2025-12-01")
        await expect(page.get_by_text("この期間に着信した通話はありません")).to_be_visible()
        assert (await _texts(page, "data-figure"))["containment"] == "―"
        await page.get_by_role("tab", name="容量と費用").click()
        await expect(page.get_by_text("1か月 15,777件")).to_be_visible()
        await page.get_by_label("1通話の平均の長さ（秒）").fill("300")
        await expect(page.get_by_text("209　繁忙日（1.5倍）は305")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 1366
