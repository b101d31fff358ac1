"""The operator's own voice on its way into a call."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect

from dashboard.api.desk_call import own_call
from dashboard.api.desk_models import CallId
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.desk.seams import DeskError, Microphone
from dashboard.desk.work import CallGoneError, DeskWork, operator_of
from voice.audio.pcm import from_pcm16

SILENT_S: Final = 30.0
"""A microphone sends all the time; one from which nothing comes is dead."""
MOST_BYTES: Final = 64_000
"""Two seconds at 16 kHz: more at once is no microphone."""
REFUSED: Final = 4409
GONE: Final = 4410
BAD_FRAME: Final = 1003


class DeskSoundApi:
    """The microphone's socket. Only our own pages open it: the guard in front compares `Origin`."""

    def __init__(self, work: DeskWork, audit: Audit) -> None:
        self._work = work
        self._audit = audit

    def router(self) -> APIRouter:
        """The socket behind its gate."""
        router = APIRouter(prefix="/desk/calls/{call_id}", tags=["応対デスク"])
        router.add_api_websocket_route("/microphone", self._microphone)
        return router

    async def _microphone(
        self, socket: WebSocket, call_id: CallId, who: Annotated[Principal, needs(Permission.DESK_WORK)]
    ) -> None:
        """Binary frames of 16 kHz mono s16le; closes with 4409 for anybody but the call's operator."""
        await socket.accept()
        try:
            microphone = own_call(self._work, who, call_id).microphone(operator_of(who))
        except CallGoneError as error:
            await _close(socket, GONE, str(error))
            return
        except (DeskError, HTTPException) as error:
            await _close(socket, REFUSED, str(getattr(error, "detail", error)))
            return
        await self._audit.note(who, "desk.microphone", call_id)
        try:
            await _speak(socket, microphone)
        finally:
            microphone.close()


async def _speak(socket: WebSocket, microphone: Microphone) -> None:
    with contextlib.suppress(WebSocketDisconnect, KeyError):
        while True:
            try:
                frame = await asyncio.wait_for(socket.receive_bytes(), SILENT_S)
            except TimeoutError:
                await _close(socket, BAD_FRAME, "マイクの音声が届いていません。")
                return
            if len(frame) % 2 or len(frame) > MOST_BYTES:
                await _close(socket, BAD_FRAME, "音声の形式が違います。")
                return
            try:
                microphone.feed(from_pcm16(np.frombuffer(frame, dtype="<i2").astype(np.int16)))
            except DeskError as error:
                await _close(socket, REFUSED, str(error))
                return


async def _close(socket: WebSocket, code: int, why: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, why[:40])
