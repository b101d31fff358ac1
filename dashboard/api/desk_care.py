"""Harassment and callbacks: what must not be left to one person alone, and what must not be forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query

from dashboard.api.desk_call import own_call
from dashboard.api.desk_errors import told_as_answers
from dashboard.api.desk_models import CallbackBody, CallbackOut, CallId, NoteBody, ReasonBody, ReportOut
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.desk.calling_back import CallingBack
from dashboard.desk.harassment import HarassmentDesk, told
from dashboard.desk.work import DeskWork
from records.callbacks import Callback
from records.store import Records

NO_SUCH_REPORT: Final = "この報告は見つかりません。"
NO_SUCH_CALL: Final = "この通話の記録は見つかりません。"
NO_SUCH_CALLBACK: Final = "この折り返しは見つかりません。"
TAKEN: Final = "この折り返しは、{name}さんが対応しています。"
DONE: Final = "この折り返しは、すでに完了しています。"
WARN_FIRST: Final = "先に「カスハラ」を押して、警告をお伝えしてください。"

AtDesk = Annotated[Principal, needs(Permission.DESK_WORK)]
Supervising = Annotated[Principal, needs(Permission.FLOOR_SUPERVISE)]
ReportId = Annotated[str, Path(min_length=1, max_length=64, description="報告のID")]
CallbackId = Annotated[str, Path(min_length=1, max_length=64, description="折り返しのID")]


class HarassmentApi:
    """The button, its second press, and the list for supervisors."""

    def __init__(self, work: DeskWork, harassment: HarassmentDesk, records: Records, audit: Audit) -> None:
        self._work = work
        self._harassment = harassment
        self._records = records
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(prefix="/desk", tags=["カスハラ対応"])
        path = "/calls/{call_id}/harassment"
        router.add_api_route(
            path,
            self._warn,
            methods=["POST"],
            status_code=201,
            response_model=ReportOut,
            summary="警告を流し、管理者に知らせ、証拠を残す",
        )
        router.add_api_route(
            f"{path}/end", self._end, methods=["POST"], response_model=ReportOut, summary="お断りを伝えて通話を終える"
        )
        router.add_api_route("/harassment", self._list, response_model=list[ReportOut], summary="報告の一覧")
        router.add_api_route("/harassment/{report_id}", self._get, response_model=ReportOut, summary="報告と証拠")
        router.add_api_route(
            "/harassment/{report_id}/seen",
            self._seen,
            methods=["POST"],
            response_model=ReportOut,
            summary="確認済みにする",
        )
        return router

    async def _warn(self, who: AtDesk, call_id: CallId, body: NoteBody) -> dict[str, Any]:
        with told_as_answers():
            own_call(self._work, who, call_id)
            report = await self._harassment.warn(who, call_id, body.note)
        await self._audit.note(who, "desk.harassment_warn", call_id, detail={"report": report.id})
        return told(report)

    async def _end(self, who: AtDesk, call_id: CallId) -> dict[str, Any]:
        if await self._records.desk.harassment.of_call(call_id) is None:
            raise HTTPException(409, WARN_FIRST)
        with told_as_answers():
            own_call(self._work, who, call_id)
            report = await self._harassment.end(who, call_id)
        if report is None:
            raise HTTPException(404, NO_SUCH_REPORT)
        await self._audit.note(who, "desk.harassment_end", call_id, detail={"report": report.id})
        return told(report)

    async def _list(
        self, _who: Supervising, unseen: Annotated[bool, Query(description="未確認のものだけ")] = False
    ) -> list[dict[str, Any]]:
        return [told(each) for each in await self._records.desk.harassment.newest(unseen)]

    async def _get(self, who: Supervising, report_id: ReportId) -> dict[str, Any]:
        report = await self._records.desk.harassment.get(report_id)
        if report is None:
            raise HTTPException(404, NO_SUCH_REPORT)
        await self._audit.note(who, "desk.harassment_read", report.call_id, detail={"report": report.id})
        return {**told(report), "evidence": report.evidence}

    async def _seen(self, who: Supervising, report_id: ReportId) -> dict[str, Any]:
        report = await self._harassment.seen(who, report_id)
        if report is None:
            raise HTTPException(404, NO_SUCH_REPORT)
        await self._audit.note(who, "desk.harassment_seen", report.call_id, detail={"report": report.id})
        return told(report)


class CallbackApi:
    """Callbacks: booked, taken, done, and the number with a reason."""

    def __init__(self, callbacks: CallingBack, records: Records, audit: Audit) -> None:
        self._callbacks = callbacks
        self._records = records
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(prefix="/desk", tags=["折り返し"])
        listed = list[CallbackOut]
        router.add_api_route("/callbacks", self._list, response_model=listed, summary="折り返しの一覧（期限の近い順）")
        path = "/callbacks/{callback_id}"
        for tail, endpoint, summary in (
            ("/assign", self._assign, "自分が対応する"),
            ("/finish", self._finish, "完了にする"),
        ):
            router.add_api_route(path + tail, endpoint, methods=["POST"], response_model=CallbackOut, summary=summary)
        router.add_api_route(
            f"{path}/number", self._number, methods=["POST"], summary="番号を見る（理由が監査ログに残ります）"
        )
        router.add_api_route(
            "/calls/{call_id}/callback",
            self._book,
            methods=["POST"],
            status_code=201,
            response_model=CallbackOut,
            summary="折り返しを予約する",
        )
        return router

    async def _list(
        self, _who: AtDesk, done: Annotated[bool, Query(description="完了したもの")] = False
    ) -> list[dict[str, Any]]:
        return await self._callbacks.list(done)

    async def _book(self, who: AtDesk, call_id: CallId, body: CallbackBody) -> dict[str, Any]:
        detail = await self._records.calls.get(call_id)
        if detail is None:
            raise HTTPException(404, NO_SUCH_CALL)
        within = None if body.within_min is None else timedelta(minutes=body.within_min)
        callback = await self._callbacks.book(call_id, detail.row.caller_number, body.reason, within=within)
        await self._audit.note(who, "callback.book", call_id, detail={"callback": callback.id})
        return self._callbacks.told(callback)

    async def _assign(self, who: AtDesk, callback_id: CallbackId) -> dict[str, Any]:
        callback = await self._known(callback_id)
        taken = await self._callbacks.assign(who, callback_id)
        if taken is None:
            owner = (await self._known(callback_id)).owner_name
            raise HTTPException(409, DONE if callback.done_at is not None else TAKEN.format(name=owner))
        await self._audit.note(who, "callback.assign", taken.call_id, detail={"callback": taken.id})
        return self._callbacks.told(taken)

    async def _finish(self, who: AtDesk, callback_id: CallbackId, body: NoteBody) -> dict[str, Any]:
        await self._known(callback_id)
        done = await self._callbacks.finish(who, callback_id, body.note)
        if done is None:
            raise HTTPException(409, DONE)
        await self._audit.note(who, "callback.finish", done.call_id, detail={"callback": done.id})
        return self._callbacks.told(done)

    async def _number(
        self, who: Annotated[Principal, needs(Permission.PERSONAL_UNMASK)], callback_id: CallbackId, body: ReasonBody
    ) -> dict[str, str]:
        callback = await self._known(callback_id)
        await self._audit.note(who, "callback.unmask", callback.call_id, body.reason)
        return {"number": callback.number}

    async def _known(self, callback_id: str) -> Callback:
        callback = await self._records.desk.callbacks.get(callback_id)
        if callback is None:
            raise HTTPException(404, NO_SUCH_CALLBACK)
        return callback
