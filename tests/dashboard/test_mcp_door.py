"""The tools of `/mcp`, asked by the protocol's own client over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from mcp import Client

from dashboard.auth.audit import AuditTrail
from dashboard.auth.permissions import Role
from dashboard.faq_search import FaqSearch, Found
from dashboard.mcp_door import McpDoor
from dashboard.transcript import LineMask
from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience, FaqBook, FaqEntry
from tests.dashboard.scene import PERSONAL, Scene
from tests.dashboard.signing_in import as_person
from tests.dashboard.site import serving

ENTRY = FaqEntry(
    id="billing-003",
    category="請求",
    title="引き落とし日",
    questions=("いつ引き落とされますか",),
    spoken="毎月27日です。",
)
BOOK = FaqBook(version=1, entries=(ENTRY,))


async def _search(text: str, audience: Audience, top: int) -> list[Found]:
    return [Found(ENTRY, Candidate(ENTRY.id, 1, ENTRY.title, 0.9, 0.8, 0.9, 0.7, ENTRY.questions[0]))]


@asynccontextmanager
async def asking(scene: Scene, role: Role = Role.SUPERVISOR) -> AsyncIterator[Client]:
    door = McpDoor(
        FaqSearch(_search, lambda _: BOOK), scene.records.calls, LineMask(), AuditTrail(scene.records.audit), "0"
    )
    app = FastAPI()
    app.mount("/mcp", as_person(door.app(), role))
    async with door.running(), serving(app) as address, Client(f"{address}/mcp/") as client:
        yield client


async def _told(client: Client, tool: str, **values: Any) -> Any:
    answer = await client.call_tool(tool, values)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def test_the_faq_is_found_with_its_version_and_score(scene: Scene) -> None:
    async with asking(scene) as client:
        told = await _told(client, "search_faq", query="引き落としはいつ", top=3)
    assert [(each["id"], each["score"]) for each in told["results"]] == [("billing-003", 0.9)]


async def test_a_calls_conversation_comes_without_what_is_personal_and_is_kept_in_the_audit(scene: Scene) -> None:
    await scene.keep_personal_call()
    async with asking(scene) as client:
        told = await _told(client, "get_call", call_id="personal-1")
    assert [word for word in PERSONAL if word in str(told["turns"])] == []
    assert told["turns"][0]["text"] == "〈お名前〉と申します"
    assert (await scene.records.audit.page())[0].action == "call.read"


async def test_calls_are_listed_with_covered_numbers(scene: Scene) -> None:
    await scene.keep_past_call()
    async with asking(scene) as client:
        told = await _told(client, "search_calls", query="")
    assert [(each["id"], each["caller_number"]) for each in told["calls"]] == [("past-1", "080****0101")]


@pytest.mark.parametrize("call_id", ["nobody", ""])
async def test_a_call_that_is_not_there_is_an_error_in_japanese(scene: Scene, call_id: str) -> None:
    async with asking(scene) as client:
        answer = await client.call_tool("get_call", {"call_id": call_id})
    assert answer.is_error
    assert "見つかりません" in str(answer.content)
