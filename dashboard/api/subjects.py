"""A person asks for their data: find it, hand it out, hold it or erase it (APPI, Articles 33 to 35)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field, model_validator

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.recordings import RecordingFolder
from dashboard.subject_bundle import bundle
from records.calls import CallRepository
from records.masking import masked_number
from records.models import CallDetail, CallState, CallSummaryRow
from records.retention import RetentionRepository

Manager = Annotated[Principal, needs(Permission.SUBJECTS_MANAGE)]
JAPAN: Final = ZoneInfo("Asia/Tokyo")
MOST_CALLS: Final = 500
CONFIRMATION: Final = "消去する"
NOT_CONFIRMED: Final = f"消去は取り消せません。確認のため「{CONFIRMATION}」と入力してください。"
NOTHING: Final = "該当する通話がありません。先に検索して、対象をお選びください。"
TOO_MANY: Final = f"該当が{MOST_CALLS}件を超えています。期間を狭めて、もう一度検索してください。"


class Person(BaseModel):
    """Whose data: at least a number or a name. Names are heard in many spellings: give each of them."""

    number: str = Field("", max_length=32, title="電話番号", description="ハイフンはあってもなくてもかまいません")
    names: list[str] = Field([], max_length=10, title="お名前の表記", description="漢字・ひらがな・カタカナなど")
    since: date | None = Field(None, title="いつから")
    until: date | None = Field(None, title="いつまで")

    @model_validator(mode="after")
    def _names_somebody(self) -> Person:
        digits = sum(sign.isdigit() for sign in self.number)
        if self.number.strip() and digits < 5:
            raise ValueError("電話番号は5桁以上で入力してください")
        if not self.number.strip() and not any(len(name.strip()) >= 2 for name in self.names):
            raise ValueError("電話番号か、2文字以上のお名前を入力してください")
        return self


class Request(BaseModel):
    """What is to be done with which calls, and why."""

    call_ids: list[str] = Field(min_length=1, max_length=MOST_CALLS, title="通話ID")
    reason: str = Field(min_length=5, max_length=500, title="理由", description="請求の受付番号など（5文字以上）")


class Erase(Request):
    """An erasure, confirmed by hand."""

    subject: str = Field(min_length=1, max_length=200, title="ご本人", description="電話番号など。要約値だけが残ります")
    confirmation: str = Field(title="確認", description=f"「{CONFIRMATION}」")


class SubjectsApi:
    """Search, disclosure and erasure. Every one of them is kept in the audit with its reason."""

    def __init__(
        self,
        calls: CallRepository,
        retention: RetentionRepository,
        recordings: RecordingFolder,
        audit: Audit,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._calls = calls
        self._retention = retention
        self._recordings = recordings
        self._audit = audit
        self._now = now

    def router(self) -> APIRouter:
        """The endpoints."""
        router = APIRouter(prefix="/subjects", tags=["ご本人からの請求"])
        router.add_api_route("/search", self._search, methods=["POST"], summary="ご本人の通話を探す")
        router.add_api_route(
            "/export", self._export, methods=["POST"], summary="開示用にまとめて書き出す", response_class=Response
        )
        router.add_api_route("/erase", self._erase, methods=["POST"], summary="消去する")
        return router

    async def _search(self, person: Person, who: Manager) -> dict[str, Any]:
        found: dict[str, CallSummaryRow] = {}
        queries = [person.number.strip(), *(name.strip() for name in person.names)]
        for query in filter(None, queries):
            rows = await self._calls.list(limit=MOST_CALLS + 1, query=query)
            found |= {row.id: row for row in rows if _within(row, person.since, person.until)}
        if len(found) > MOST_CALLS:
            raise HTTPException(422, TOO_MANY)
        await self._audit.note(who, "subject.search", masked_number(person.number), detail={"found": len(found)})
        ordered = sorted(found.values(), key=lambda row: row.started_at, reverse=True)
        return {"calls": [_row(row) for row in ordered]}

    async def _export(self, request: Request, who: Manager) -> Response:
        details = await self._details(request.call_ids)
        files = {detail.row.id: self._recordings.of(detail) for detail in details}
        detail = {"calls": [each.row.id for each in details]}
        await self._audit.note(who, "subject.export", f"{len(details)}件", request.reason, detail)
        packed = await asyncio.to_thread(bundle, details, files, self._now().astimezone(JAPAN))
        name = f"disclosure-{self._now().astimezone(JAPAN):%Y%m%d-%H%M}.zip"
        return Response(packed, media_type="application/zip", headers=_as_file(name))

    async def _erase(self, request: Erase, who: Manager) -> dict[str, Any]:
        if request.confirmation != CONFIRMATION:
            raise HTTPException(422, NOT_CONFIRMED)
        details = await self._details(request.call_ids)
        running = [each.row.id for each in details if each.row.state is not CallState.ENDED]
        ids = [each.row.id for each in details]
        await self._audit.note(who, "subject.erase", f"{len(ids)}件", request.reason, {"calls": ids})
        erasure = await self._retention.erase_calls(ids, who.name, request.reason, request.subject, self._now())
        left = [each.row.id for each in await self._details(ids, empty=True)]
        return {
            "erased": erasure.counts.get("calls", 0),
            "running": running,
            "held": [each for each in left if each not in running],
            "proof": erasure.id,
        }

    async def _details(self, call_ids: list[str], empty: bool = False) -> list[CallDetail]:
        details = [await self._calls.get(call_id) for call_id in dict.fromkeys(call_ids)]
        there = [detail for detail in details if detail is not None]
        if not there and not empty:
            raise HTTPException(404, NOTHING)
        return there


def _within(row: CallSummaryRow, since: date | None, until: date | None) -> bool:
    day = row.started_at.astimezone(JAPAN).date()
    return (since is None or day >= since) and (until is None or day < until + timedelta(days=1))


def _row(row: CallSummaryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "started_at": row.started_at,
        "caller_number": masked_number(row.caller_number),
        "duration_s": row.duration_s,
        "outcome": row.outcome,
        "turn_count": row.turn_count,
        "has_recording": row.recording_state is not None,
    }


def _as_file(name: str) -> Mapping[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
