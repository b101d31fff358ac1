"""The audit: looked through, carried off as CSV, and checked for changes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import ROLE_NAMES, Permission, Role
from dashboard.auth.principal import Principal, needs
from records.audit import AuditFilter, AuditLine, AuditLog, Fault, Verified

Auditor = Annotated[Principal, needs(Permission.AUDIT_READ)]
KEY_NAME: Final = "APIキー"
CSV_HEAD: Final = (
    "番号",
    "日時",
    "だれが",
    "役割",
    "操作",
    "対象",
    "理由",
    "接続元",
    "詳細",
    "前の行の値",
    "この行の値",
)
_PAGE: Final = 500
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class AuditLineTold(BaseModel):
    """One line as it is told."""

    sequence: int = Field(description="番号")
    at: datetime
    actor: str
    role: str
    role_name: str
    action: str = Field(description="操作（例 faq.publish）")
    target: str
    reason: str
    address: str
    detail: dict[str, Any]
    sha256: str

    @classmethod
    def of(cls, line: AuditLine) -> AuditLineTold:
        """With the role's name."""
        values = {name: getattr(line, name) for name in cls.model_fields if name != "role_name"}
        return cls(**values, role_name=_role_name(line.role))


class AuditPage(BaseModel):
    """Some of the lines, newest first."""

    lines: list[AuditLineTold]
    total: int = Field(description="条件に合う行の数")
    next_before: int | None = Field(description="続きを読むときの before。なければ終わりです。")


class VerifiedTold(BaseModel):
    """What the check found."""

    ok: bool
    lines: int = Field(description="確かめた行の数")
    first_wrong: int | None = Field(description="最初に合わない行の番号")
    fault: Fault | None
    sentence: str = Field(description="結果の説明")


class AuditApi:
    """The endpoints over the audit."""

    def __init__(self, log: AuditLog, audit: Audit) -> None:
        self._log = log
        self._audit = audit

    def router(self) -> APIRouter:
        """For those who read the audit."""
        router = APIRouter(prefix="/audit", tags=["監査ログ"])
        router.add_api_route("", self._page, summary="監査ログを見る")
        router.add_api_route(
            "/export", self._export, response_class=StreamingResponse, summary="監査ログをCSVで書き出す"
        )
        router.add_api_route("/verify", self._verify, methods=["POST"], summary="改ざんがないか確かめる")
        return router

    async def _page(
        self,
        who: Auditor,
        actor: Annotated[str, Query(max_length=100, description="だれが（名前の一部）")] = "",
        action: Annotated[str, Query(max_length=60, description="操作（例 faq または faq.publish）")] = "",
        target: Annotated[str, Query(max_length=200, description="対象（一部）")] = "",
        since: Annotated[AwareDatetime | None, Query(description="この日時から")] = None,
        until: Annotated[AwareDatetime | None, Query(description="この日時より前")] = None,
        before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="この番号より前")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> AuditPage:
        wanted = AuditFilter(actor, action, target, since, until)
        lines = await self._log.page(wanted, before, limit)
        return AuditPage(
            lines=[AuditLineTold.of(line) for line in lines],
            total=await self._log.count(wanted),
            next_before=lines[-1].sequence if len(lines) == limit and lines[-1].sequence > 1 else None,
        )

    async def _export(
        self,
        who: Auditor,
        actor: Annotated[str, Query(max_length=100)] = "",
        action: Annotated[str, Query(max_length=60)] = "",
        target: Annotated[str, Query(max_length=200)] = "",
        since: Annotated[AwareDatetime | None, Query()] = None,
        until: Annotated[AwareDatetime | None, Query()] = None,
    ) -> StreamingResponse:
        wanted = AuditFilter(actor, action, target, since, until)
        await self._audit.note(who, "audit.export", detail={"actor": actor, "action": action, "target": target})
        headers = {"content-disposition": 'attachment; filename="audit.csv"', "cache-control": "no-store"}
        return StreamingResponse(self._rows(wanted), media_type="text/csv; charset=utf-8", headers=headers)

    async def _rows(self, wanted: AuditFilter) -> AsyncIterator[str]:
        # The mark makes spreadsheets read it as UTF-8.
        yield "\ufeff" + _csv(CSV_HEAD)
        before: int | None = None
        while lines := await self._log.page(wanted, before, _PAGE):
            yield "".join(_csv(_cells(line)) for line in lines)
            before = lines[-1].sequence

    async def _verify(self, who: Auditor) -> VerifiedTold:
        found = await self._log.verify()
        await self._audit.note(who, "audit.verify", detail={"ok": found.ok, "lines": found.lines})
        return VerifiedTold(**vars(found), sentence=sentence_of(found))


def sentence_of(found: Verified) -> str:
    """A check's result as a Japanese sentence."""
    number = found.first_wrong
    match found.fault:
        case None:
            return f"{found.lines}行を確かめました。改ざんは見つかりませんでした。"
        case Fault.ALTERED:
            return f"{number}行目の内容が書き換えられています。データベースの控えと比べてご確認ください。"
        case Fault.BROKEN:
            return f"{number}行目が前の行とつながりません。行の削除、追加または入れ替えがあります。"
        case Fault.CUT:
            return f"{number}行目以降の記録が失われています。末尾が切り取られたか、古い控えに戻されています。"
        case Fault.NO_ANCHOR:
            return "末尾の控えのファイル（audit-head）がないため、末尾が切り取られていないことを確かめられません。"


def _role_name(role: str) -> str:
    return ROLE_NAMES[Role(role)] if role in {each.value for each in Role} else KEY_NAME


def _cells(line: AuditLine) -> list[str]:
    detail = json.dumps(line.detail, ensure_ascii=False)
    told = [line.actor, _role_name(line.role), line.action, line.target, line.reason, line.address, detail]
    return [str(line.sequence), line.at.isoformat(), *map(_harmless, told), line.previous, line.sha256]


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins like a formula for one."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _csv(cells: tuple[str, ...] | list[str]) -> str:
    row = io.StringIO()
    csv.writer(row).writerow(cells)
    return row.getvalue()
