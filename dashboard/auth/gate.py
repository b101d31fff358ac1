"""The gate in front of everything that asks who is there. A socket is closed soon after its right has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.auth.identify import Asker, Identify
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import NOT_ALLOWED, SIGN_IN_FIRST

ASKS_ITSELF: Final = None
DOORS: Final[Mapping[str, Permission | None]] = {
    "/api/": ASKS_ITSELF,  # each route says what it needs
    "/metrics": Permission.METRICS_READ,
    "/v1/chat": Permission.CHAT,
    "/v1/faq/": Permission.FAQ_READ,
    "/mcp/": Permission.FAQ_READ,  # tools on calls ask for more
    "/browser/media": Permission.SIGNED_IN,
}
"""What a path behind the gate needs, by its beginning. A path in no row is not served."""
WATCH_S: Final = 2.0
SESSION_OVER: Final = 4401


class Gate:
    """ASGI wrapper: puts who asks into `scope["state"]["principal"]`, refuses what they may not."""

    def __init__(
        self,
        app: ASGIApp,
        identify: Identify,
        doors: Mapping[str, Permission | None] = DOORS,
        pause: Callable[[], float] = lambda: WATCH_S,
    ) -> None:
        self._app = app
        self._identify = identify
        self._doors = doors
        self._pause = pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request or the socket, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        asker = await self._identify.of(connection)
        state = {"principal": asker.principal, "csrf": asker.csrf, "principal_problem": asker.problem}
        scope["state"] = {**scope.get("state", {}), **state}
        refusal = self._refusal(scope, asker)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
        elif scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send, asker)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, asker: Asker) -> tuple[int, str] | None:
        door = next((each for each in self._doors if scope["path"].startswith(each)), None)
        if door is None:
            return HTTPStatus.NOT_FOUND, "この場所には何もありません。"
        permission = self._doors[door]
        if permission is ASKS_ITSELF and scope["type"] == "http":
            return None
        if asker.problem is not None:
            return HTTPStatus.FORBIDDEN, asker.problem
        if asker.principal is None:
            return HTTPStatus.UNAUTHORIZED, SIGN_IN_FIRST
        if permission is not None and not asker.principal.may(permission):
            return HTTPStatus.FORBIDDEN, NOT_ALLOWED
        return None

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send, asker: Asker) -> None:
        line = _Line(receive, send)
        watching = asyncio.create_task(self._watch(scope, asker, line), name="socket-right")
        try:
            await self._app(scope, line.receive, line.send)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self, scope: Scope, asker: Asker, line: _Line) -> None:
        """Until the session has ended, the person is stopped or may something else, or the key is revoked."""
        while True:
            await asyncio.sleep(self._pause())
            now = await self._identify.of(HTTPConnection(scope), used=False)
            if now.principal != asker.principal:
                await line.cut()
                return


class GateAt:
    """ASGI wrapper: the gate for one path of an application whose other paths know nothing of accounts."""

    def __init__(self, app: ASGIApp, path: str, gate: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = app
        self._path = path
        self._gated = gate(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what comes, that path behind the gate."""
        behind = scope["type"] in ("http", "websocket") and scope["path"] == self._path
        await (self._gated if behind else self._app)(scope, receive, send)


class _Line:
    """A socket that can be cut from outside: then its application sees that the far side has gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def cut(self) -> None:
        """Close it towards the browser and towards the application."""
        self._over.set_result(None)
        await self._send({"type": "websocket.close", "code": SESSION_OVER, "reason": "session over"})

    async def receive(self) -> Message:
        """The next message, or that it is over."""
        coming = asyncio.ensure_future(self._receive())
        try:
            both: set[asyncio.Future[Any]] = {coming, self._over}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                return coming.result()
            return {"type": "websocket.disconnect", "code": SESSION_OVER}
        finally:
            coming.cancel()

    async def send(self, message: Message) -> None:
        """Send it while the line stands; afterwards as if the far side had gone."""
        if self._over.done():
            raise OSError("the session is over")
        await self._send(message)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        code = SESSION_OVER if status == HTTPStatus.UNAUTHORIZED else 1008
        await send({"type": "websocket.close", "code": code, "reason": "refused"})
        return
    headers = {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    await JSONResponse({"detail": sentence}, status, headers)(scope, receive, send)
