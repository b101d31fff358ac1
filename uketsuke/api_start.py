"""The newcomer's API over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.start import StartApi
from dashboard.auth.audit import AuditTrail
from dialogue.company import company_of
from uketsuke.documents import FIRST_AUTHOR
from uketsuke.parts import Parts


def start_routers(parts: Parts) -> list[APIRouter]:
    """From an empty installation to the first own answer."""
    records = parts.records
    audit = AuditTrail(records.audit)
    start = StartApi(records.documents, records.faq, records.rules, records.calls, audit, company_of, FIRST_AUTHOR)
    return [start.router()]
