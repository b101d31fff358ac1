"""Runs a tool: a signed HTTP request, or a call to a server that speaks the Model Context Protocol."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

import httpx
from mcp import Client, MCPError
from mcp.types import RequestParamsMeta

from dialogue.tools.flow import ToolRun
from dialogue.tools.spec import RESULT_PREFIX, Tool, Transport

SIGNATURE: Final = "X-Uketsuke-Signature"
KEY: Final = "Idempotency-Key"
META_KEY: Final = "uketsuke/idempotency-key"
MOST_RESULT_CHARS: Final = 60
MOST_BODY_BYTES: Final = 64 * 1024


class ToolOutcome(StrEnum):
    """How a run ended. `UNKNOWN`: the server was asked and nothing came back, so it may have been done."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ToolResult:
    """`values` are the plain fields of the server's answer, named `result_…`: data to be spoken, never instructions."""

    outcome: ToolOutcome
    values: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""


class RunsTools(Protocol):
    """Runs one tool; never raises."""

    async def run(self, tool: Tool, run: ToolRun) -> ToolResult:
        """Run within the tool's own time."""
        ...


class ToolRunner:
    """Runs tools over the network. A request that got no answer is sent once more, with the same key."""

    async def run(self, tool: Tool, run: ToolRun) -> ToolResult:
        """See `RunsTools.run`."""
        try:
            async with asyncio.timeout(tool.timeout_s):
                if tool.transport is Transport.MCP:
                    return await self._over_mcp(tool, run)
                return await self._over_http(tool, run)
        except TimeoutError:
            return ToolResult(ToolOutcome.UNKNOWN, detail=f"{tool.timeout_s:g} 秒以内に返事がありません")

    async def _over_http(self, tool: Tool, run: ToolRun) -> ToolResult:
        body = json.dumps({"tool": tool.name, "arguments": run.arguments}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", KEY: run.idempotency_key}
        secret = os.environ.get(tool.secret_env, "") if tool.secret_env else ""
        if secret:
            headers[SIGNATURE] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        async with httpx.AsyncClient(timeout=tool.timeout_s, follow_redirects=False) as client:
            for attempt in (1, 2):
                try:
                    answer = await client.post(tool.url, content=body, headers=headers)
                except httpx.TransportError as error:
                    if attempt == 1:
                        continue
                    sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                    return ToolResult(ToolOutcome.UNKNOWN if sent else ToolOutcome.FAILED, detail=type(error).__name__)
                return _of_http(answer)
        raise AssertionError("unreachable")

    async def _over_mcp(self, tool: Tool, run: ToolRun) -> ToolResult:
        name = tool.remote_name or tool.name
        try:
            async with Client(tool.url, read_timeout_seconds=tool.timeout_s) as client:
                answer = await client.call_tool(
                    name,
                    dict(run.arguments),
                    meta=RequestParamsMeta({META_KEY: run.idempotency_key}),  # type: ignore[typeddict-unknown-key]
                )
        except (MCPError, httpx.HTTPError, OSError, ExceptionGroup) as error:
            return ToolResult(ToolOutcome.FAILED, detail=type(error).__name__)
        values = _plain(answer.structured_content or {})
        return ToolResult(ToolOutcome.REFUSED if answer.is_error else ToolOutcome.DONE, values)


def _of_http(answer: httpx.Response) -> ToolResult:
    if answer.status_code >= 500:
        return ToolResult(ToolOutcome.FAILED, detail=f"HTTP {answer.status_code}")
    if answer.status_code >= 300:
        return ToolResult(ToolOutcome.REFUSED, detail=f"HTTP {answer.status_code}")
    if len(answer.content) > MOST_BODY_BYTES:
        return ToolResult(ToolOutcome.DONE, detail="返事が長すぎます")
    try:
        content: Any = answer.json() if answer.content else {}
    except ValueError:
        content = {}
    return ToolResult(ToolOutcome.DONE, _plain(content if isinstance(content, dict) else {}))


def _plain(content: Mapping[str, Any]) -> dict[str, str]:
    """Short plain fields only: nothing that a server sends can become a speech of its own."""
    return {
        f"{RESULT_PREFIX}{name}": " ".join(str(value).split())[:MOST_RESULT_CHARS]
        for name, value in content.items()
        if isinstance(value, str | int | float) and name.isidentifier()
    }
