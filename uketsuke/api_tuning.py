"""The API of rules, wording, hours, words and the AI's switch over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.documents import DocumentsApi
from dashboard.api.operation import OperationApi
from dashboard.api.rules import RulesApi, RuleSources
from dashboard.auth.audit import AuditTrail
from dashboard.transcript import LineMask
from dialogue.faq.entry import Audience
from uketsuke.parts import Parts
from uketsuke.planned import tuning_publishing_of
from uketsuke.rule_trial import RuleTrial


def tuning_routers(parts: Parts) -> list[APIRouter]:
    """Everything under `/documents`, `/rules`, `/wording`, `/hours` and `/operation`."""
    records, minds, audit = parts.records, parts.minds, AuditTrail(parts.records.audit)
    sources = RuleSources(
        book=lambda: minds.published.rules,
        faq=lambda: minds.book(Audience.CALLER),
        reader=lambda: minds.reader,
        mask=LineMask(parts.finder),
    )
    return [
        DocumentsApi(tuning_publishing_of(records), records.working, audit).router(),
        RulesApi(sources, RuleTrial(minds, records)).router(),
        OperationApi(records.documents, lambda: parts.switch.current, audit).router(),
    ]
