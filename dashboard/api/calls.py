"""The pages' data over HTTP, for other programs of the same machine: `/api/...`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import needs
from dashboard.past import ResponseTimes, lines_of, mask_of_call, response_p50_ms
from dashboard.recordings import RecordingFolder
from dashboard.sources import CallArchive, ServiceStatus
from dashboard.transcript import Line, LineMask, mask_of_hearing
from records.masking import masked_number
from records.models import CallDetail, CallSummaryRow
from telephony.live import LiveCalls

SEND_DEADLINE_S: Final = 10.0
NO_SUCH_CALL: Final = "この通話の記録は見つかりません。"
NO_RECORDING: Final = "この通話の録音は見つかりません。"

CallId = Annotated[str, Path(min_length=1, max_length=128)]


class DashboardApi:
    """The endpoints over their sources. Nothing personal leaves them uncovered: `mask` is their only way out."""

    def __init__(
        self,
        live: LiveCalls,
        calls: CallArchive,
        status: Callable[[], ServiceStatus],
        recordings: RecordingFolder,
        response_times: ResponseTimes,
        mask: LineMask,
    ) -> None:
        self._live = live
        self._calls = calls
        self._status = status
        self._recordings = recordings
        self._response_times = response_times
        self._told = _Told(mask)

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["通話"])
        past, live = [needs(Permission.CALLS_READ)], [needs(Permission.LIVE_READ)]
        router.add_api_route("/status", self._get_status, dependencies=live)
        router.add_api_route("/calls", self._list_calls, dependencies=past)
        router.add_api_route("/calls/{call_id}", self._get_call, dependencies=past)
        router.add_api_route(
            "/calls/{call_id}/recording",
            self._get_recording,
            response_class=FileResponse,
            dependencies=[needs(Permission.CALLS_PLAY)],
        )
        router.add_api_websocket_route("/events", self._events, dependencies=live)
        return router

    async def _get_status(self) -> dict[str, Any]:
        return asdict(self._status())

    async def _list_calls(
        self,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        before: Annotated[str | None, Query(max_length=128)] = None,
        q: Annotated[str, Query(max_length=200)] = "",
    ) -> dict[str, Any]:
        rows = await self._calls.list(limit=limit, before=before, query=q)
        return {
            "calls": [self._told.row(row, await self._response_times.of(row)) for row in rows],
            "next_before": rows[-1].id if len(rows) == limit else None,
        }

    async def _get_call(self, call_id: CallId) -> dict[str, Any]:
        detail = await self._detail(call_id)
        has_recording = self._recordings.of(detail) is not None
        return await asyncio.to_thread(self._told.detail, detail, has_recording)

    async def _get_recording(self, call_id: CallId) -> FileResponse:
        detail = await self._detail(call_id)
        path = self._recordings.of(detail)
        if path is None:
            raise HTTPException(404, NO_RECORDING)
        # FileResponse answers Range requests, so a player can jump without fetching the whole file.
        return FileResponse(path, media_type="audio/wav", headers={"cache-control": "private, no-cache"})

    async def _detail(self, call_id: str) -> CallDetail:
        detail = await self._calls.get(call_id)
        if detail is None:
            raise HTTPException(404, NO_SUCH_CALL)
        return detail

    async def _events(self, socket: WebSocket, call_id: str | None = None) -> None:
        await socket.accept()
        sending = asyncio.ensure_future(self._send_events(socket, call_id))
        gone = asyncio.ensure_future(_until_gone(socket))
        try:
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, gone):
                task.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close()

    async def _send_events(self, socket: WebSocket, call_id: str | None) -> None:
        """The running calls, then each event as it happens; ends when the far side does not keep taking."""
        async with self._live.subscribe() as queue:
            # Nothing is awaited between subscribing and the snapshot: no event is lost or told twice.
            calls = [c.to_dict() for c in self._live.snapshot() if call_id in (None, c.call_id)]
            calls = await asyncio.to_thread(lambda: [self._told.running(call) for call in calls])
            await asyncio.wait_for(socket.send_json({"type": "snapshot", "calls": calls}), SEND_DEADLINE_S)
            while True:
                event = await queue.get()
                if call_id in (None, event.call_id):
                    message = {"type": "event", **self._told.event(event.to_dict())}
                    await asyncio.wait_for(socket.send_json(message), SEND_DEADLINE_S)


async def _until_gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


class _Told:
    """Records and events as they are told: plain data with what is personal covered."""

    def __init__(self, mask: LineMask) -> None:
        self._mask = mask

    def row(self, row: CallSummaryRow, p50_ms: float | None) -> dict[str, Any]:
        return {
            **asdict(row),
            "caller_number": masked_number(row.caller_number),
            "first_words": self._mask.text(row.first_words),
            "duration_s": row.duration_s,
            "latency_p50_ms": p50_ms,
        }

    def running(self, call: dict[str, Any]) -> dict[str, Any]:
        return {
            **call,
            "from_number": masked_number(call["from_number"]),
            "partial": self._mask.text(call["partial"]),
            "events": [self.event(event) for event in call["events"]],
        }

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        data = event["data"]
        return {**event, "data": mask_of_hearing(self._mask, data).data(data)}

    def detail(self, detail: CallDetail, has_recording: bool) -> dict[str, Any]:
        mask = mask_of_call(detail, self._mask)
        of_call = _Told(mask)
        return {
            "call": self.row(detail.row, response_p50_ms(detail)),
            "voice": detail.voice,
            "recogniser": detail.recogniser,
            "turns": [_line(line) for line in lines_of(detail, mask)],
            "summary": mask.data(detail.summary),
            "escalations": [{**asdict(each), "note": mask.text(each.note)} for each in detail.escalations],
            "warnings": [asdict(warning) for warning in detail.warnings],
            "recording": f"/api/calls/{detail.row.id}/recording" if has_recording else None,
            "events": [of_call.event(asdict(event)) for event in detail.events],
        }


def _line(line: Line) -> dict[str, Any]:
    return {**asdict(line), "steps": [{**asdict(step), "took_ms": step.took_ms} for step in line.steps]}
