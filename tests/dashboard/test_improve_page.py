"""The page of improvements, in a real browser: from an unanswered question to an answer on the next call."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dialogue.turns import Act, CallerTurn, TurnKind
from tests.dashboard.faq_scene import FaqScene
from tests.dashboard.improve_site import improve_routers
from tests.dashboard.site import browsing, site
from tests.dashboard.trials_site import serious_faults
from tests.uketsuke.trial_scene import keep_call, open_scene

ASKED = ("駐車場はありますか", "車で行きたいのですが駐車場はありますか")


async def test_an_unanswered_question_is_added_published_and_answered_on_the_next_call(tmp_path: Path) -> None:
    scene = await open_scene(tmp_path)
    for number, text in enumerate(ASKED):
        await keep_call(scene.records, f"call-{number}", [(text, "reask")], hours_ago=5 + number)
    routers = [*improve_routers(scene, tmp_path), *FaqScene(scene.records).routers()]
    async with site(routers) as address, browsing() as page:
        await page.goto(f"{address}/improve")
        group = page.get_by_role("region").filter(has_text=ASKED[1])
        await expect(group.get_by_text("2回")).to_be_visible()
        assert await serious_faults(page) == []
        await group.get_by_role("button", name="FAQに追加").click()
        dialog = page.get_by_role("dialog", name="言い方をFAQに追加")
        await dialog.get_by_label("追加先の項目").select_option("hours")
        await dialog.get_by_role("button", name="下書きに追加する").click()
        await expect(group.get_by_text("下書きで回答できます")).to_be_visible()
    await FaqScene(scene.records).publishing.publish(
        Principal.person("user-1", "森 花子", Role.SUPERVISOR), ["hours"], 1, "駐車場", ""
    )
    await scene.minds.refresh()
    told = await scene.minds.new_conversation().decide(CallerTurn(TurnKind.SPEECH, ASKED[0]))
    assert (told.reply.act, told.reply.evidence.entry_ids) == (Act.ANSWER, ("hours",))
    await scene.records.close()
