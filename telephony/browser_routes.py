"""The browser's door: WebSocket `/browser/media` for 「電話してみる」."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, WebSocket

from telephony.admission import Admission
from telephony.protocols.browser import BrowserProtocol
from telephony.services import CallServices
from telephony.session import MediaSession, NoStartError
from telephony.sockets import WebSocketLine

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "testclient"})
POLICY_VIOLATION: Final = 1008
TRY_AGAIN_LATER: Final = 1013

log = structlog.get_logger(__name__)


def browser_router(services: CallServices, admission: Admission, allow_remote: bool) -> APIRouter:
    """Routes WebSocket `/browser/media`. Pages of other sites are refused by their Origin."""
    router = APIRouter()

    @router.websocket("/browser/media")
    async def media(websocket: WebSocket) -> None:
        client = websocket.client.host if websocket.client is not None else ""
        if not (allow_remote or client in LOOPBACK) or not _same_origin(websocket):
            await websocket.close(POLICY_VIOLATION)
            return
        if admission.full:
            await websocket.close(TRY_AGAIN_LATER)
            return
        with admission:
            await websocket.accept()
            line = WebSocketLine(websocket)
            protocol = BrowserProtocol(external_id=f"browser-{secrets.token_hex(6)}")
            try:
                await MediaSession(line, protocol, services).run()
            except NoStartError as error:
                log.warning("no_start", line=protocol.name, error=str(error))
                await line.close(POLICY_VIOLATION)
            else:
                await line.close()

    return router


def _same_origin(websocket: WebSocket) -> bool:
    origin = websocket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == websocket.headers.get("host", "")
