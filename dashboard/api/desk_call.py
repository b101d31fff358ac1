"""Taking part in one call: saying, whispering, holding, handing back, ending, and suggestions beside it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Query, Response

from dashboard.api.desk_errors import told_as_answers
from dashboard.api.desk_models import (
    CallId,
    HandBackBody,
    SayBody,
    SuggestionsOut,
    VoteBody,
    WhisperBody,
)
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.seams import Operated
from dashboard.desk.suggesting import Suggester, last_words
from dashboard.desk.work import DeskWork, operator_of
from dashboard.transcript import LineMask
from records.votes import VoteRepository
from telephony.live import LiveCalls

NOT_YOURS: Final = "この通話は、{name}さんが応対しています。"
NOT_TAKEN: Final = "先にこの通話に応対してください。"
NO_SUCH_CALL: Final = "この通話は見つかりません。"

AtDesk = Annotated[Principal, needs(Permission.DESK_WORK)]
Supervising = Annotated[Principal, needs(Permission.FLOOR_SUPERVISE)]


class DeskCallApi:
    """What the operator of a call does in it. Only they: others are told who it is."""

    def __init__(
        self,
        work: DeskWork,
        live: LiveCalls,
        suggester: Suggester,
        votes: VoteRepository,
        mask: LineMask,
        hub: DeskHub,
        audit: Audit,
    ) -> None:
        self._work = work
        self._live = live
        self._suggester = suggester
        self._votes = votes
        self._mask = mask
        self._hub = hub
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(prefix="/desk/calls/{call_id}", tags=["応対デスク"])
        for path, endpoint, summary in (
            ("/say", self._say, "文字で話す（AIの声でお客様に伝わります）"),
            ("/hold", self._hold, "保留にする"),
            ("/resume", self._resume, "保留を終える"),
            ("/end", self._end, "通話を終える"),
            ("/votes", self._vote, "回答や候補を評価する"),
        ):
            router.add_api_route(path, endpoint, methods=["POST"], status_code=204, summary=summary)
        for path, telling, summary in (
            ("/whisper", self._whisper, "AIか担当者にヒントを送る（お客様には聞こえません）"),
            ("/hand-back", self._hand_back, "AIに戻す（頼むことがあれば、受け取った内容を返します）"),
        ):
            router.add_api_route(path, telling, methods=["POST"], summary=summary)
        router.add_api_route(
            "/suggestions", self._suggestions, response_model=SuggestionsOut, summary="お客様のお話に合う回答の候補"
        )
        return router

    async def _say(self, who: AtDesk, call_id: CallId, body: SayBody) -> Response:
        with told_as_answers():
            await self._mine(who, call_id).say(operator_of(who), body.text)
        await self._audit.note(who, "desk.say", call_id)
        return Response(status_code=204)

    async def _whisper(self, who: Supervising, call_id: CallId, body: WhisperBody) -> dict[str, str]:
        with told_as_answers():
            call = self._work.call(call_id)
            operator = call.operator
            title = await call.whisper(operator_of(who), body.text) if operator is None else ""
        if operator is not None:
            told = {"call_id": call_id, "from": who.name, "text": body.text}
            self._hub.publish(DeskMessage("whisper", told, user_id=operator.id))
        await self._audit.note(who, "desk.whisper", call_id)
        return {"to": operator.name if operator is not None else "AI", "title": title}

    async def _hold(self, who: AtDesk, call_id: CallId) -> Response:
        with told_as_answers():
            self._mine(who, call_id)
            await self._work.hold(who, call_id)
        await self._audit.note(who, "desk.hold", call_id)
        return Response(status_code=204)

    async def _resume(self, who: AtDesk, call_id: CallId) -> Response:
        with told_as_answers():
            self._mine(who, call_id)
            await self._work.resume(who, call_id)
        await self._audit.note(who, "desk.resume", call_id)
        return Response(status_code=204)

    async def _hand_back(self, who: AtDesk, call_id: CallId, body: HandBackBody) -> dict[str, str]:
        with told_as_answers():
            title = await self._mine(who, call_id).hand_back(operator_of(who), body.task)
            await self._work.talk_over(call_id)
        await self._audit.note(who, "desk.hand_back", call_id)
        return {"title": title}

    async def _end(self, who: AtDesk, call_id: CallId) -> Response:
        with told_as_answers():
            await self._mine(who, call_id).end(operator_of(who))
        await self._audit.note(who, "desk.end", call_id)
        return Response(status_code=204)

    async def _vote(
        self, who: Annotated[Principal, needs(Permission.FAQ_PROPOSE)], call_id: CallId, body: VoteBody
    ) -> Response:
        await self._votes.add(
            call_id, body.turn, body.entry_id, body.verdict, who.name, note=body.note, score=body.score
        )
        await self._audit.note(who, "answer.vote", call_id, detail={"entry": body.entry_id, "verdict": body.verdict})
        return Response(status_code=204)

    async def _suggestions(
        self,
        _who: AtDesk,
        call_id: CallId,
        q: Annotated[str, Query(max_length=200, description="探す言葉（空ならお客様の最後のお話）")] = "",
        at_least: Annotated[float | None, Query(ge=0, le=1, description="しきい値")] = None,
    ) -> dict[str, Any]:
        call = self._live.get(call_id)
        if call is None and not q:
            raise HTTPException(404, NO_SUCH_CALL)
        turn, heard = last_words(call) if call is not None else (0, "")
        suggestions = await self._suggester.of(q or heard, at_least)
        return {
            "call_id": call_id,
            "turn": turn,
            "heard": await asyncio.to_thread(self._mask.text, q or heard),
            "at_least": self._suggester.at_least if at_least is None else at_least,
            "suggestions": suggestions,
        }

    def _mine(self, who: Principal, call_id: str) -> Operated:
        return own_call(self._work, who, call_id)


def own_call(work: DeskWork, who: Principal, call_id: str) -> Operated:
    """The call, if `who` is its operator. Raises `CallGoneError`, or HTTP 409 with who it is."""
    call = work.call(call_id)
    if call.operator is None:
        raise HTTPException(409, NOT_TAKEN)
    if call.operator.id != who.id:
        raise HTTPException(409, NOT_YOURS.format(name=call.operator.name))
    return call
