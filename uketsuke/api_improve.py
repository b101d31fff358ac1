"""The API of what could be answered better over the parts of the service."""

from __future__ import annotations

from collections.abc import Callable

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
from uketsuke.improving import ImproveWorkshop
from uketsuke.mining import mine_published
from uketsuke.parts import Parts


def improve_routers(parts: Parts) -> list[APIRouter]:
    """Unanswered questions, doubted answers, mined drafts."""
    records, audit, mask = parts.records, AuditTrail(parts.records.audit), LineMask(parts.finder)
    bench = FaqBench(records.faq, records.working)
    workshop = ImproveWorkshop(parts.minds, parts.candidates, bench)
    gleaner = Gleaner(PersonalGuard(parts.finder.find))
    unanswered = UnansweredQuestions(
        records.asked, records.votes, workshop, gleaner, parts.minds.reader, mask, parts.spare
    )

    async def is_taken(entry_id: str) -> bool:
        return bool(await records.faq.entry_history(entry_id, 1))

    async def titles() -> dict[str, str]:
        return {entry.id: str(entry.shown.get("title", entry.id)) for entry in (await bench.state()).entries}

    async def mine(days: int, progress: Callable[[Progress], None]) -> int:
        result = await mine_published(parts.places, records, days=days, progress=progress, run=parts.spare)
        return len(result.drafts)

    changes = FaqChanges(bench, records.working, is_taken)
    recordings = RecordingFolder(parts.places.recordings)
    suspects = WrongAnswers(records.asked, records.votes, mask)
    return [
        ImproveApi(unanswered, suspects, changes, records.votes, records.calls, recordings, titles, audit).router(),
        MinedApi(records.drafts, changes, bench, MiningDesk(mine, records.own), audit).router(),
    ]
