"""The page of tests before publishing, in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.dashboard.site import browsing, site
from tests.dashboard.trials_site import serious_faults, trial_routers
from tests.uketsuke.test_trials import WITHOUT_HOURS
from tests.uketsuke.trial_scene import PARKING, keep_call, open_scene


async def test_a_draft_is_tested_and_what_gets_worse_and_what_changes_is_seen(tmp_path: Path) -> None:
    scene = await open_scene(tmp_path)
    for number in range(3):
        await keep_call(scene.records, f"call-{number}", [("駐車場はありますか", "reask")])
    await scene.change(WITHOUT_HOURS)
    await scene.change(PARKING)
    async with site(trial_routers(scene)) as address, browsing() as page:
        await page.goto(f"{address}/trials")
        typed = page.get_by_role("region", name="文字のテスト")
        await typed.get_by_role("button", name="テストする").click()
        await expect(typed.get_by_text("悪化 1件")).to_be_visible()
        await page.get_by_role("button", name="変わったもの").click()
        row = page.get_by_role("row").filter(has_text="お店の営業時間を教えてください")
        await expect(row.get_by_text("悪くなった")).to_be_visible()
        assert await serious_faults(page) == []
        preview = page.get_by_role("region", name="実際の質問への影響")
        await preview.get_by_role("button", name="テストする").click()
        await expect(page.get_by_role("row").filter(has_text="駐車場はありますか").get_by_text("3回")).to_be_visible()
        await expect(page.get_by_text("答えるようになる")).to_be_visible()
    await scene.records.close()
