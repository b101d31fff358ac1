"""The API of the floor and of past calls over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.calls import CallsApi
from dashboard.api.floor import FloorApi
from dashboard.auth.audit import AuditTrail
from dashboard.floor import FloorBoard, day_began_in
from dashboard.live_feed import LiveFeed
from dashboard.recordings import RecordingFolder
from dashboard.story import Storyteller
from dashboard.transcript import LineMask
from uketsuke.call_replay import CallReplay
from uketsuke.parts import Parts


def calls_routers(parts: Parts) -> list[APIRouter]:
    """Running calls with their events and sound; past calls with their reasons and recordings."""
    records, audit, mask = parts.records, AuditTrail(parts.records.audit), LineMask(parts.finder)
    board = FloorBoard(parts.live, records.floor, parts.status, day_began_in(parts.minds.company.local))
    floor = FloorApi(board, LiveFeed(parts.live, mask), parts.status, parts.desk.get, audit)
    calls = CallsApi(
        records.calls,
        records.around,
        records.votes,
        RecordingFolder(parts.places.recordings),
        Storyteller(mask),
        CallReplay(parts.minds, records, parts.spare),
        parts.unmasking.may_see,
        audit,
    )
    return [floor.router(), calls.router()]
