"""Real HTTP servers on this machine: one that speaks the OpenAI API before any ChatModel, and broken ones."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from dialogue.llm.chat_model import ChatError, ChatModel, ChatRequest

SMALL = "qwen2.5-coder-0.5b"
"""The model that the tests use; its file is pulled by `make test`."""


def serving(model: ChatModel) -> FastAPI:
    """The chat endpoint of the OpenAI API, answered by `model`."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        asked = json.loads(await request.body())
        form = asked.get("response_format")
        try:
            result = await model.complete(
                ChatRequest(
                    system=asked["messages"][0]["content"],
                    user=asked["messages"][1]["content"],
                    max_tokens=asked["max_tokens"],
                    deadline_s=60,
                    json_schema=None if form is None else form["json_schema"]["schema"],
                    temperature=asked["temperature"],
                )
            )
        except ChatError as error:
            return JSONResponse({"error": {"message": str(error)}}, status_code=500)
        return JSONResponse(
            {
                "id": "chat-1",
                "object": "chat.completion",
                "created": 0,
                "model": asked["model"],
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": result.text},
                    }
                ],
                "usage": {
                    "prompt_tokens": 1,
                    "completion_tokens": result.tokens,
                    "total_tokens": 1 + result.tokens,
                },
            }
        )

    return app


def broken(manner: str) -> FastAPI:
    """A server that fails in one of the ways servers fail."""
    app = FastAPI()
    shapes: dict[str, Any] = {
        "empty": {},
        "no choices": {"choices": []},
        "null text": {"choices": [{"message": {"role": "assistant", "content": None}}]},
        "a list": [1, 2, 3],
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
