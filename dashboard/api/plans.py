"""What is to be published at a later time, of every kind, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query

from dashboard.api.faq_publishing import plan_told
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import NOT_ALLOWED, Principal, needs
from dashboard.faq_bench import KIND
from records.planned import PlannedRepository

NO_PLAN: Final = "この予約は見つかりません。一覧から選び直してください。"
TOO_LATE: Final = "この予約は、すでに公開されたか取り消されています。"
PlanId = Annotated[str, Path(min_length=1, max_length=64, description="予約のID")]


class PlansApi:
    """The endpoints of plans, whatever their kind."""

    def __init__(self, plans: PlannedRepository, audit: Audit) -> None:
        self._plans = plans
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["公開の予約"])
        router.add_api_route("/plans", self._list, summary="公開の予約と、その結果")
        router.add_api_route("/plans/{plan_id}", self._cancel, methods=["DELETE"], summary="公開の予約を取り消す")
        return router

    async def _list(
        self,
        who: Annotated[Principal, needs(Permission.FAQ_READ)],
        limit: Annotated[int, Query(ge=1, le=500, description="件数")] = 100,
    ) -> list[dict[str, Any]]:
        return [plan_told(each) for each in await self._plans.all(limit)]

    async def _cancel(self, who: Annotated[Principal, needs(Permission.FAQ_READ)], plan_id: PlanId) -> dict[str, Any]:
        plan = await self._plans.get(plan_id)
        if plan is None:
            raise HTTPException(404, NO_PLAN)
        needed = Permission.FAQ_PUBLISH if plan.kind == KIND else Permission.TUNING_PUBLISH
        if not who.may(needed):
            raise HTTPException(403, NOT_ALLOWED)
        if not await self._plans.cancel(plan_id, f"{who.name}さんが取り消しました。"):
            raise HTTPException(409, TOO_LATE)
        await self._audit.note(who, "plan.cancel", plan_id, detail={"kind": plan.kind})
        settled = await self._plans.get(plan_id)
        assert settled is not None
        return plan_told(settled)
