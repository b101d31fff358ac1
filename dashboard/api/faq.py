"""The FAQ at work: the list, one entry beside its change, every change kept apart until it is published."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from dashboard.api.faq_models import (
    CategoryCount,
    EntryBody,
    EntryId,
    EntryTold,
    FaqList,
    NewEntryBody,
    ReviewBody,
    RevisionBody,
    category_of,
    entry_told,
    review_told,
    row_of,
    working_of,
)
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.faq_bench import KIND, BenchEntry, BenchState, EntryState, FaqBench, Validity
from dashboard.faq_review import FaqReviewer
from dialogue.faq.draft import DELETED, entry_of, plain_entry
from dialogue.faq.entry import Audience
from dialogue.normalize import normalize
from records.faq import FaqRepository
from records.working import WorkingConflictError, WorkingCopyRepository

NO_ENTRY: Final = "このFAQ項目は見つかりません。一覧から選び直してください。"
TAKEN: Final = "このIDの項目はすでにあります。別のIDをご記入ください。"
Key = Annotated[EntryId, Path(description="FAQ項目ID")]
Reader = Annotated[Principal, needs(Permission.FAQ_READ)]
Editor = Annotated[Principal, needs(Permission.FAQ_EDIT)]


class FaqApi:
    """The endpoints of the list and of single entries."""

    def __init__(
        self,
        faq: FaqRepository,
        working: WorkingCopyRepository,
        reviewer: FaqReviewer,
        audit: Audit,
        today: Callable[[], date],
    ) -> None:
        """`today` is the day in the company's time."""
        self._faq = faq
        self._working = working
        self._bench = FaqBench(faq, working)
        self._reviewer = reviewer
        self._audit = audit
        self._today = today

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["FAQ"])
        add = router.add_api_route
        conflict: dict[int | str, dict[str, Any]] = {
            409: {"description": "ほかの人が先に保存しています（newestに最新）"}
        }
        add("/faq", self._list, summary="FAQの一覧（公開中と変更中）")
        add("/faq/entries", self._create, methods=["POST"], status_code=201, summary="FAQ項目を新しく作る")
        add("/faq/entries/{entry_id}", self._get, summary="FAQ項目を、公開中と変更中を並べて見る")
        add(
            "/faq/entries/{entry_id}",
            self._save,
            methods=["PUT"],
            summary="FAQ項目の変更を保存する（公開はされません）",
            responses=conflict,
            response_model=EntryTold,
        )
        add(
            "/faq/entries/{entry_id}",
            self._delete,
            methods=["DELETE"],
            summary="FAQ項目の削除を予定する（公開すると消えます）",
            responses=conflict,
            response_model=EntryTold | None,
        )
        add(
            "/faq/entries/{entry_id}/working",
            self._discard,
            methods=["DELETE"],
            summary="公開前の変更を取り消す",
            responses=conflict,
            response_model=EntryTold | None,
        )
        add("/faq/entries/{entry_id}/versions", self._versions, summary="FAQ項目の版（だれが、いつ、何を変えたか）")
        add("/faq/review", self._review, methods=["POST"], summary="FAQ項目の内容を確かめる（保存しません）")
        return router

    async def _list(
        self,
        who: Reader,
        category: Annotated[str, Query(max_length=300, description="カテゴリ")] = "",
        audience: Annotated[Audience | None, Query(description="対象（その人に見せる項目）")] = None,
        changed: Annotated[bool | None, Query(description="変更中だけ（true）、変更なしだけ（false）")] = None,
        validity: Annotated[Validity | None, Query(description="時期（now、upcoming、expired、off）")] = None,
        escalate: Annotated[bool | None, Query(description="担当者へつなぐ項目か")] = None,
        only: Annotated[Audience | None, Query(description="対象がちょうどこれである項目")] = None,
        q: Annotated[str, Query(max_length=200, description="タイトル、質問、回答に含まれることば")] = "",
    ) -> FaqList:
        state, today = await self._bench.state(), self._today()
        words = normalize(q).split()

        def wanted(entry: BenchEntry) -> bool:
            shown = entry.shown
            own = str(shown.get("audience") or Audience.BOTH)
            return (
                (audience is None or own in (audience, Audience.BOTH))
                and (only is None or own == only)
                and (changed is None or (entry.working is not None) is changed)
                and (validity is None or entry.validity(today) is validity)
                and (escalate is None or bool(shown.get("escalate")) is escalate)
                and all(word in _searched(entry.id, shown) for word in words)
            )

        found = [each for each in state.entries if wanted(each)]
        categories = Counter(category_of(each.shown) for each in found)
        return FaqList(
            version=state.version,
            total=len(state.entries),
            categories=[CategoryCount(name=name, count=count) for name, count in categories.items()],
            counts=self._counts(state, today),
            entries=[row_of(each, today) for each in found if not category or category_of(each.shown) == category],
        )

    def _counts(self, state: BenchState, today: date) -> dict[str, int]:
        return {
            "changed": sum(each.working is not None for each in state.entries),
            "published": sum(each.published is not None for each in state.entries),
            "expired": sum(each.validity(today) is Validity.EXPIRED for each in state.entries),
            "operator": sum(each.shown.get("audience") == Audience.OPERATOR.value for each in state.entries),
        }

    async def _get(self, who: Reader, entry_id: Key) -> EntryTold:
        state = await self._bench.state()
        entry = state.get(entry_id)
        if entry is None:
            raise HTTPException(404, NO_ENTRY)
        return await self._told(state, entry)

    async def _create(self, who: Editor, body: NewEntryBody) -> EntryTold:
        state = await self._bench.state()
        key = body.id or await self._free_id(state)
        if state.get(key) is not None:
            raise HTTPException(409, TAKEN)
        try:
            content = body.content.plain(key)
            await self._working.save(KIND, key, content, revision=0, base_version=0, by=who.name)
        except WorkingConflictError as error:
            raise HTTPException(409, TAKEN) from error
        await self._audit.note(who, "faq.create", key)
        return await self._get(who, key)

    async def _save(self, who: Editor, entry_id: Key, body: EntryBody) -> Any:
        before = (await self._bench.state()).get(entry_id)
        if before is None and body.revision == 0:
            raise HTTPException(404, NO_ENTRY)
        content = body.content.plain(entry_id)
        try:
            if before is not None and before.published is not None and _is_same(entry_id, content, before.published):
                await self._working.drop(KIND, entry_id, body.revision)
            else:
                await self._working.save(
                    KIND,
                    entry_id,
                    content,
                    revision=body.revision,
                    base_version=body.base_version,
                    by=who.name,
                )
        except WorkingConflictError as error:
            return _conflict(error)
        if before is None or before.working is None or before.working.changed_by != who.name:
            # The first change of a sitting: what is typed after it is saved every moment.
            await self._audit.note(who, "faq.change", entry_id)
        return await self._get(who, entry_id)

    async def _delete(self, who: Editor, entry_id: Key, body: RevisionBody) -> Any:
        entry = (await self._bench.state()).get(entry_id)
        if entry is None:
            raise HTTPException(404, NO_ENTRY)
        try:
            if entry.published is None:
                await self._working.drop(KIND, entry_id, body.revision)
            else:
                content, base = {"id": entry_id, DELETED: True}, entry.version
                await self._working.save(
                    KIND, entry_id, content, revision=body.revision, base_version=base, by=who.name
                )
        except WorkingConflictError as error:
            return _conflict(error)
        await self._audit.note(who, "faq.delete", entry_id)
        return await self._get(who, entry_id) if entry.published is not None else None

    async def _discard(self, who: Editor, entry_id: Key, body: RevisionBody) -> Any:
        entry = (await self._bench.state()).get(entry_id)
        if entry is None:
            raise HTTPException(404, NO_ENTRY)
        try:
            await self._working.drop(KIND, entry_id, body.revision)
        except WorkingConflictError as error:
            return _conflict(error)
        await self._audit.note(who, "faq.discard", entry_id)
        return await self._get(who, entry_id) if entry.published is not None else None

    async def _versions(self, who: Reader, entry_id: Key) -> list[dict[str, Any]]:
        versions = await self._faq.entry_history(entry_id)
        if not versions:
            if (await self._bench.state()).get(entry_id) is None:
                raise HTTPException(404, NO_ENTRY)
            return []
        return [jsonable_encoder(asdict(each)) for each in versions]

    async def _review(self, who: Reader, body: ReviewBody) -> dict[str, Any]:
        state = await self._bench.state()
        return await self._reviewed(state, body.id, body.content.plain(body.id))

    async def _told(self, state: BenchState, entry: BenchEntry) -> EntryTold:
        review = await asyncio.to_thread(
            self._reviewer.review, entry.id, entry.shown, _others(state, entry.id), self._today()
        )
        return entry_told(entry, state.version, review, self._today())

    async def _reviewed(self, state: BenchState, key: str, content: Mapping[str, Any]) -> dict[str, Any]:
        others = _others(state, key)
        return review_told(await asyncio.to_thread(self._reviewer.review, key, content, others, self._today()))

    async def _free_id(self, state: BenchState) -> str:
        number = len(state.entries) + 1
        while state.get(f"faq-{number:03d}") is not None or await self._faq.entry_history(f"faq-{number:03d}", 1):
            number += 1
        return f"faq-{number:03d}"


def _others(state: BenchState, key: str) -> list[Mapping[str, Any]]:
    gone = (EntryState.DELETED,)
    return [{**each.shown, "id": each.id} for each in state.entries if each.id != key and each.state not in gone]


def _is_same(key: str, content: Mapping[str, Any], published: Mapping[str, Any]) -> bool:
    entry, before = entry_of(key, content)[0], entry_of(key, published)[0]
    return entry is not None and before is not None and plain_entry(entry) == plain_entry(before)


def _searched(key: str, shown: Mapping[str, Any]) -> str:
    words = [key, shown.get("title"), shown.get("category"), shown.get("spoken"), shown.get("long")]
    return normalize("\n".join(str(each or "") for each in (*words, *(shown.get("questions") or ()))))


def _conflict(error: WorkingConflictError) -> JSONResponse:
    newest = working_of(error.newest).model_dump(mode="json") if error.newest is not None else None
    return JSONResponse({"detail": str(error), "newest": newest}, status_code=409)
