"""The API, asked everything that its own description allows and much that it does not: it answers, and never falls."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.agent_process import running_agent
from dashboard.auth.permissions import Permission
from tests.calls.office import office

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(400)]
EXAMPLES: Final = 6
LEFT_OUT: Final = {
    # They end the session, or set off minutes of work on purpose; their own tests ask them.
    ("POST", "/logout"),
    ("POST", "/trials"),
    ("POST", "/improve/mine"),
    ("POST", "/drafts/mine"),
}


async def test_no_request_of_the_described_kind_makes_the_service_fail(tmp_path: Path) -> None:
    # An agent of its own: what is asked at random switches things off, publishes and erases.
    async with running_agent(tmp_path, {"UKETSUKE_LLM__KIND": "off"}) as agent:
        async with office(agent) as client:
            scopes = [each for each in Permission if each is not Permission.SIGNED_IN]
            made = await client.post("/api/keys", json={"name": "なんでも", "scopes": scopes})
            made.raise_for_status()
            description = (await client.get("/api/openapi.json")).json()
        failures = await asyncio.to_thread(_ask_everything, agent.url, description, made.json()["secret"])
        assert not failures, "\n".join(failures)
        async with httpx.AsyncClient(base_url=agent.url) as client:
            assert (await client.get("/health")).json()["status"] == "ok"


def _ask_everything(url: str, description: dict[str, Any], key: str) -> list[str]:
    schema = schemathesis.openapi.from_dict(description)
    failures: list[str] = []
    with httpx.Client(base_url=f"{url}/api", headers={"authorization": f"Bearer {key}"}, timeout=20) as client:
        for found in schema.get_all_operations():
            operation = found.ok()
            if (operation.method.upper(), operation.path) in LEFT_OUT:
                continue
            _ask(client, operation, failures)
    return failures


def _ask(client: httpx.Client, operation: Any, failures: list[str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), _=st.none())
    def ask(case: Any, _: None) -> None:
        sent = case.as_transport_kwargs(base_url=str(client.base_url))
        body = sent.get("data")
        asked = f"{operation.method.upper()} {sent['url']} {sent.get('json')!r}"[:400]
        try:
            answer = client.request(
                sent["method"],
                sent["url"],
                params=sent.get("params"),
                json=sent.get("json"),
                content=body if isinstance(body, bytes | str) else None,
            )
        except httpx.TransportError as error:
            failures.append(f"{asked}: {type(error).__name__}")
            return
        if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            failures.append(f"{asked}: 500")

    ask()
