"""The API of trust over the parts of the service: retention, persons' requests, transparency."""

from __future__ import annotations

import importlib.metadata

from fastapi import APIRouter

from dashboard.api.hooks import HooksApi
from dashboard.api.retention import RetentionApi
from dashboard.api.subjects import SubjectsApi
from dashboard.api.transparency import TransparencyApi
from dashboard.auth.audit import AuditTrail
from dashboard.recordings import RecordingFolder
from uketsuke.model_sheets import model_sheets, outlets
from uketsuke.parts import Parts


def trust_routers(parts: Parts) -> list[APIRouter]:
    """How long data stays, whose it is, and where it goes."""
    records, settings, places = parts.records, parts.settings, parts.places
    audit = AuditTrail(records.audit)
    return [
        HooksApi(records.hooks, audit, settings.hooks.allowed_hosts).router(),
        RetentionApi(records.documents, records.retention, records.holds, audit).router(),
        SubjectsApi(records.calls, records.retention, RecordingFolder(places.recordings), audit).router(),
        TransparencyApi(
            records.hosts,
            lambda: model_sheets(settings, places),
            lambda: outlets(settings, places),
            importlib.metadata.version("uketsuke"),
        ).router(),
    ]
