"""The API of the FAQ bench over the parts of the service: edit, hear, ask, publish."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime

from fastapi import APIRouter

from dashboard.api.faq import FaqApi
from dashboard.api.faq_ask import FaqAskApi
from dashboard.api.faq_files import FaqFilesApi
from dashboard.api.faq_publishing import FaqPublishingApi
from dashboard.api.plans import PlansApi
from dashboard.api.speech import SpeechApi
from dashboard.auth.audit import AuditTrail
from dashboard.faq_bench import FaqBench
from dashboard.faq_review import FaqReviewer
from dialogue.turns import CallerTurn, Reply, TurnKind
from uketsuke.candidate_minds import CandidateMinds
from uketsuke.minds import Minds
from uketsuke.parts import Parts
from uketsuke.planned import faq_publishing_of
from voice.tts.openjtalk import Frontend


def faq_routers(parts: Parts) -> list[APIRouter]:
    """Everything under `/faq`, plans to publish, and hearing any text."""
    records, audit = parts.records, AuditTrail(parts.records.audit)
    bench, frontend = FaqBench(records.faq, records.working), Frontend()
    # A person at a page waits for these answers, and embedding runs beside the pool: a thread, as `trials` do it.
    candidates = CandidateMinds(parts.minds, asyncio.to_thread)

    def today() -> date:
        return parts.minds.company.local(datetime.now(UTC)).date()

    reviewer = FaqReviewer(lambda text: frontend.kana(parts.mouth.reading_of(text)))
    return [
        FaqApi(records.faq, records.working, reviewer, audit, today).router(),
        FaqPublishingApi(faq_publishing_of(records), records.faq, lambda: parts.minds.faq_version).router(),
        FaqFilesApi(bench, records.working, audit, today).router(),
        FaqAskApi(bench, LiveMind(parts.minds), candidates.of, parts.ears.hear).router(),
        PlansApi(records.planned, audit).router(),
        SpeechApi(parts.mouth, parts.settings.voice.speed).router(),
    ]


class LiveMind:
    """Answers as a call that begins now would be answered, without keeping anything."""

    def __init__(self, minds: Minds) -> None:
        self._minds = minds

    async def ask(self, text: str, alternatives: Sequence[str] = (), confidence: float | None = None) -> Reply:
        """The reply to `text` as the first turn of a call."""
        turn = CallerTurn(TurnKind.SPEECH, text, tuple(alternatives), confidence)
        return (await self._minds.new_conversation().decide(turn)).reply
