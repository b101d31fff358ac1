"""What the pages are built on, handed to each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.past import ResponseTimes
from dashboard.recordings import RecordingFolder
from dashboard.sources import CallArchive, DashboardSettings, ServiceStatus
from dashboard.transcript import LineMask
from telephony.live import LiveCalls


@dataclass(frozen=True)
class PageSources:
    """The running calls, the records, the service's status, how to show them, and what covers what is personal."""

    live: LiveCalls
    calls: CallArchive
    status: Callable[[], ServiceStatus]
    settings: DashboardSettings
    recordings: RecordingFolder
    response_times: ResponseTimes
    mask: LineMask
