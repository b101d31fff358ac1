"""The floor over HTTP and sockets: all running calls, what happens in them, and their sound."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, Final, Protocol

import numpy as np
from fastapi import APIRouter, HTTPException, Path, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.floor import Floor, FloorBoard
from dashboard.live_feed import LiveFeed, TooSlowError
from dashboard.sources import ServiceStatus
from voice.audio.pcm import Samples, to_pcm16

SEND_DEADLINE_S: Final = 10.0
STILL_THERE_S: Final = 1.0
"""A call that makes no sound for so long may be over."""
TRY_AGAIN: Final = 1013
NORMAL: Final = 1000
NOT_RUNNING: Final = "この通話はすでに終わっています。"
NOT_RUNNING_MORE: Final = f"{NOT_RUNNING}通話履歴からご覧ください。"

CallId = Annotated[str, Path(min_length=1, max_length=128)]


class Heard(Protocol):
    """A stretch of a call's sound: both sides, as long as each other."""

    @property
    def caller(self) -> Samples:
        """The caller's."""
        ...

    @property
    def agent(self) -> Samples:
        """The agent's, or the operator's."""
        ...

    @property
    def rate_hz(self) -> int:
        """Samples a second."""
        ...


class Audible(Protocol):
    """A running call that can be listened to."""

    def listen(self) -> contextlib.AbstractAsyncContextManager[asyncio.Queue[Any]]:
        """Its sound from now on, as `Heard`."""
        ...


class Status(BaseModel):
    """サービスの様子。"""

    company: str = Field(description="会社名")
    agent_ready: bool = Field(description="電話をお受けできるか")
    voice: str = Field(description="声")
    recogniser: str = Field(description="音声認識")
    language_model: str = Field(description="言語モデルの様子")
    models_ok: bool = Field(description="モデルがそろっているか")
    version: str = Field(description="版")
    active_calls: int = Field(description="進行中の通話")
    warnings: list[str] = Field(description="ご注意")


class LiveEvent(BaseModel):
    """通話の中で起きたこと。個人情報は伏せてあります。"""

    call_id: str = Field(description="通話のID")
    at_ms: int = Field(description="通話の始まりからのミリ秒")
    kind: str = Field(description="種類")
    data: dict[str, Any] = Field(
        description="内容。判断には reasons、聞き取りには hearing、注記には sentence が付きます"
    )


class LiveEvents(BaseModel):
    """進行中の通話の、これまでの出来事。"""

    events: list[LiveEvent] = Field(description="古い順")


class FloorApi:
    """The floor's endpoints. `audible` finds a running call that can be listened to."""

    def __init__(
        self,
        board: FloorBoard,
        feed: LiveFeed,
        status: Callable[[], ServiceStatus],
        audible: Callable[[str], Audible | None],
        audit: Audit,
    ) -> None:
        self._board = board
        self._feed = feed
        self._status = status
        self._audible = audible
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["フロア"])
        live = [needs(Permission.LIVE_READ)]
        router.add_api_route(
            "/status", self._get_status, response_model=Status, dependencies=live, summary="サービスの様子"
        )
        router.add_api_route(
            "/floor", self._get_floor, response_model=Floor, dependencies=live, summary="進行中の通話ときょうの数字"
        )
        router.add_api_route(
            "/floor/calls/{call_id}",
            self._get_events,
            response_model=LiveEvents,
            dependencies=live,
            summary="進行中の通話の出来事",
            responses={404: {"description": NOT_RUNNING}},
        )
        router.add_api_websocket_route("/events", self._events, dependencies=live)
        router.add_api_websocket_route("/calls/{call_id}/listen", self._listen)
        return router

    async def _get_status(self) -> dict[str, Any]:
        return asdict(self._status())

    async def _get_floor(self) -> Floor:
        return await self._board.look()

    async def _get_events(self, call_id: CallId) -> dict[str, Any]:
        events = await self._feed.events_of(call_id)
        if events is None:
            raise HTTPException(404, NOT_RUNNING_MORE)
        return {"events": events}

    async def _events(self, socket: WebSocket, call_id: Annotated[str | None, Query(max_length=128)] = None) -> None:
        """A snapshot, then what happens: `{"type": "events", "events": […], "facts": {call: …}}`."""
        await socket.accept()
        await _until_either_ends(socket, self._send_events(socket, call_id))

    async def _send_events(self, socket: WebSocket, call_id: str | None) -> None:
        async with self._feed.listener(call_id) as listener:
            with contextlib.suppress(TooSlowError):
                while True:
                    message = await listener.take()
                    await asyncio.wait_for(socket.send_text(message), SEND_DEADLINE_S)
        await socket.close(TRY_AGAIN)

    async def _listen(
        self, socket: WebSocket, call_id: CallId, who: Annotated[Principal, needs(Permission.LIVE_LISTEN)]
    ) -> None:
        """`{"rate_hz": …}` once, then interleaved 16 bit stereo: caller left, agent right."""
        await socket.accept()
        call = self._audible(call_id)
        if call is None:
            await socket.close(NORMAL, NOT_RUNNING)
            return
        await self._audit.note(who, "call.listen", call_id)
        await _until_either_ends(socket, self._send_sound(socket, call_id, call))

    async def _send_sound(self, socket: WebSocket, call_id: str, call: Audible) -> None:
        rate_hz = 0
        async with call.listen() as queue:
            while self._audible(call_id) is call:
                try:
                    heard: Heard = await asyncio.wait_for(queue.get(), STILL_THERE_S)
                except TimeoutError:
                    continue
                if rate_hz != heard.rate_hz:
                    rate_hz = heard.rate_hz
                    await asyncio.wait_for(socket.send_json({"rate_hz": rate_hz}), SEND_DEADLINE_S)
                await asyncio.wait_for(socket.send_bytes(interleaved(heard)), SEND_DEADLINE_S)


def interleaved(heard: Heard) -> bytes:
    """Both sides as little-endian 16 bit stereo."""
    sides = np.stack([to_pcm16(heard.caller), to_pcm16(heard.agent)], axis=1)
    return sides.astype("<i2").tobytes()


async def _until_either_ends(socket: WebSocket, sending: Awaitable[None]) -> None:
    """Send until that ends or the far side goes."""
    sender = asyncio.ensure_future(sending)
    gone = asyncio.ensure_future(_until_gone(socket))
    try:
        await asyncio.wait({sender, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sender, gone):
            task.cancel()
        await asyncio.gather(sender, gone, return_exceptions=True)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()


async def _until_gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
