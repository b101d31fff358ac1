"""Starlette's WebSocket as the `Socket` a session speaks to."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from telephony.protocols.line import Message

SEND_DEADLINE_S: Final = 5.0


class WebSocketLine:
    """Sends and receives on one accepted WebSocket; once it has closed, sending does nothing."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> Message | None:
        """The next message; None once the far side has closed or dropped."""
        try:
            message = await self._websocket.receive()
        except (WebSocketDisconnect, RuntimeError):
            return None
        if message["type"] != "websocket.receive":
            return None
        text = message.get("text")
        return text if text is not None else message.get("bytes") or b""

    async def send(self, message: Message) -> None:
        """Send one message, within a deadline: a far side that no longer reads must not hold the call up."""
        if self._websocket.client_state is not WebSocketState.CONNECTED:
            return
        try:
            async with asyncio.timeout(SEND_DEADLINE_S):
                if isinstance(message, str):
                    await self._websocket.send_text(message)
                else:
                    await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError, TimeoutError, OSError):
            return

    async def close(self, code: int = 1000) -> None:
        """Close it if it is still open."""
        if self._websocket.application_state is WebSocketState.CONNECTED:
            try:
                async with asyncio.timeout(SEND_DEADLINE_S):
                    await self._websocket.close(code)
            except (WebSocketDisconnect, RuntimeError, TimeoutError, OSError):
                return
