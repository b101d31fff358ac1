"""The work after a call: how it ended, its summary, a draft for the FAQ, and back to the next caller."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path

from dashboard.api.desk_models import CallId, DraftBody, HandlingBody, HandlingOut, TurnOut
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.desk.dispositions import Dispositions
from dashboard.desk.drafting import Chosen, Drafting, NothingChosenError
from dashboard.desk.summing_up import summary_of
from dashboard.desk.work import DeskWork
from dashboard.transcript import LineMask
from records.handlings import Handling, Written
from records.models import CallDetail
from records.store import Records

NO_SUCH_HANDLING: Final = "この応対の記録は見つかりません。"
NO_SUCH_CALL: Final = "この通話の記録は見つかりません。"
NOT_YOURS: Final = "この応対の記録は、{name}さんのものです。"
UNKNOWN_DISPOSITION: Final = "応対結果は、一覧から選んでください。"
CHOOSE_FIRST: Final = "応対結果を選んでから、後処理を終えてください。"
STILL_TALKING: Final = "通話中です。通話を終えてから、後処理を終えてください。"

AtDesk = Annotated[Principal, needs(Permission.DESK_WORK)]
HandlingId = Annotated[str, Path(min_length=1, max_length=64, description="応対のID")]


class DeskAfterApi:
    """Handlings: read, written, finished; and drafts made of a call."""

    def __init__(
        self,
        work: DeskWork,
        records: Records,
        dispositions: Dispositions,
        drafting: Drafting,
        mask: LineMask,
        audit: Audit,
    ) -> None:
        self._work = work
        self._records = records
        self._dispositions = dispositions
        self._drafting = drafting
        self._mask = mask
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(prefix="/desk", tags=["応対デスク"])
        router.add_api_route(
            "/dispositions", self._get_dispositions, response_model=Dispositions, summary="応対結果の分類"
        )
        path = "/handlings/{handling_id}"
        router.add_api_route(path, self._get, response_model=HandlingOut, summary="応対の記録と要約の下書き")
        router.add_api_route(path, self._put, methods=["PUT"], response_model=HandlingOut, summary="応対後の記入")
        router.add_api_route(
            f"{path}/finish",
            self._finish,
            methods=["POST"],
            response_model=HandlingOut,
            summary="後処理を終える（受付可に戻ります）",
        )
        router.add_api_route(
            "/calls/{call_id}/turns",
            self._turns,
            response_model=list[TurnOut],
            dependencies=[needs(Permission.FAQ_PROPOSE)],
            summary="FAQにする発話を選ぶための一覧（伏せ字）",
        )
        router.add_api_route(
            "/calls/{call_id}/draft",
            self._draft,
            methods=["POST"],
            status_code=201,
            summary="FAQにする（選んだ発話から下書きを作ります）",
        )
        return router

    async def _get_dispositions(self, _who: AtDesk) -> Dispositions:
        return self._dispositions

    async def _get(self, who: AtDesk, handling_id: HandlingId) -> dict[str, Any]:
        return await self._told(await self._own(who, handling_id))

    async def _put(self, who: AtDesk, handling_id: HandlingId, body: HandlingBody) -> dict[str, Any]:
        handling = await self._own(who, handling_id)
        if body.disposition and not self._dispositions.knows(body.disposition, body.disposition_detail):
            raise HTTPException(422, UNKNOWN_DISPOSITION)
        written = Written(
            disposition=body.disposition,
            disposition_detail=body.disposition_detail,
            resolved=body.resolved,
            summary=None if body.summary is None else {str(name): text for name, text in body.summary.items()},
            summary_by_ai=body.summary_by_ai,
            note=body.note,
        )
        kept = await self._records.desk.handlings.write(handling.id, written)
        await self._audit.note(who, "desk.write", handling.call_id, detail={"disposition": body.disposition})
        return await self._told(kept or handling)

    async def _finish(self, who: AtDesk, handling_id: HandlingId) -> dict[str, Any]:
        handling = await self._own(who, handling_id)
        if handling.talk_ended_at is None:
            raise HTTPException(409, STILL_TALKING)
        if not handling.disposition:
            raise HTTPException(409, CHOOSE_FIRST)
        finished = await self._work.finish(who, handling)
        await self._audit.note(who, "desk.finish", handling.call_id)
        return await self._told(finished)

    async def _turns(self, call_id: CallId) -> list[dict[str, Any]]:
        detail = await self._detail(call_id)
        return await asyncio.to_thread(self._drafting.choices, detail)

    async def _draft(
        self, who: Annotated[Principal, needs(Permission.FAQ_PROPOSE)], call_id: CallId, body: DraftBody
    ) -> dict[str, Any]:
        detail = await self._detail(call_id)
        try:
            draft = await self._drafting.draft(detail, Chosen(body.turns, body.title, body.answer), who.name)
        except NothingChosenError as error:
            raise HTTPException(422, str(error)) from error
        await self._audit.note(who, "faq.propose", call_id, detail={"draft": draft.id})
        return {"id": draft.id, "title": draft.content["title"]}

    async def _own(self, who: Principal, handling_id: str) -> Handling:
        handling = await self._records.desk.handlings.get(handling_id)
        if handling is None:
            raise HTTPException(404, NO_SUCH_HANDLING)
        if handling.user_id != who.id and not who.may(Permission.FLOOR_SUPERVISE):
            raise HTTPException(403, NOT_YOURS.format(name=handling.user_name))
        return handling

    async def _detail(self, call_id: str) -> CallDetail:
        detail = await self._records.calls.get(call_id)
        if detail is None:
            raise HTTPException(404, NO_SUCH_CALL)
        return detail

    async def _told(self, handling: Handling) -> dict[str, Any]:
        detail = await self._detail(handling.call_id)
        draft = await asyncio.to_thread(summary_of, handling, detail, self._mask)
        ended, worked = handling.talk_ended_at, handling.acw_ended_at
        return {
            "id": handling.id,
            "call_id": handling.call_id,
            "user_id": handling.user_id,
            "user_name": handling.user_name,
            "started_at": handling.started_at.isoformat(),
            "talk_ended_at": ended.isoformat() if ended is not None else None,
            "hold_ms": handling.hold_ms,
            "acw_ended_at": worked.isoformat() if worked is not None else None,
            "disposition": handling.disposition,
            "disposition_detail": handling.disposition_detail,
            "resolved": handling.resolved,
            "summary": draft.fields,
            "summary_source": draft.source,
            "summary_by_ai": handling.summary_by_ai,
            "note": handling.note,
        }
