"""The routers of improvements over a small company with past calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter

from dashboard.api.improve import ImproveApi
from dashboard.api.mined import MinedApi
from dashboard.auth.audit import AuditTrail
from dashboard.faq_bench import FaqBench
from dashboard.improve.changes import FaqChanges
from dashboard.improve.mining import MiningDesk, Progress
from dashboard.improve.suspects import WrongAnswers
from dashboard.improve.unanswered import UnansweredQuestions
from dashboard.recordings import RecordingFolder
from dashboard.transcript import LineMask
from dialogue.mining.gleaning import Gleaner
from dialogue.mining.personal import PersonalGuard
from dialogue.privacy.finder import PersonalFinder
from tests.uketsuke.trial_scene import TrialScene
from uketsuke.improving import ImproveWorkshop


def unanswered_of(scene: TrialScene) -> UnansweredQuestions:
    """What finds unanswered questions of the scene."""
    records, finder = scene.records, PersonalFinder()
    workshop = ImproveWorkshop(scene.minds, scene.candidates, FaqBench(records.faq, records.working))
    gleaner = Gleaner(PersonalGuard(finder.find))
    return UnansweredQuestions(
        records.asked, records.votes, workshop, gleaner, scene.minds.reader, LineMask(finder), asyncio.to_thread
    )


def improve_routers(scene: TrialScene, recordings: Path) -> list[APIRouter]:
    """Unanswered questions, doubted answers and mined drafts."""
    records, audit = scene.records, AuditTrail(scene.records.audit)
    bench = FaqBench(records.faq, records.working)

    async def is_taken(entry_id: str) -> bool:
        return bool(await records.faq.entry_history(entry_id, 1))

    async def titles() -> dict[str, str]:
        return {entry.id: str(entry.shown.get("title", entry.id)) for entry in (await bench.state()).entries}

    async def mine(days: int, progress: Callable[[Progress], None]) -> int:
        return len(await records.drafts.list())

    changes = FaqChanges(bench, records.working, is_taken)
    suspects = WrongAnswers(records.asked, records.votes, LineMask(PersonalFinder()))
    folder = RecordingFolder(recordings)
    return [
        ImproveApi(
            unanswered_of(scene), suspects, changes, records.votes, records.calls, folder, titles, audit
        ).router(),
        MinedApi(records.drafts, changes, bench, MiningDesk(mine, scene.own), audit).router(),
    ]
