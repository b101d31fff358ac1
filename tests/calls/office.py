"""The office that runs the agent: its administrator, signed in over HTTP as a browser of this machine does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bench.agent_process import AgentProcess

LOGIN = {"login": "kanri", "password": "柿の木坂に小さな電話 7"}


@asynccontextmanager
async def office(agent: AgentProcess) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API with an administrator's session; the first one sets the service up."""
    async with httpx.AsyncClient(base_url=agent.url, timeout=10) as client:
        answer = await client.post("/api/setup", json={**LOGIN, "name": "管理 花子"})
        if answer.status_code == httpx.codes.CONFLICT:
            answer = await client.post("/api/login", json=LOGIN)
        answer.raise_for_status()
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        yield client
