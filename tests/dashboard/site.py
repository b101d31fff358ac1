"""One part's pages in a real browser on a real server, seen by somebody with a role, without the sign-in before."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter, FastAPI
from playwright.async_api import Page, async_playwright

from dashboard.api.app import OPEN_TAG
from dashboard.auth.permissions import ROLE_NAMES, ROLE_PERMISSIONS, Role
from dashboard.mount import mount_dashboard
from dashboard.vitals import Vitals
from tests.dashboard.signing_in import as_person
from voice.loop_watch import LoopWatch
from voice.pool import InferencePool

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


class AnnouncedServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The address of `app` on a free port of the test's own loop."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=2)
    server = AnnouncedServer(config)
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            await server.up.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def site(
    routers: Sequence[APIRouter], role: Role = Role.ADMINISTRATOR, lines: Sequence[APIRouter] = ()
) -> AsyncIterator[str]:
    """The pages over these routers for a person with that role, who has signed in already.

    `lines` are beside the API: where calls come in.
    """
    app = FastAPI(docs_url=None, redoc_url=None)
    for line in lines:
        app.include_router(line)
    pool = InferencePool(workers=1)
    vitals = Vitals(pool.gauge, LoopWatch().gauge, lambda: 0)
    mount_dashboard(
        app,
        routers=[*routers, _session_of(role)],
        vitals=vitals,
        allow_remote=False,
        gate=lambda inner: as_person(inner, role),
    )
    try:
        async with serving(app) as address:
            yield address
    finally:
        pool.close()


def _session_of(role: Role) -> APIRouter:
    router = APIRouter()

    async def session() -> dict[str, Any]:
        user = {"id": "user-1", "login": "taro", "name": "試験 太郎", "role": role, "role_name": ROLE_NAMES[role]}
        permissions = sorted(ROLE_PERMISSIONS[role])
        told = {"state": "signed_in", "user": user, "permissions": permissions, "csrf": "x"}
        return {**told, "company": "みなと通信", "version": "0"}

    router.add_api_route("/session", session, tags=[OPEN_TAG])
    return router


def chromium() -> str:
    """Where the browser is."""
    found = os.environ.get("UKETSUKE_CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.fail("Chromium is needed: `apt-get install chromium`, or set UKETSUKE_CHROMIUM to the path of one.")
    return found


@asynccontextmanager
async def browsing(width: int = 1366, height: int = 768, dark: bool = False) -> AsyncIterator[Page]:
    """A page of a real browser. What its console calls an error fails the test at the end."""
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            color_scheme="dark" if dark else "light",
            permissions=["microphone"],
        )
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        try:
            yield page
        finally:
            await browser.close()
        assert wrong == []
