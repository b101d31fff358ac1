"""FAQ and calls as tools for other programs' models, by the Model Context Protocol, at `/mcp`.

Who asks is known by the API key, as everywhere; what is personal is covered, as everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from starlette.types import ASGIApp

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import NOT_ALLOWED, SIGN_IN_FIRST, Principal
from dashboard.faq_search import FaqSearch, SearchRefusedError
from dashboard.past import lines_of
from dashboard.transcript import LineMask
from dialogue.faq.entry import Audience
from records.calls import CallRepository
from records.masking import masked_number

MOST_CALLS: Final = 50
NO_CALL: Final = "この通話の記録は見つかりません。"
INSTRUCTIONS: Final = (
    "コールセンターの承認済みFAQと、通話の記録を調べます。回答に使うのは、承認済みのFAQの文章だけにしてください。"
    "通話の記録では、個人情報が伏せられています。"
)


class McpDoor:
    """The tools. `running` has to be open while the application serves."""

    def __init__(self, faq: FaqSearch, calls: CallRepository, mask: LineMask, audit: Audit, version: str) -> None:
        self._faq = faq
        self._calls = calls
        self._mask = mask
        self._audit = audit
        self._server = MCPServer("uketsuke", title="受付", version=version, instructions=INSTRUCTIONS)
        for tool in (self.search_faq, self.get_faq_entry, self.search_calls, self.get_call):
            self._server.add_tool(tool)
        self._app = self._server.streamable_http_app(streamable_http_path="/", json_response=True, stateless_http=True)

    def app(self) -> ASGIApp:
        """To be mounted at `/mcp`, behind the gate that finds out who asks."""
        app: ASGIApp = self._app
        return app

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is open, requests are answered."""
        async with self._server.session_manager.run():
            yield

    async def search_faq(self, query: str, context: Context[Any, Any], top: int = 5) -> dict[str, Any]:
        """承認済みのFAQを、言葉・読み・意味で探します。担当者向けの項目もふくみます。topは1から20までです。"""
        _allowed(context, Permission.FAQ_READ)
        try:
            return await self._faq.find(query, Audience.OPERATOR.value, str(top))
        except SearchRefusedError as error:
            raise ToolError(str(error)) from error

    async def get_faq_entry(self, entry_id: str, context: Context[Any, Any]) -> dict[str, Any]:
        """FAQの1項目を、版の番号とともに返します。"""
        _allowed(context, Permission.FAQ_READ)
        try:
            return self._faq.entry(entry_id, Audience.OPERATOR)
        except SearchRefusedError as error:
            raise ToolError(str(error)) from error

    async def search_calls(self, context: Context[Any, Any], query: str = "", limit: int = 20) -> dict[str, Any]:
        """通話の記録を、話された言葉や番号で探します。新しいものから最大50件です。"""
        who = _allowed(context, Permission.CALLS_READ)
        rows = await self._calls.list(limit=max(1, min(limit, MOST_CALLS)), query=query)
        await self._audit.note(who, "call.search", detail={"found": len(rows), "by": "mcp"})
        return {
            "calls": [
                {
                    "id": row.id,
                    "started_at": row.started_at.isoformat(),
                    "caller_number": masked_number(row.caller_number),
                    "duration_s": row.duration_s,
                    "outcome": row.outcome,
                    "escalation_reason": row.escalation_reason,
                }
                for row in rows
            ]
        }

    async def get_call(self, call_id: str, context: Context[Any, Any]) -> dict[str, Any]:
        """1件の通話の会話を、個人情報を伏せて返します。"""
        who = _allowed(context, Permission.CALLS_READ)
        detail = await self._calls.get(call_id)
        if detail is None:
            raise ToolError(NO_CALL)
        await self._audit.note(who, "call.read", call_id, detail={"by": "mcp"})
        lines = await asyncio.to_thread(lines_of, detail, self._mask)
        return {
            "id": call_id,
            "started_at": detail.row.started_at.isoformat(),
            "outcome": detail.row.outcome,
            "turns": [{"who": line.who, "at_ms": line.at_ms, "text": line.text} for line in lines if line.text],
        }


def _allowed(context: Context[Any, Any], permission: Permission) -> Principal:
    """Who asks. Raises `ToolError` for one who may not."""
    request = context.request_context.request
    principal = request.scope.get("state", {}).get("principal") if request is not None else None
    if not isinstance(principal, Principal):
        raise ToolError(SIGN_IN_FIRST)
    if not principal.may(permission):
        raise ToolError(NOT_ALLOWED)
    return principal
