"""Rules, wording, hours and words over HTTP: what holds, what is being changed, check, publish, history, back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.tuning.kinds import KINDS
from dashboard.tuning.publishing import NO_VERSION, SHAPE, PublishedContent, TuningPublishing, TuningRefusedError
from dialogue.company import CompanyError, company_of
from dialogue.prompts import LONGEST, PROMPTS
from records.working import WorkingConflictError, WorkingCopy, WorkingCopyRepository

IN_THE_PAST: Final = "予約の日時は、これからの日時をお選びください。"
NO_ZONE: Final = "予約の日時には、時差をつけてください（例 2026-04-01T09:00:00+09:00）。"
MOST_DAYS: Final = 62

Kind = Annotated[
    Literal["company", "wording", "vocabulary", "dictionary", "rules"], Path(description="種類", title="種類")
]
Version = Annotated[int, Path(ge=1, description="版")]
Content = Annotated[dict[str, Any], Field(description="内容（種類ごとの形）")]
Note = Annotated[str, Field(max_length=500, description="この版についての覚え書き")]
Expected = Annotated[int, Field(ge=0, description="変更のもとになった、公開中の版")]
Reader = Annotated[Principal, needs(Permission.TUNING_READ)]
Editor = Annotated[Principal, needs(Permission.TUNING_EDIT)]
Publisher = Annotated[Principal, needs(Permission.TUNING_PUBLISH)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftBody(_Body):
    """Work in progress to keep."""

    content: Content
    revision: Annotated[int, Field(ge=0, description="この変更のもとになった下書きの番号（なければ0）")]
    base_version: Expected


class ContentBody(_Body):
    """A content to look at."""

    content: Content


class PublishBody(_Body):
    """What to publish."""

    content: Content
    expected_version: Expected
    note: Note = ""


class PlanBody(PublishBody):
    """What to publish when."""

    at: Annotated[datetime, Field(description="公開する日時（時差つき）")]


class RollBackBody(_Body):
    """Back to which version, and why."""

    version: Annotated[int, Field(ge=1, description="戻したい版")]
    expected_version: Expected
    reason: Annotated[str, Field(min_length=1, max_length=500, description="理由")]


class PreviewBody(_Body):
    """Of which days the hours are wanted."""

    content: Content
    first: Annotated[date, Field(description="最初の日")]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="日数")] = 31


class DocumentsApi:
    """The endpoints over the kinds. What is live is published; what is being changed is a working copy."""

    def __init__(
        self,
        publishing: TuningPublishing,
        working: WorkingCopyRepository,
        audit: Audit,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._publishing = publishing
        self._working = working
        self._audit = audit
        self._now = now

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["ルール・話し方・時間・ことば"])
        add = router.add_api_route
        conflict: dict[int | str, dict[str, Any]] = {409: {"description": "ほかの人が先に変更・公開しています"}}
        add("/documents", self._list, summary="種類ごとの、公開中の版と下書きの有無")
        add("/documents/{kind}", self._get, summary="公開中の内容と下書き")
        add("/documents/{kind}/draft", self._save, methods=["PUT"], summary="下書きを保存する", responses=conflict)
        add("/documents/{kind}/draft", self._drop, methods=["DELETE"], summary="下書きを捨てる", responses=conflict)
        add("/documents/{kind}/check", self._check, methods=["POST"], summary="誤りと注意、公開中の版との違い")
        for path, endpoint, summary in (
            ("publish", self._publish, "公開する（通話中のお客様にも、次の発話から反映されます）"),
            ("plans", self._plan, "公開を予約する"),
            ("roll-back", self._roll_back, "前の版に戻す（同じ内容を新しい版として公開します）"),
        ):
            add(
                f"/documents/{{kind}}/{path}", endpoint, methods=["POST"], summary=summary,
                responses={**conflict, 422: {"description": "公開できません"}}, response_model=None,
            )  # fmt: skip
        add("/documents/{kind}/versions", self._versions, summary="版の一覧")
        add("/documents/{kind}/versions/{version}", self._version, summary="ひとつの版の内容と、その前の版との違い")
        add("/wording/prompts", self._prompts, summary="話し方で変えられる文の一覧（名前・場面・決まり）")
        add("/hours/preview", self._preview, methods=["POST"], summary="日ごとの受付時間と、その理由")
        return router

    async def _list(self, who: Reader) -> list[dict[str, Any]]:
        return [await self._line(kind) for kind in KINDS]

    async def _line(self, kind: str) -> dict[str, Any]:
        current = await self._publishing.lines[kind].current()
        draft = await self._working.get(kind)
        return {
            "kind": kind,
            "title": KINDS[kind].title,
            "version": current.info.version if current is not None else 0,
            "published_at": current.info.published_at if current is not None else None,
            "author": current.info.author if current is not None else "",
            "draft_by": draft.changed_by if draft is not None else "",
        }

    async def _get(self, who: Reader, kind: Kind) -> dict[str, Any]:
        current = await self._publishing.lines[kind].current()
        return {
            **await self._line(kind),
            "note": current.info.note if current is not None else "",
            "content": current.content if current is not None else {},
            "draft": _draft(await self._working.get(kind)),
        }

    async def _save(self, who: Editor, kind: Kind, body: DraftBody) -> Any:
        try:
            saved = await self._working.save(
                kind, "", body.content, revision=body.revision, base_version=body.base_version, by=who.name
            )
        except WorkingConflictError as error:
            return _conflict(error)
        if saved.revision == 1:
            await self._audit.note(who, f"{kind}.edit", kind, detail={"base_version": body.base_version})
        return _draft(saved)

    async def _drop(
        self, who: Editor, kind: Kind, revision: Annotated[int, Query(ge=0, description="捨てる下書きの番号")]
    ) -> Any:
        try:
            dropped = await self._working.drop(kind, "", revision)
        except WorkingConflictError as error:
            return _conflict(error)
        if dropped:
            await self._audit.note(who, f"{kind}.discard", kind, detail={"revision": revision})
        return {"dropped": dropped}

    async def _check(self, who: Reader, kind: Kind, body: ContentBody) -> dict[str, Any]:
        current = await self._publishing.lines[kind].current()
        before = current.content if current is not None else {}
        found = await asyncio.to_thread(_checked, kind, before, body.content)
        return {**found, "version": current.info.version if current is not None else 0}

    async def _publish(self, who: Publisher, kind: Kind, body: PublishBody) -> Any:
        try:
            made = await self._publishing.publish(who, kind, body.content, body.expected_version, body.note)
        except TuningRefusedError as error:
            return _refusal(error)
        return _published(made)

    async def _plan(self, who: Publisher, kind: Kind, body: PlanBody) -> Any:
        if body.at.tzinfo is None:
            raise HTTPException(422, NO_ZONE)
        if body.at <= self._now():
            raise HTTPException(422, IN_THE_PAST)
        at = body.at.astimezone(UTC)
        try:
            made = await self._publishing.plan(who, kind, body.content, body.expected_version, at, body.note)
        except TuningRefusedError as error:
            return _refusal(error)
        return {"id": made.id, "at": made.at, "note": made.note}

    async def _roll_back(self, who: Publisher, kind: Kind, body: RollBackBody) -> Any:
        try:
            made = await self._publishing.roll_back(who, kind, body.version, body.expected_version, body.reason)
        except TuningRefusedError as error:
            return _refusal(error)
        return _published(made)

    async def _versions(
        self, who: Reader, kind: Kind, limit: Annotated[int, Query(ge=1, le=500, description="件数")] = 50
    ) -> list[dict[str, Any]]:
        return [asdict(each) for each in await self._publishing.lines[kind].history(limit)]

    async def _version(self, who: Reader, kind: Kind, version: Version) -> dict[str, Any]:
        line = self._publishing.lines[kind]
        found = await line.get(version)
        if found is None:
            raise HTTPException(404, NO_VERSION)
        before = await line.get(version - 1) if version > 1 else None
        changes = await asyncio.to_thread(KINDS[kind].changes, before.content if before else {}, found.content)
        return {**asdict(found.info), "content": found.content, "changes": [asdict(each) for each in changes]}

    async def _prompts(self, who: Reader) -> dict[str, Any]:
        prompts = [
            {
                "name": spec.name.value,
                "title": spec.title,
                "group": spec.group,
                "when": spec.when,
                "default": spec.text,
                "must": [word for word, _ in spec.must],
                "fills": [f"{{{name}}}" for name in dict.fromkeys(spec.fills)],
                "one": spec.one,
                "optional": spec.optional,
            }
            for spec in PROMPTS
        ]
        return {"prompts": prompts, "longest": LONGEST}

    async def _preview(self, who: Reader, body: PreviewBody) -> list[dict[str, Any]]:
        try:
            company = await asyncio.to_thread(company_of, body.content)
            days = [company.day(body.first + timedelta(days=ahead)) for ahead in range(body.days)]
        except (CompanyError, OverflowError) as error:
            raise HTTPException(422, f"受付時間を確かめられません。{error}") from error
        return [
            {
                "day": each.day,
                "open": f"{each.span[0]:%H:%M}" if each.span else "",
                "close": ("24:00" if each.span[1].second else f"{each.span[1]:%H:%M}") if each.span else "",
                "reason": each.reason,
                "holiday": each.holiday,
            }
            for each in days
        ]


def _checked(kind: str, before: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    spoken_of = KINDS[kind]
    try:
        return {
            "problems": [asdict(each) for each in spoken_of.problems(content)],
            "warnings": [asdict(each) for each in spoken_of.warnings(content)],
            "changes": [asdict(each) for each in spoken_of.changes(before, content)],
        }
    except (TypeError, AttributeError, ValueError, KeyError, RecursionError) as error:
        raise HTTPException(422, SHAPE) from error


def _draft(copy: WorkingCopy | None) -> dict[str, Any] | None:
    if copy is None:
        return None
    return {
        "content": copy.content,
        "revision": copy.revision,
        "base_version": copy.base_version,
        "changed_at": copy.changed_at,
        "changed_by": copy.changed_by,
    }


def _conflict(error: WorkingConflictError) -> JSONResponse:
    return JSONResponse(jsonable_encoder({"detail": str(error), "newest": _draft(error.newest)}), status_code=409)


def _refusal(error: TuningRefusedError) -> JSONResponse:
    body = {"detail": str(error), "problems": [asdict(each) for each in error.problems]}
    return JSONResponse(body, status_code=409 if error.is_conflict else 422)


def _published(made: PublishedContent) -> dict[str, Any]:
    return jsonable_encoder(asdict(made.info))  # type: ignore[no-any-return]
