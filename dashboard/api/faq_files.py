"""The FAQ in files: out as it is published or worked on, in as changes that somebody still has to publish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.raw_body import bytes_of, raw_body
from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.faq_bench import FaqBench
from dashboard.faq_import import ImportPlan, carry_out, plan_import
from dialogue.faq.entry import FaqEntry
from dialogue.faq.files import format_entries, parse_entries
from dialogue.faq.rows import FaqImportError
from records.working import WorkingCopyRepository

MOST_BYTES: Final = 20_000_000
TOO_BIG: Final = "ファイルが大きすぎます。20MB以内に分けてください。"


class FileForm(StrEnum):
    """The forms of a FAQ file."""

    CSV = "csv"
    XLSX = "xlsx"
    YAML = "yaml"


MEDIA_TYPES: Final = {
    FileForm.CSV: "text/csv; charset=utf-8",
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileForm.YAML: "application/yaml; charset=utf-8",
}
Form = Annotated[FileForm, Query(description="ファイルの形式（csv、xlsx、yaml）")]
Missing = Annotated[bool, Query(description="ファイルにない項目を削除の予定にする")]
Reader = Annotated[Principal, needs(Permission.FAQ_READ)]
Editor = Annotated[Principal, needs(Permission.FAQ_EDIT)]


class ImportTold(BaseModel):
    """What a file does."""

    model_config = ConfigDict(title="取り込みの内容")

    saved: Annotated[bool, Field(description="変更として保存したか（確認だけならfalse）")]
    added: Annotated[int, Field(description="新しい項目")]
    changed: Annotated[int, Field(description="変わる項目")]
    removed: Annotated[int, Field(description="削除の予定になる項目")]
    unchanged: Annotated[int, Field(description="変わらない項目")]
    entries: Annotated[list[dict[str, Any]], Field(description="項目ごとの違い")]
    in_the_way: Annotated[list[dict[str, str]], Field(description="ほかの変更がある項目と、その人")]
    left: Annotated[list[str], Field(description="ほかの変更があるため取り込まなかった項目のID")] = []


class FaqFilesApi:
    """Import and export."""

    def __init__(
        self, bench: FaqBench, working: WorkingCopyRepository, audit: Audit, today: Callable[[], date]
    ) -> None:
        self._bench = bench
        self._working = working
        self._audit = audit
        self._today = today

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["FAQのファイル"])
        add = router.add_api_route
        file = raw_body("application/octet-stream", "FAQのファイル（CSV、XLSX、YAML）")
        add(
            "/faq/export",
            self._export,
            summary="FAQをファイルに書き出す",
            response_class=Response,
            responses={200: {"content": {each: {} for each in MEDIA_TYPES.values()}}},
        )
        add(
            "/faq/import/preview",
            self._preview,
            methods=["POST"],
            summary="ファイルを取り込むと何が変わるかを見る（何も変えません）",
            openapi_extra=file,
            response_model=ImportTold,
        )
        add(
            "/faq/import",
            self._import,
            methods=["POST"],
            summary="ファイルを公開前の変更として取り込む",
            openapi_extra=file,
            response_model=ImportTold,
        )
        return router

    async def _export(
        self,
        who: Reader,
        form: Form = FileForm.CSV,
        draft: Annotated[bool, Query(description="公開前の変更を含める")] = False,
    ) -> Response:
        state = await self._bench.state()
        content = state.draft(None if draft else ()).content
        entries = [FaqEntry.model_validate(each) for each in content]
        data = await asyncio.to_thread(format_entries, entries, f".{form}")
        await self._audit.note(who, "faq.export", f"第{state.version}版", detail={"entries": len(entries)})
        name = f"faq-{self._today().isoformat()}.{form}"
        disposition = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type=MEDIA_TYPES[form], headers=disposition)

    async def _preview(
        self, who: Editor, request: Request, form: Form = FileForm.CSV, remove_missing: Missing = False
    ) -> ImportTold | JSONResponse:
        try:
            plan = await self._plan(request, form, remove_missing)
        except FaqImportError as error:
            return _told_wrong(error)
        return _told(plan, saved=False)

    async def _import(
        self,
        who: Editor,
        request: Request,
        form: Form = FileForm.CSV,
        remove_missing: Missing = False,
        overwrite: Annotated[bool, Query(description="ほかの公開前の変更に上書きする")] = False,
    ) -> ImportTold | JSONResponse:
        try:
            plan = await self._plan(request, form, remove_missing)
        except FaqImportError as error:
            return _told_wrong(error)
        left = await carry_out(plan, self._working, who.name, overwrite=overwrite)
        saved = [each.change.id for each in plan.entries if each.change.id not in left]
        await self._audit.note(who, "faq.import", detail={"entries": saved, "left": left})
        return _told(plan, saved=True, left=left)

    async def _plan(self, request: Request, form: FileForm, remove_missing: bool) -> ImportPlan:
        data = await bytes_of(request, MOST_BYTES, TOO_BIG)
        entries = await asyncio.to_thread(parse_entries, data, f".{form}")
        return plan_import(await self._bench.state(), entries, remove_missing=remove_missing)


def _told(plan: ImportPlan, *, saved: bool, left: list[str] | None = None) -> ImportTold:
    kinds = [each.change.kind for each in plan.entries]
    return ImportTold(
        saved=saved,
        added=kinds.count("added"),
        changed=kinds.count("changed"),
        removed=kinds.count("removed"),
        unchanged=plan.unchanged,
        entries=[asdict(each.change) for each in plan.entries],
        in_the_way=[{"id": each.change.id, "changed_by": each.changed_by} for each in plan.in_the_way],
        left=left or [],
    )


def _told_wrong(error: FaqImportError) -> JSONResponse:
    problems = [asdict(each) for each in error.problems]
    told = f"取り込めませんでした（{len(problems)}件の誤り）。何も変えていません。直してから、もう一度お選びください。"
    return JSONResponse({"detail": told, "problems": problems}, status_code=422)
