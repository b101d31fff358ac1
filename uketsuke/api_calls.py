"""The API of running and past calls over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.calls import DashboardApi
from dashboard.past import ResponseTimes
from dashboard.recordings import RecordingFolder
from dashboard.transcript import LineMask
from uketsuke.parts import Parts


def calls_routers(parts: Parts) -> list[APIRouter]:
    """Calls, their recordings and their live events."""
    calls = parts.records.calls
    recordings, times, mask = RecordingFolder(parts.places.recordings), ResponseTimes(calls), LineMask(parts.finder)
    return [DashboardApi(parts.live, calls, parts.status, recordings, times, mask).router()]
