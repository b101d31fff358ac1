"""The dashboard's own doors over real records: sign-in as it runs, one route for whoever is in, and a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, FastAPI, WebSocket, WebSocketDisconnect
from starlette.types import ASGIApp

from dashboard.auth.gate import Gate
from dashboard.auth.permissions import Permission, Role
from dashboard.auth.principal import Principal, needs
from dashboard.mount import mount_dashboard
from dashboard.vitals import Vitals
from records.database import sqlite_url
from records.store import Records
from uketsuke.api_sign_in import sign_in_routers
from uketsuke.auth import Auth, build_auth
from uketsuke.settings import AuthSettings, Settings
from voice.loop_watch import LoopWatch
from voice.pool import InferencePool

PASSWORD = "柿の木坂に小さな電話 7"
OTHER_PASSWORD = "川べりの青いポスト 31"
WATCH_S = 0.01
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0"


@dataclass
class Clock:
    """A wall clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.at

    def pass_(self, **lasts: float) -> None:
        self.at += timedelta(**lasts)


@dataclass
class House:
    """The application with everything behind its doors."""

    records: Records
    auth: Auth
    clock: Clock
    app: FastAPI

    def browser(self, address: str = "127.0.0.1", base_url: str = "http://127.0.0.1:8080") -> Browser:
        return Browser(self.app, address, base_url)

    async def administrator(self) -> Browser:
        """A browser in which the first administrator has just been made."""
        browser = self.browser()
        await browser.set_up()
        return browser

    async def person(self, role: Role, login: str = "sato", password: str = PASSWORD, **named: str) -> Browser:
        """A browser in which somebody with that role is signed in."""
        hashed = await self.auth.passwords.hash(password)
        await self.records.people.add(login, named.get("name", "佐藤 次郎"), role, hashed)
        browser = self.browser()
        assert (await browser.sign_in(login, password)).status_code == httpx.codes.OK
        return browser

    async def actions(self) -> list[str]:
        return [line.action for line in await self.records.audit.page()]


class Browser:
    """A client that keeps its cookie and sends the token against forged requests, as the pages do."""

    def __init__(self, app: FastAPI, address: str, base_url: str) -> None:
        transport = httpx.ASGITransport(app, client=(address, 40_000))
        self.http = httpx.AsyncClient(transport=transport, base_url=base_url, headers={"user-agent": BROWSER})

    async def set_up(self, **changed: Any) -> httpx.Response:
        body = {"login": "kanri", "name": "管理 花子", "password": PASSWORD, **changed}
        return self._keep(await self.http.post("/api/setup", json=body))

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        return self._keep(await self.http.post("/api/login", json={"login": login, "password": password}))

    async def state(self) -> dict[str, Any]:
        return dict((await self.http.get("/api/session")).json())

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == httpx.codes.OK:
            self.http.headers["x-csrf-token"] = answer.json()["csrf"]
        return answer


@asynccontextmanager
async def house(folder: Path, auth: AuthSettings | None = None, *, allow_remote: bool = True) -> AsyncIterator[House]:
    """A house over a real database in `folder`."""
    records = await Records.open(sqlite_url(folder / "records.db"))
    clock = Clock()
    settings = Settings(auth=auth or AuthSettings())
    built = build_auth(settings.auth, records, clock.now)
    pool = InferencePool(workers=1)
    app = FastAPI(docs_url=None, redoc_url=None)

    def gate(inner: ASGIApp) -> ASGIApp:
        return Gate(inner, built.identify, pause=lambda: WATCH_S)

    try:
        mount_dashboard(
            app,
            routers=[*sign_in_routers(built, records, settings, lambda: "みなと通信"), _rooms()],
            vitals=Vitals(pool.gauge, LoopWatch().gauge, lambda: 0),
            allow_remote=allow_remote,
            gate=gate,
        )
        yield House(records, built, clock, app)
    finally:
        pool.close()
        await records.close()


def _rooms() -> APIRouter:
    """Something to read, something to change and a socket, each for those who may see running calls."""
    router = APIRouter()

    async def look(who: Annotated[Principal, needs(Permission.LIVE_READ)]) -> Mapping[str, Any]:
        return {"name": who.name, "address": who.address}

    async def live(socket: WebSocket, who: Annotated[Principal, needs(Permission.LIVE_READ)]) -> None:
        await socket.accept()
        await socket.send_text(who.name)
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            return

    async def talkative(socket: WebSocket, who: Annotated[Principal, needs(Permission.LIVE_READ)]) -> None:
        """Only sends, and never looks whether the far side is still there."""
        await socket.accept()
        while True:
            await socket.send_text(who.name)
            await asyncio.sleep(0.001)

    router.add_api_route("/room", look)
    router.add_api_route("/room", look, methods=["POST"])
    router.add_api_websocket_route("/live", live)
    router.add_api_websocket_route("/talkative", talkative)
    return router
