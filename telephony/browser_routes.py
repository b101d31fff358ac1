"""The browser's door: WebSocket `/browser/media` for 「電話してみる」."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket

from telephony.admission import Admission
from telephony.answering import LOOPBACK, POLICY_VIOLATION, answer
from telephony.protocols.browser import BrowserProtocol
from telephony.services import CallServices


def browser_router(services: CallServices, admission: Admission, allow_remote: bool) -> APIRouter:
    """Routes WebSocket `/browser/media`. Pages of other sites are refused by their Origin."""
    router = APIRouter()

    @router.websocket("/browser/media")
    async def media(websocket: WebSocket) -> None:
        client = websocket.client.host if websocket.client is not None else ""
        if not (allow_remote or client in LOOPBACK) or not _same_origin(websocket):
            await websocket.close(POLICY_VIOLATION)
            return
        protocol = BrowserProtocol(external_id=f"browser-{secrets.token_hex(6)}")
        await answer(websocket, protocol, services, admission)

    return router


def _same_origin(websocket: WebSocket) -> bool:
    origin = websocket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == websocket.headers.get("host", "")
