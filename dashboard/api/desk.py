"""The desk's API: who is there, who waits, accepting with one winner, and all of it live over one socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from dashboard.api.desk_errors import told_as_answers
from dashboard.api.desk_models import CallId, PresenceBody, PresentOut, WaitingOut
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.auth.unmasking import Unmasking
from dashboard.desk.board import DeskBoard, present
from dashboard.desk.calling_back import CallingBack
from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.pop import ScreenPops
from dashboard.desk.work import DeskWork
from records.clock import utc_now
from records.desk import DeskRecords
from records.handlings import Handling
from records.presence import PresenceState
from records.waiting import NotWaitingError

SEND_DEADLINE_S: Final = 10.0
UNWRITTEN: Final = timedelta(hours=24)
"""So long an operator is reminded of a call of which they have written nothing."""
NO_SUCH_CALL: Final = "この通話は見つかりません。"

AtDesk = Annotated[Principal, needs(Permission.DESK_WORK)]
Supervising = Annotated[Principal, needs(Permission.FLOOR_SUPERVISE)]
Watching = Annotated[Principal, needs(Permission.LIVE_READ)]
EntryId = Annotated[str, Path(min_length=1, max_length=64, description="待ちのID")]


class DeskApi:
    """Presence, queue, accepting, taking over, the screen pop, and the desk's events."""

    def __init__(
        self,
        records: DeskRecords,
        work: DeskWork,
        board: DeskBoard,
        pops: ScreenPops,
        callbacks: CallingBack,
        hub: DeskHub,
        unmasking: Unmasking,
        audit: Audit,
    ) -> None:
        self._records = records
        self._unmasking = unmasking
        self._work = work
        self._board = board
        self._pops = pops
        self._callbacks = callbacks
        self._hub = hub
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(prefix="/desk", tags=["応対デスク"])
        watching = [needs(Permission.LIVE_READ)]
        router.add_api_route("", self._get_desk, summary="自分のデスクの今のようす")
        router.add_api_route(
            "/presence", self._put_presence, methods=["PUT"], response_model=PresentOut, summary="自分の状態を変える"
        )
        router.add_api_route(
            "/presence",
            self._get_presence,
            response_model=list[PresentOut],
            dependencies=watching,
            summary="在席している人の一覧",
        )
        router.add_api_route(
            "/queue",
            self._get_queue,
            response_model=list[WaitingOut],
            dependencies=watching,
            summary="お待ちのお客様の一覧",
        )
        router.add_api_route(
            "/queue/{entry_id}/accept",
            self._accept,
            methods=["POST"],
            response_model=None,
            responses={409: {"description": "ほかの担当者が先に応対を始めた（winner にその名前）"}},
            summary="お待ちのお客様に応対する（先に押した1人だけが応対できます）",
        )
        router.add_api_route(
            "/calls/{call_id}/take-over",
            self._take_over,
            methods=["POST"],
            summary="待ち行列にない通話に入る（スーパーバイザー）",
        )
        router.add_api_route(
            "/calls/{call_id}/pop",
            self._get_pop,
            summary="お客様の情報（理由を書いて /unmask した人には15分間伏せずに）",
        )
        router.add_api_websocket_route("/events", self._events)
        return router

    async def _get_desk(self, who: AtDesk) -> dict[str, Any]:
        return await self._snapshot(who)

    async def _put_presence(self, who: AtDesk, body: PresenceBody) -> dict[str, Any]:
        with told_as_answers():
            chosen = await self._work.choose(who, PresenceState(body.state))
        await self._audit.note(who, "desk.presence", detail={"state": body.state})
        return present(chosen)

    async def _get_presence(self) -> list[dict[str, Any]]:
        return await self._board.presence()

    async def _get_queue(self) -> list[dict[str, Any]]:
        return await self._board.queue()

    async def _accept(self, who: AtDesk, entry_id: EntryId) -> dict[str, Any] | JSONResponse:
        try:
            with told_as_answers():
                handling = await self._work.accept(who, entry_id)
        except NotWaitingError as error:
            if error.entry is None:
                raise HTTPException(404, str(error)) from error
            return JSONResponse({"detail": str(error), "winner": error.entry.claimed_name}, status_code=409)
        await self._audit.note(who, "desk.accept", handling.call_id)
        return await self._begun(who, handling.id, handling.call_id)

    async def _take_over(self, who: Supervising, call_id: CallId) -> dict[str, Any]:
        try:
            with told_as_answers():
                handling = await self._work.take_over(who, call_id)
        except NotWaitingError as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, "desk.take_over", call_id)
        return await self._begun(who, handling.id, call_id)

    async def _begun(self, who: Principal, handling_id: str, call_id: str) -> dict[str, Any]:
        pop = await self._pops.of(call_id)
        self._hub.publish(DeskMessage("pop", {"handling_id": handling_id, "pop": pop}, user_id=who.id))
        return {"handling_id": handling_id, "call_id": call_id, "pop": pop}

    async def _get_pop(self, who: AtDesk, call_id: CallId) -> dict[str, Any]:
        pop = await self._pops.of(call_id, unmasked=self._unmasking.may_see(who, call_id))
        if pop is None:
            raise HTTPException(404, NO_SUCH_CALL)
        return pop

    async def _snapshot(self, who: Principal) -> dict[str, Any]:
        own = await self._records.presence.of(who.id)
        handling = await self._records.handlings.unfinished_of(who.id)
        unwritten = await self._records.handlings.unwritten_of(who.id, utc_now() - UNWRITTEN)
        return {
            "me": present(own) if own is not None else None,
            "handling": _told(handling) if handling is not None else None,
            "unwritten": [_told(each) for each in unwritten],
            "queue": await self._board.queue(),
            "presence": await self._board.presence(),
            "callbacks": await self._callbacks.list(),
        }

    async def _events(self, socket: WebSocket, who: Watching, at_desk: Annotated[bool, Query()] = False) -> None:
        """`at_desk`: what comes from this page says that its operator is there."""
        await socket.accept()
        counts = at_desk and who.may(Permission.DESK_WORK)
        if counts:
            await self._records.presence.seen(who.id)
        await both_ways(socket, self._send(socket, who), self._hear(socket, who.id if counts else None))

    async def _send(self, socket: WebSocket, who: Principal) -> None:
        async with self._hub.subscribe(who) as queue:
            snapshot = {"type": "snapshot", **await self._snapshot(who)}
            await asyncio.wait_for(socket.send_json(snapshot), SEND_DEADLINE_S)
            while True:
                message = await queue.get()
                await asyncio.wait_for(socket.send_json({"type": message.kind, **message.data}), SEND_DEADLINE_S)

    async def _hear(self, socket: WebSocket, user_id: str | None) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
                if user_id is not None:
                    await self._records.presence.seen(user_id)


def _told(handling: Handling) -> dict[str, Any]:
    ended, worked = handling.talk_ended_at, handling.acw_ended_at
    return {
        "id": handling.id,
        "call_id": handling.call_id,
        "started_at": handling.started_at.isoformat(),
        "talk_ended_at": ended.isoformat() if ended is not None else None,
        "acw_ended_at": worked.isoformat() if worked is not None else None,
    }


async def both_ways(socket: WebSocket, sending: Awaitable[None], hearing: Awaitable[None]) -> None:
    """Run both sides of a socket until either ends, then close it."""
    tasks = [asyncio.ensure_future(sending), asyncio.ensure_future(hearing)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()
