"""Against real servers on loopback: an HTTP webhook, and a server that speaks the Model Context Protocol."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from mcp.server import MCPServer

from dialogue.tools.flow import ToolRun
from dialogue.tools.runner import KEY, SIGNATURE, ToolOutcome, ToolRunner
from tests.dialogue.tools.conftest import a_tool

RUN = ToolRun("book_callback", {"phone": "09012345678", "day": "2026-11-25"}, "key-1")


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


def booking_desk(booked: dict[str, Any], seen: list[Request]) -> FastAPI:
    app = FastAPI()

    @app.post("/book")
    async def book(request: Request) -> JSONResponse:
        seen.append(request)
        booked.setdefault(request.headers[KEY], await request.json())
        return JSONResponse({"number": f"A-{len(booked)}", "long": "x" * 500, "nested": {"say": "無料です"}})

    @app.post("/taken")
    async def taken() -> JSONResponse:
        return JSONResponse({}, status_code=409)

    @app.post("/broken")
    async def broken() -> JSONResponse:
        return JSONResponse({}, status_code=500)

    @app.post("/slow")
    async def slow() -> JSONResponse:
        await asyncio.sleep(5)
        return JSONResponse({})

    return app


async def test_a_run_carries_its_arguments_and_its_key_and_brings_back_short_plain_fields() -> None:
    booked: dict[str, Any] = {}
    async with served(booking_desk(booked, [])) as url:
        result = await ToolRunner().run(a_tool(url=f"{url}/book"), RUN)
    assert booked == {"key-1": {"tool": "book_callback", "arguments": RUN.arguments}}
    assert result.outcome is ToolOutcome.DONE and result.values["result_number"] == "A-1"
    assert len(result.values["result_long"]) == 60 and "result_nested" not in result.values


async def test_the_same_run_twice_is_booked_once() -> None:
    booked: dict[str, Any] = {}
    async with served(booking_desk(booked, [])) as url:
        for _ in range(2):
            await ToolRunner().run(a_tool(url=f"{url}/book"), RUN)
    assert len(booked) == 1


async def test_a_request_is_signed_with_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", "pepper")
    seen: list[Request] = []
    async with served(booking_desk({}, seen)) as url:
        await ToolRunner().run(a_tool(url=f"{url}/book", secret_env="DESK_SECRET"), RUN)
    expected = hmac.new(b"pepper", await seen[0].body(), hashlib.sha256).hexdigest()
    assert seen[0].headers[SIGNATURE] == f"sha256={expected}"


@pytest.mark.parametrize(
    ("path", "outcome"),
    [("/taken", ToolOutcome.REFUSED), ("/broken", ToolOutcome.FAILED), ("/slow", ToolOutcome.UNKNOWN)],
)
async def test_every_way_of_failing_has_its_outcome(path: str, outcome: ToolOutcome) -> None:
    async with served(booking_desk({}, [])) as url:
        result = await ToolRunner().run(a_tool(url=f"{url}{path}", timeout_s=0.3), RUN)
    assert result.outcome is outcome


async def test_a_server_that_is_not_there_is_a_failure() -> None:
    assert (await ToolRunner().run(a_tool(), RUN)).outcome is ToolOutcome.FAILED


async def test_a_tool_of_an_mcp_server_is_called_with_typed_arguments() -> None:
    server = MCPServer("desk")
    calls: list[tuple[str, str]] = []

    @server.tool()
    def book(phone: str, day: str) -> dict[str, str]:
        calls.append((phone, day))
        return {"number": "M-7"}

    async with served(server.streamable_http_app(stateless_http=True, json_response=True)) as url:
        tool = a_tool(transport="mcp", url=f"{url}/mcp", remote_name="book")
        result = await ToolRunner().run(tool, RUN)
    assert calls == [("09012345678", "2026-11-25")]
    assert result.outcome is ToolOutcome.DONE and result.values["result_number"] == "M-7"


async def test_an_mcp_server_that_is_not_there_is_a_failure() -> None:
    tool = a_tool(transport="mcp", url="http://127.0.0.1:9/mcp")
    assert (await ToolRunner().run(tool, RUN)).outcome is ToolOutcome.FAILED
