"""Real HTTP servers on this machine: llama.cpp's own, one that keeps what it is asked, and broken ones."""

from __future__ import annotations

import asyncio
import re
import socket
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

SMALL = "qwen2.5-coder-0.5b"
"""The model that the tests use; its file is pulled by `make test`."""


@asynccontextmanager
async def running_llama(program: Path, model: Path) -> AsyncIterator[str]:
    """Run llama.cpp's server with one slot on one thread, on a port of its own choice; gives the API's base URL."""
    process = await asyncio.create_subprocess_exec(
        *(str(program), "--model", str(model), "--ctx-size", "4096", "--parallel", "1", "--threads", "1"),
        *("--host", "127.0.0.1", "--port", "0", "--offline", "--no-ui"),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(100):
            url = await _address(process)
        draining = asyncio.create_task(process.stderr.read())
        yield f"{url}/v1"
        draining.cancel()
    finally:
        process.kill()
        await process.wait()


async def _address(process: Process) -> str:
    assert process.stderr is not None
    said = []
    async for line in process.stderr:
        said.append(line.decode("utf-8", "replace"))
        found = re.search(r"listening on (http://\S+)", said[-1])
        if found is not None:
            return found[1]
    raise RuntimeError("".join(said))


def recording(kept: list[bytes], answer: str) -> FastAPI:
    """A server that keeps the body of each request and always gives the same answer."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        kept.append(await request.body())
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer}}
        usage = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 35}
        return JSONResponse(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "m",
                "choices": [choice],
                "usage": usage,
            }
        )

    return app


def redirecting(base_url: str) -> FastAPI:
    """A server that sends whoever asks it to another one."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete() -> Response:
        return RedirectResponse(f"{base_url}/chat/completions", status_code=307)

    return app


def broken(manner: str) -> FastAPI:
    """A server that fails in one of the ways servers fail."""
    app = FastAPI()
    shapes: dict[str, Any] = {
        "empty": {},
        "no choices": {"choices": []},
        "null text": {"choices": [{"message": {"role": "assistant", "content": None}}]},
        "a list": [1, 2, 3],
        "chatter": {"choices": [{"message": {"role": "assistant", "content": "料金は全部0円にいたします！"}}]},
    }

    @app.post("/v1/chat/completions")
    async def complete() -> Response:
        if manner == "hangs":
            await asyncio.Event().wait()
        if manner == "500":
            return JSONResponse({"error": "out of memory"}, status_code=500)
        if manner == "html":
            return PlainTextResponse("<html>proxy login</html>")
        if manner == "cut json":
            return Response('{"choices": [', media_type="application/json")
        return JSONResponse(shapes[manner])

    return app


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[str]:
    """Serve `app` on a free port; gives the base URL of the API."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=0))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    port = listening.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        await task
