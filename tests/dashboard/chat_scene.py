"""The chat over the real mind: a part of the sample FAQ, its real index, one conversation a session."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from dashboard.chat import create_chat_routes
from dashboard.chat_sessions import ChatLimits, Mind
from dashboard.faq_search import search_over
from dialogue.company import load_company
from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience, FaqBook
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.knowledge import Knowledge
from dialogue.manager import Conversation, ConversationParts
from dialogue.retrieval.retriever import Retriever
from dialogue.tools.spec import Tool, ToolBox
from samples import sample_dir
from tests.embedding import kept_embedder

A_TUESDAY_MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ENTRIES = ("hikari-cancel-fee", "mobile-cancel-fee", "payment-date", "store-hours", "cancel-fee-waiver", "fraud-use")
OPERATORS_ONLY = "cancel-fee-waiver"
NOTHING_OF_OURS = ("今日の天気はどうですか", "カレーの作り方を教えて", "野球はどちらが勝ちましたか")


@functools.cache
def books() -> dict[Audience, FaqBook]:
    """What callers and operators may be shown."""
    listed = [entry for entry in read_entries(sample_dir() / "faq.yaml") if entry.id in ENTRIES]
    short = [entry.model_copy(update={"questions": entry.questions[:6]}) for entry in listed]
    whole = FaqBook(version=4, entries=tuple(short))
    return {who: whole.live(A_TUESDAY_MORNING.date(), who) for who in (Audience.CALLER, Audience.OPERATOR)}


@functools.cache
def searchers() -> dict[Audience, Retriever]:
    """One real index for each audience."""
    embedder, reader = kept_embedder(), Reader()
    return {who: Retriever(book, embedder, reader, background=NOTHING_OF_OURS) for who, book in books().items()}


def new_mind(audience: Audience) -> Conversation:
    """The telephone's mind over that audience's book."""
    company = load_company(sample_dir() / "company.yaml")
    knowledge = Knowledge(company, books()[audience], searchers()[audience])
    return Conversation(ConversationParts(lambda: knowledge, at_once, lambda: A_TUESDAY_MORNING))


def mind_with(tool: Tool) -> Conversation:
    """The same mind with one tool."""
    company = load_company(sample_dir() / "company.yaml")
    tools = ToolBox(tools=(tool,))
    knowledge = Knowledge(company, books()[Audience.CALLER], searchers()[Audience.CALLER], tools=tools)
    return Conversation(ConversationParts(lambda: knowledge, at_once, lambda: A_TUESDAY_MORNING))


async def at_once(search: Callable[[], list[Candidate]]) -> list[Candidate]:
    """Searches on the loop: on a virtual clock nothing waits for a thread."""
    return search()


class ChatClient:
    """A program that talks to `/v1` over ASGI."""

    def __init__(
        self,
        mind: Callable[[Audience], Mind] = new_mind,
        limits: ChatLimits = ChatLimits(),
        client: str = "127.0.0.1",
        allow_remote: bool = False,
    ) -> None:
        app = FastAPI()
        search = search_over(searchers().__getitem__, asyncio.to_thread)
        app.mount(
            "/v1", create_chat_routes(mind, books().__getitem__, search, allow_remote=allow_remote, limits=limits)
        )
        transport = httpx.ASGITransport(app, client=(client, 40_000))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")

    async def post(self, content: Any = None, **fields: Any) -> httpx.Response:
        """One request to the chat: the fields as JSON, or `content` as it is."""
        if content is not None:
            return await self.http.post("/v1/chat", content=content)
        return await self.http.post("/v1/chat", json=fields)

    async def say(self, text: str, **fields: Any) -> dict[str, Any]:
        """One turn that is answered."""
        answer = await self.post(text=text, **fields)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told
