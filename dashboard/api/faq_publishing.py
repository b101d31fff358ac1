"""Publishing the FAQ over HTTP: what would change, publish, go back, and what is live in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.faq_models import MOST, Keys, Note, PlanBody, PublishBody, Reason
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.faq_diff import entries_between
from dashboard.faq_publishing import NO_VERSION, FaqPublishing, Proposal, PublishingRefusedError, ReasonNeededError
from records.faq import FaqRepository
from records.models import FaqVersion
from records.planned import PlannedPublication
from records.trials import TrialRun

DRAFT: Final = 0
"""In place of a version's number: what would be published with every change."""
IN_THE_PAST: Final = "予約の日時は、これからの日時をお選びください。"
NO_ZONE: Final = "予約の日時には、時差をつけてください（例 2026-04-01T09:00:00+09:00）。"
Reader = Annotated[Principal, needs(Permission.FAQ_READ)]
Publisher = Annotated[Principal, needs(Permission.FAQ_PUBLISH)]


class RollBackBody(BaseModel):
    """Back to which version, and why."""

    model_config = ConfigDict(extra="forbid", title="前の版に戻す")

    version: Annotated[int, Field(ge=1, le=MOST, description="戻したい版")]
    expected_version: Annotated[int, Field(ge=0, le=MOST, description="いま公開中の版")]
    reason: Annotated[str, Field(min_length=1, max_length=500, description="理由")]


class ProposeBody(BaseModel):
    """Which changes to look at."""

    model_config = ConfigDict(extra="forbid", title="公開前の確認")

    keys: Keys = None


class Published(BaseModel):
    """What became current."""

    model_config = ConfigDict(title="公開した版")

    version: Annotated[int, Field(description="新しい版")]
    published_at: Annotated[datetime, Field(description="公開した日時")]
    changed: Annotated[list[str], Field(description="新しいか変わった項目のID")]
    removed: Annotated[list[str], Field(description="なくなった項目のID")]
    note: Note
    reason: Reason = ""


class Live(BaseModel):
    """What this process answers by."""

    model_config = ConfigDict(title="応対中の版")

    version: Annotated[int, Field(description="いま応対に使っている版")]
    latest: Annotated[int, Field(description="公開中の版")]
    up_to_date: Annotated[bool, Field(description="公開中の版で応対しているか")]


class FaqPublishingApi:
    """The endpoints. Reading needs `faq.read`; whatever changes what callers hear needs `faq.publish`."""

    def __init__(
        self,
        publishing: FaqPublishing,
        faq: FaqRepository,
        live_version: Callable[[], int],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._publishing = publishing
        self._faq = faq
        self._live_version = live_version
        self._now = now

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["FAQの公開"])
        add = router.add_api_route
        refused: dict[int | str, dict[str, Any]] = {
            409: {"description": "ほかの人が先に公開しています"},
            422: {"description": "公開できません（needs_reasonがtrueなら理由が必要）"},
        }
        add("/faq/live", self._live, summary="いま応対に使っている版")
        add("/faq/proposal", self._propose, methods=["POST"], summary="公開すると何が変わるか（テストの結果も）")
        for path, endpoint, summary in (
            ("/faq/publish", self._publish, "変更を公開する（通話中のお客様にも次の発話から反映されます）"),
            ("/faq/plans", self._plan, "変更の公開を予約する"),
            ("/faq/roll-back", self._roll_back, "前の版に戻す（同じ内容を新しい版として公開します）"),
        ):
            add(path, endpoint, methods=["POST"], summary=summary, responses=refused, response_model=None)
        add("/faq/versions", self._versions, summary="FAQ全体の版")
        add("/faq/versions/{version}", self._version, summary="FAQのひとつの版の内容")
        add("/faq/diff", self._diff, summary="2つの版の違い（0は、すべての変更を公開した場合）")
        return router

    async def _live(self, who: Reader) -> Live:
        version, latest = self._live_version(), await self._faq.latest()
        return Live(version=version, latest=latest, up_to_date=version >= latest)

    async def _propose(self, who: Reader, body: ProposeBody) -> dict[str, Any]:
        return _proposal_told(await self._publishing.propose(body.keys))

    async def _publish(self, who: Publisher, body: PublishBody) -> Published | JSONResponse:
        try:
            published = await self._publishing.publish(who, body.keys, body.expected_version, body.note, body.reason)
        except PublishingRefusedError as error:
            return _refusal(error)
        return _published(published, body.reason)

    async def _plan(self, who: Publisher, body: PlanBody) -> dict[str, Any] | JSONResponse:
        if body.at.tzinfo is None:
            raise HTTPException(422, NO_ZONE)
        at = self._in_the_future(body.at)
        try:
            planned = await self._publishing.plan(who, body.keys, body.expected_version, at, body.note, body.reason)
        except PublishingRefusedError as error:
            return _refusal(error)
        return plan_told(planned)

    def _in_the_future(self, wanted: datetime) -> datetime:
        now = self._now()
        try:
            at = wanted.astimezone(UTC)
        except OverflowError:
            at = now
        if at <= now:
            raise HTTPException(422, IN_THE_PAST)
        return at

    async def _roll_back(self, who: Publisher, body: RollBackBody) -> Published | JSONResponse:
        try:
            published = await self._publishing.roll_back(who, body.version, body.expected_version, body.reason)
        except PublishingRefusedError as error:
            return _refusal(error)
        return _published(published, body.reason)

    async def _versions(
        self, who: Reader, limit: Annotated[int, Query(ge=1, le=500, description="件数")] = 100
    ) -> list[dict[str, Any]]:
        live = self._live_version()
        return [
            jsonable_encoder({**asdict(each), "live": each.version == live}) for each in await self._faq.history(limit)
        ]

    async def _version(
        self, who: Reader, version: Annotated[int, Path(ge=1, le=MOST, description="版")]
    ) -> dict[str, Any]:
        found = await self._at(version)
        return jsonable_encoder({**asdict(found.info), "entries": found.content})  # type: ignore[no-any-return]

    async def _diff(
        self,
        who: Reader,
        before: Annotated[int, Query(ge=0, le=MOST, description="前の版（0は公開前の変更を含む）")],
        after: Annotated[int, Query(ge=0, le=MOST, description="後の版（0は公開前の変更を含む）")] = DRAFT,
    ) -> dict[str, Any]:
        sides = []
        for number in (before, after):
            if number == DRAFT:
                sides.append((await self._publishing.propose(None)).draft.content)
            else:
                sides.append((await self._at(number)).content)
        return {"before": before, "after": after, "entries": [asdict(each) for each in entries_between(*sides)]}

    async def _at(self, version: int) -> FaqVersion:
        found = await self._faq.get(version)
        if found is None:
            raise HTTPException(404, NO_VERSION)
        return found


def plan_told(plan: PlannedPublication) -> dict[str, Any]:
    """A plan without its content."""
    told = {name: value for name, value in asdict(plan).items() if name != "content"}
    changes = plan.content.get("changes")
    entries = changes.items() if isinstance(changes, dict) else ()
    told["entries"] = [{"id": key, "title": change.get("title") or key} for key, change in entries]
    return jsonable_encoder(told)  # type: ignore[no-any-return]


def _proposal_told(proposal: Proposal) -> dict[str, Any]:
    before = [each.published for each in proposal.base.entries if each.published is not None]
    changes = entries_between(before, proposal.draft.content)
    return {
        "version": proposal.base.version,
        "keys": list(proposal.keys),
        "entries": [asdict(each) for each in changes],
        "problems": {key: [asdict(each) for each in found] for key, found in proposal.problems.items()},
        "stale": list(proposal.stale),
        "golden": _golden(proposal.golden),
    }


def _golden(run: TrialRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    summary = run.result.get("summary", {})
    finished = run.finished_at.isoformat() if run.finished_at is not None else None
    return {"id": run.id, "finished_at": finished, "regressions": run.regressions, "summary": summary}


def _published(version: FaqVersion, reason: str) -> Published:
    info = version.info
    return Published(
        version=version.version,
        published_at=info.published_at,
        changed=list(info.changed),
        removed=list(info.removed),
        note=info.note,
        reason=reason,
    )


def _refusal(error: PublishingRefusedError) -> JSONResponse:
    body: dict[str, Any] = {"detail": str(error), "needs_reason": isinstance(error, ReasonNeededError)}
    if isinstance(error, ReasonNeededError):
        body["golden"] = _golden(error.run)
    return JSONResponse(body, status_code=409 if error.is_conflict else 422)
