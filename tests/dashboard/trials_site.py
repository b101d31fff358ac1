"""The routers of tests and improvements over a small company, for API and browser tests."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from fastapi import APIRouter
from playwright.async_api import Page

from dashboard.api.golden import GoldenApi
from dashboard.api.trials import TrialsApi
from dashboard.auth.audit import AuditTrail
from dashboard.faq_bench import FaqBench
from dialogue.privacy.finder import PersonalFinder
from tests.dashboard.faq_scene import FaqScene
from tests.uketsuke.trial_scene import TrialScene


def trial_routers(scene: TrialScene) -> list[APIRouter]:
    """Golden questions, tests, and the FAQ's own."""
    records, audit = scene.records, AuditTrail(scene.records.audit)

    async def entry_ids() -> set[str]:
        state = await FaqBench(records.faq, records.working).state()
        return {entry.id for entry in state.entries}

    return [
        TrialsApi(scene.runner, records.trials, audit).router(),
        GoldenApi(scene.golden, entry_ids, PersonalFinder().find, audit).router(),
        *FaqScene(records).routers(),
    ]


async def serious_faults(page: Page) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    found = await Axe().run(page)
    return [each["id"] for each in found.response["violations"] if each["impact"] in {"serious", "critical"}]
