"""Drafts mined from calls over the API: read with their sources, approve into the FAQ's work in progress, reject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.faq_bench import FaqBench
from dashboard.improve.changes import ChangeError, FaqChanges
from dashboard.improve.mining import MiningBusyError, MiningDesk
from dialogue.faq.entry import Line
from dialogue.mining.drafts import DraftKind, published_content
from records.drafts import DraftError, DraftRepository, DraftState, FaqDraft
from records.working import WorkingConflictError, WorkingCopy

NO_SUCH_DRAFT: Final = "この下書きは見つかりません。一覧を読み込み直してください。"
DECIDED: Final = "この下書きは、すでに判断されています。"

DraftId = Annotated[str, Path(min_length=1, max_length=64, title="下書きのID")]
Editor = Annotated[Principal, needs(Permission.FAQ_EDIT)]


class ApprovalBody(BaseModel):
    """A draft as it is approved, with the approver's changes."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["new_entry", "add_variants"] = Field(title="種類", description="新しい項目か、言い方の追加か")
    title: Line = Field(title="タイトル")
    category: Line = Field(default="未分類", title="カテゴリ")
    questions: list[Line] = Field(min_length=1, max_length=50, title="質問の言い方")
    spoken: str = Field(default="", max_length=2_000, title="音声回答（新しい項目のとき）")
    entry_id: str = Field(default="", max_length=64, title="言い方を加える項目のID")
    note: str = Field(default="", max_length=500, title="メモ")


class RejectionBody(BaseModel):
    """Why a draft is not taken."""

    model_config = ConfigDict(extra="forbid")

    reason: Line = Field(title="理由")


class MiningBody(BaseModel):
    """Which calls to look at."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(default=7, ge=1, le=90, title="日数")


class MinedApi:
    """The endpoints over the drafts, the FAQ's work in progress and the miner."""

    def __init__(
        self, drafts: DraftRepository, changes: FaqChanges, bench: FaqBench, mining: MiningDesk, audit: Audit
    ) -> None:
        self._drafts = drafts
        self._changes = changes
        self._bench = bench
        self._mining = mining
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["改善候補"])
        reading = [needs(Permission.FAQ_READ)]
        add = router.add_api_route
        add("/improve/drafts", self._list, dependencies=reading, summary="通話から見つけたFAQの下書き")
        add("/improve/drafts/{draft_id}/approve", self._approve, methods=["POST"], summary="下書きを承認する")
        add("/improve/drafts/{draft_id}/reject", self._reject, methods=["POST"], summary="下書きを却下する")
        add("/improve/mining", self._now, dependencies=reading, summary="通話を調べる作業の進み具合")
        add("/improve/mining", self._mine, methods=["POST"], status_code=202, summary="いま通話を調べる")
        return router

    async def _list(
        self,
        state: Annotated[DraftState | None, Query(title="状態")] = DraftState.WAITING,
        limit: Annotated[int, Query(ge=1, le=100, title="件数")] = 50,
        before: Annotated[str | None, Query(max_length=64, title="このIDより前")] = None,
    ) -> dict[str, Any]:
        drafts = await self._drafts.list(state, limit, before)
        entries = {entry.id: entry.shown for entry in (await self._bench.state()).entries}
        return {
            "drafts": [_told(draft, entries) for draft in drafts],
            "next_before": drafts[-1].id if len(drafts) == limit else None,
        }

    async def _approve(self, draft_id: DraftId, body: ApprovalBody, who: Editor) -> dict[str, Any]:
        draft = await self._drafts.get(draft_id)
        if draft is None:
            raise HTTPException(404, NO_SUCH_DRAFT)
        if draft.state is not DraftState.WAITING:
            raise HTTPException(409, DECIDED)
        content = {
            **draft.content,
            "kind": body.kind,
            "title": body.title,
            "questions": list(body.questions),
            "answer": [body.spoken] if body.spoken else [],
            "nearest": {"entry_id": body.entry_id},
        }
        try:
            copy = await self._taken(content, body, who.name)
            await self._drafts.approve(draft_id, who.name, content, body.note)
        except (ChangeError, ValueError) as error:
            raise HTTPException(422, str(error)) from error
        except (WorkingConflictError, DraftError) as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, "draft.approve", draft_id, detail={"entry": copy.key})
        return {"entry_id": copy.key, "revision": copy.revision}

    async def _taken(self, content: Mapping[str, Any], body: ApprovalBody, by: str) -> WorkingCopy:
        """The draft in the work in progress, once it is sure that it could be published."""
        shown = [{**entry.shown, "id": entry.id} for entry in (await self._bench.state()).entries]
        published_content(shown, content, "new-entry-of-a-draft", body.category)
        if body.kind == DraftKind.ADD_VARIANTS.value:
            return await self._changes.add_wordings(body.entry_id, body.questions, by)
        return await self._changes.new_entry(body.title, body.category, body.questions, body.spoken, by)

    async def _reject(self, draft_id: DraftId, body: RejectionBody, who: Editor) -> dict[str, bool]:
        if await self._drafts.get(draft_id) is None:
            raise HTTPException(404, NO_SUCH_DRAFT)
        try:
            await self._drafts.reject(draft_id, who.name, body.reason)
        except DraftError as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, "draft.reject", draft_id, body.reason)
        return {"rejected": True}

    async def _now(self) -> dict[str, Any]:
        return asdict(self._mining.now)

    async def _mine(self, body: MiningBody, who: Editor) -> dict[str, Any]:
        try:
            self._mining.begin(body.days)
        except MiningBusyError as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, "draft.mine", detail={"days": body.days})
        return asdict(self._mining.now)


def _told(draft: FaqDraft, entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    nearest = draft.content.get("nearest") or {}
    entry = entries.get(str(nearest.get("entry_id", "")))
    return {
        **asdict(draft),
        "entry": None
        if entry is None
        else {key: entry.get(key) for key in ("title", "category", "questions", "spoken")},
    }
