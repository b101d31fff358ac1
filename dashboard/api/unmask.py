"""Seeing one call's personal data for a while: with a reason, which is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, StringConstraints

from dashboard.api.people_models import Body
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.auth.unmasking import Unmasking

NO_CALL: Final = "この通話の記録は見つかりません。"


class UnmaskBody(Body):
    """Which call, and why."""

    call_id: Annotated[str, Field(title="通話のID", min_length=1, max_length=128)]
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=5, max_length=500),
        Field(title="理由", description="5文字以上。監査ログに残ります。"),
    ]


class UnmaskTold(BaseModel):
    """Until when."""

    call_id: str
    until: datetime = Field(description="この時刻まで、伏せずに見られます")


class UnmaskApi:
    """The endpoint. `is_call` says whether there is such a call."""

    def __init__(self, unmasking: Unmasking, is_call: Callable[[str], Awaitable[bool]], audit: Audit) -> None:
        self._unmasking = unmasking
        self._is_call = is_call
        self._audit = audit

    def router(self) -> APIRouter:
        """For those who may see personal data."""
        router = APIRouter(tags=["個人情報の表示"])
        summary = "理由を書いて、個人情報を15分間伏せずに見る"
        router.add_api_route("/unmask", self._unmask, methods=["POST"], summary=summary)
        return router

    async def _unmask(
        self, body: UnmaskBody, who: Annotated[Principal, needs(Permission.PERSONAL_UNMASK)]
    ) -> UnmaskTold:
        if not await self._is_call(body.call_id):
            raise HTTPException(404, NO_CALL)
        await self._audit.note(who, "call.unmask", body.call_id, body.reason)
        return UnmaskTold(call_id=body.call_id, until=self._unmasking.grant(who, body.call_id))
