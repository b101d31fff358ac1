"""The API of tests before publishing over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.golden import GoldenApi
from dashboard.api.trials import TrialsApi
from dashboard.auth.audit import AuditTrail
from dashboard.faq_bench import FaqBench
from dashboard.transcript import LineMask
from uketsuke.golden import GoldenQuestions
from uketsuke.parts import Parts
from uketsuke.spoken_questions import Callers, caller_voices
from uketsuke.trial_bench import Speech, TrialBench
from uketsuke.trials import TrialRunner


def trials_routers(parts: Parts) -> list[APIRouter]:
    """Golden questions, and the tests that ask them."""
    records, audit = parts.records, AuditTrail(parts.records.audit)
    golden = GoldenQuestions(records.documents, parts.places.company / "golden.yaml")
    callers = Callers(parts.places.cache / "trials", caller_voices(parts.places.cache / "models" / "kokoro"))
    speech = Speech(callers, parts.ears.recognizer)
    bench = TrialBench(records, parts.candidates, golden, speech, LineMask(parts.finder), parts.spare)

    async def entry_ids() -> set[str]:
        state = await FaqBench(records.faq, records.working).state()
        return {entry.id for entry in state.entries}

    return [
        TrialsApi(TrialRunner(records, bench, records.own), records.trials, audit).router(),
        GoldenApi(golden, entry_ids, parts.finder.find, audit).router(),
    ]
