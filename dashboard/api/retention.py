"""How long data is kept, what a legal hold keeps longer, and the proof of what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from records.documents import DocumentRepository, StaleVersionError
from records.holds import HoldError, HoldRepository, HoldScope
from records.masking import masked_number
from records.retention import RetentionRepository
from records.retention_policy import KIND, RetentionPolicy, RetentionPolicyError, published_policy

Reader = Annotated[Principal, needs(Permission.TRUST_READ)]
Keeper = Annotated[Principal, needs(Permission.RETENTION_MANAGE)]
REASON: Final = Field(min_length=5, max_length=500, title="理由", description="監査ログに残る理由（5文字以上）")


class PolicyChange(BaseModel):
    """A new policy over the version it was made from."""

    days: dict[str, int | None] = Field(title="保存日数", description="種類ごとの日数。nullは無期限")
    zero: bool = Field(title="ゼロ保存", description="trueにすると、発話・録音・電話番号を一切残しません")
    expected_version: int = Field(ge=0, title="もとの版", description="変更のもとにした版の番号（最初は0）")
    reason: str = REASON


class NewHold(BaseModel):
    """What is to be held, and why."""

    scope: HoldScope = Field(title="範囲", description="call（通話）か number（電話番号）")
    subject: str = Field(min_length=1, max_length=128, title="対象", description="通話ID、または電話番号")
    reason: str = REASON


class Reason(BaseModel):
    """Why."""

    reason: str = REASON


class RetentionApi:
    """Reads and changes the policy, runs it, and keeps holds."""

    def __init__(
        self,
        documents: DocumentRepository,
        retention: RetentionRepository,
        holds: HoldRepository,
        audit: Audit,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._documents = documents
        self._retention = retention
        self._holds = holds
        self._audit = audit
        self._now = now

    def router(self) -> APIRouter:
        """The endpoints."""
        router = APIRouter(prefix="/retention", tags=["データの保存"])
        router.add_api_route("", self._get, summary="保存期間と、いま削除の対象になる件数")
        router.add_api_route("", self._change, methods=["PUT"], summary="保存期間を変える")
        router.add_api_route("/run", self._run, methods=["POST"], summary="期限の過ぎたデータをいま削除する")
        router.add_api_route("/holds", self._list_holds, summary="法的保全の一覧")
        router.add_api_route("/holds", self._place, methods=["POST"], status_code=201, summary="法的保全を始める")
        router.add_api_route("/holds/{hold_id}/release", self._release, methods=["POST"], summary="法的保全を解除する")
        router.add_api_route("/erasures", self._erasures, summary="削除の証跡")
        return router

    async def _get(self, who: Reader) -> dict[str, Any]:
        version, policy = await published_policy(self._documents)
        return {
            "version": version,
            **policy.to_content(),
            "due": await self._retention.due(policy.times, self._now()),
            "held_calls": await self._retention.held_back(),
        }

    async def _change(self, change: PolicyChange, who: Keeper) -> dict[str, Any]:
        try:
            policy = RetentionPolicy.from_content({"days": change.days, "zero": change.zero})
            published = await self._documents.publish(
                KIND, policy.to_content(), who.name, change.reason, change.expected_version
            )
        except RetentionPolicyError as error:
            raise HTTPException(422, str(error)) from error
        except StaleVersionError as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, "retention.change", KIND, change.reason, policy.to_content())
        return {"version": published.version}

    async def _run(self, body: Reason, who: Keeper) -> dict[str, Any]:
        _, policy = await published_policy(self._documents)
        await self._audit.note(who, "retention.run", KIND, body.reason)
        erasure = await self._retention.apply(policy.times, self._now(), who.name, "by_hand")
        return {"counts": erasure.counts}

    async def _list_holds(self, who: Reader, released: bool = False) -> dict[str, Any]:
        holds = await self._holds.list(released)
        return {"holds": [{**asdict(each), "subject": _shown(each.scope, each.subject)} for each in holds]}

    async def _place(self, wanted: NewHold, who: Keeper) -> dict[str, Any]:
        try:
            hold = await self._holds.place(wanted.scope, wanted.subject, wanted.reason, who.name)
        except HoldError as error:
            raise HTTPException(422, str(error)) from error
        shown = _shown(hold.scope, hold.subject)
        await self._audit.note(who, "hold.place", shown, wanted.reason, {"hold_id": hold.id})
        return {**asdict(hold), "subject": shown}

    async def _release(self, hold_id: str, body: Reason, who: Keeper) -> dict[str, Any]:
        try:
            hold = await self._holds.release(hold_id, who.name)
        except HoldError as error:
            raise HTTPException(404, str(error)) from error
        shown = _shown(hold.scope, hold.subject)
        await self._audit.note(who, "hold.release", shown, body.reason, {"hold_id": hold.id})
        return {**asdict(hold), "subject": shown}

    async def _erasures(self, who: Reader) -> dict[str, Any]:
        return {"erasures": [asdict(each) for each in await self._retention.erasures()]}


def _shown(scope: HoldScope, subject: str) -> str:
    return masked_number(subject) if scope is HoldScope.NUMBER else subject
