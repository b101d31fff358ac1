"""Who may open the pages: this machine only, unless the settings say otherwise."""

from __future__ import annotations

import ipaddress
import json
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

REMOTE_REFUSED: Final = (
    "この画面は、エージェントが動いているコンピューターからのみ開けます。"
    "ほかのコンピューターから開くには、設定で遠隔からの利用を許可してください。"
)
HOST_REFUSED: Final = "この名前では開けません。http://127.0.0.1 または http://localhost で開いてください。"
ORIGIN_REFUSED: Final = "ほかのサイトのページからは接続できません。"

PAGE_HEADERS: Final = {
    # The browser itself refuses whatever would leave this machine, and every script that is no file of ours.
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class AccessGuard:
    """ASGI wrapper: lets through local clients that use a local name, and sockets opened by our own pages.

    The name in `Host` is checked because a foreign page can make its own name point at 127.0.0.1 (DNS rebinding);
    `Origin` because sockets are not held by the same-origin rule. Clients that are no browser send no `Origin`.
    """

    def __init__(self, app: ASGIApp, allow_remote: bool) -> None:
        self._app = app
        self._allow_remote = allow_remote

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it with 403 and a sentence."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[:40]})
        else:
            await _forbid(send, refusal, html="text/html" in headers.get("accept", ""))

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        client = scope.get("client")
        if not self._allow_remote:
            if client is None or not is_loopback(client[0]):
                return REMOTE_REFUSED
            if host_name(headers.get("host", "")) not in LOCAL_NAMES:
                return HOST_REFUSED
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
            return ORIGIN_REFUSED
        return None


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def host_name(host: str) -> str | None:
    """The name in a `Host` header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", [])}
            added = [(k.encode(), v.encode()) for k, v in PAGE_HEADERS.items() if k.encode() not in present]
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


async def _forbid(send: Send, sentence: str, html: bool) -> None:
    if html:
        kind, body = "text/plain; charset=utf-8", sentence.encode()
    else:
        kind, body = "application/json", json.dumps({"detail": sentence}, ensure_ascii=False).encode()
    head = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": head})
    await send({"type": "http.response.body", "body": body})
