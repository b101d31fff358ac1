"""Puts the pages and their API on the service's application."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import nicegui
from fastapi import FastAPI
from nicegui import Client, ui
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard.access import AccessGuard
from dashboard.api import DashboardApi
from dashboard.components.base import STATIC_PATH
from dashboard.feed import PageFeed
from dashboard.pages.call import CallPage
from dashboard.pages.home import HomePage
from dashboard.pages.sources import PageSources
from dashboard.past import ResponseTimes
from dashboard.recordings import RecordingFolder
from dashboard.sources import CallArchive, DashboardSettings, ServiceStatus
from dashboard.transcript import LineMask
from dashboard.vitals import Vitals, metrics_app
from dialogue.privacy.finder import PersonalFinder
from telephony.live import LiveCalls

STATIC_FOLDER: Final = Path(__file__).parent / "static"


def mount_dashboard(
    app: FastAPI,
    *,
    live: LiveCalls,
    calls: CallArchive,
    status: Callable[[], ServiceStatus],
    settings: DashboardSettings,
    vitals: Vitals,
    finder: PersonalFinder | None = None,
) -> None:
    """Add `/api`, `/metrics`, the pages and their files to `app`.

    What is personal is covered everywhere; `finder` knows the company's own names and numbers, which are not.
    To be called last: the pages take every path that is not taken yet. NiceGUI holds one application a process, so
    a second call moves the pages to the application of that call.
    """
    recordings = RecordingFolder(settings.recordings)
    response_times = ResponseTimes(calls)
    mask = LineMask(finder)
    api = DashboardApi(live, calls, status, recordings, response_times, mask).app()
    app.mount("/api", AccessGuard(api, settings.allow_remote))
    app.router.routes.append(Route("/metrics", AccessGuard(metrics_app(vitals), settings.allow_remote)))
    app.mount(STATIC_PATH, AccessGuard(StaticFiles(directory=STATIC_FOLDER), settings.allow_remote))
    _add_pages(PageSources(live, calls, status, settings, recordings, response_times, mask))
    _mount_nicegui(app, settings.allow_remote)


def _add_pages(sources: PageSources) -> None:
    @ui.page("/", title="受付")
    def home(client: Client) -> None:
        page = HomePage(sources)
        feed = PageFeed(sources.live, page.show)
        # A page that is closed, or whose connection breaks, gives its subscription back at once.
        client.on_connect(feed.start)
        client.on_disconnect(feed.stop)
        client.on_delete(feed.stop)

    @ui.page("/calls/{call_id}", title="通話の記録｜受付")
    async def call(call_id: str) -> None:
        await CallPage(sources).build(call_id)


def _mount_nicegui(app: FastAPI, allow_remote: bool) -> None:
    # What an earlier mounting in this process has left would forbid a new one.
    nicegui.app.middleware_stack = None
    nicegui.app.user_middleware.clear()
    ui.run_with(
        app,
        title="受付",
        dark=None,
        language="ja",
        tailwind=False,
        show_welcome_message=False,
        favicon=STATIC_FOLDER / "icon.svg",
    )
    mounted = app.router.routes[-1]
    if not isinstance(mounted, Mount):
        raise TypeError(f"the pages were mounted as {type(mounted).__name__}, which cannot be guarded")
    mounted.app = AccessGuard(mounted.app, allow_remote)
