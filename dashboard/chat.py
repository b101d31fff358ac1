"""The telephone's mind over HTTP: `POST /chat` for text chats, `GET /faq/search` for operators. Mounted at `/v1`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import ASGIApp

from dashboard.access import AccessGuard
from dashboard.chat_sessions import ChatLimits, ChatRefusedError, ChatSessions, ChatTurn, NewMind
from dashboard.faq_search import FaqSearch, Search, SearchRefusedError, audience_of
from dialogue.faq.entry import Audience, FaqBook
from dialogue.turns import Reply

MAX_TEXT: Final = 500
MAX_BODY_BYTES: Final = 8_192
NOTICE: Final = "この応対は、AIが自動で行っています。"

TOO_BIG: Final = "送られた内容が大きすぎます。ご質問は500文字以内でお送りください。"
NO_JSON: Final = '内容をJSONとして読めません。{"text": "ご質問", "audience": "caller"} の形でお送りください。'
ADVICE: Final = {
    "text": "text に、ご質問を1文字以上500文字以内でお書きください。",
    "audience": "audience は caller（お客様）か operator（担当者）のいずれかをお書きください。",
    "session_id": "session_id は、前のお返事にあったものをそのままお書きください。",
    "stream": "stream は true か false でお書きください。",
}
UNKNOWN_FIELD: Final = "「{name}」という項目はありません。使える項目は text、audience、session_id、stream です。"
_HIDDEN_FROM_CALLERS: Final = ("replay", "firing", "model_uses", "composition", "thresholds")

Books = Callable[[Audience], FaqBook]
"""What may be shown to that audience now."""


class ChatRequest(BaseModel):
    """One turn of a chat as it is sent."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=MAX_TEXT)
    audience: str = Field(default="caller", pattern="^(caller|operator)$")
    session_id: str | None = Field(default=None, min_length=1, max_length=64)
    stream: bool = False


def create_chat_routes(
    new_mind: NewMind, books: Books, search: Search, *, allow_remote: bool, limits: ChatLimits = ChatLimits()
) -> ASGIApp:
    """The channel as an application to be mounted at `/v1`, before the pages, behind the pages' access rule.

    `new_mind` begins a conversation for an audience, `books` gives the entries that audience may see now, `search`
    finds among them. Nothing is answered or linked that is not in the audience's own book.
    """
    return AccessGuard(ChatApi(ChatSessions(new_mind, limits), books, FaqSearch(search, books)).app(), allow_remote)


class ChatApi:
    """The endpoints over the sessions and the search."""

    def __init__(self, sessions: ChatSessions, books: Books, search: FaqSearch) -> None:
        self._sessions = sessions
        self._books = books
        self._search = search

    def app(self) -> FastAPI:
        """The endpoints as an application of their own. No pages that load from outside."""
        app = FastAPI(title="Uketsuke chat", docs_url=None, redoc_url=None)
        app.add_api_route("/chat", self._chat, methods=["POST"], response_model=None)
        app.add_api_route("/faq/search", self._find, methods=["GET"], response_model=None)
        app.add_api_route("/faq/entries/{entry_id}", self._entry, methods=["GET"], response_model=None)
        return app

    async def _chat(self, request: Request) -> Response:
        try:
            asked = await _read(request)
            audience = Audience(asked.audience)
            turn = await self._sessions.say(asked.text, audience, asked.session_id)
        except ChatRefusedError as error:
            return _refused(error.status, str(error))
        answer = answer_of(turn, self._books(audience), audience)
        if not asked.stream:
            turn.session.mind.heard(turn.reply.text)
            return JSONResponse(answer)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(_events(turn, answer), media_type="text/event-stream", headers=headers)

    async def _find(self, q: str = "", audience: str = "operator", top: str = "5") -> Response:
        try:
            return JSONResponse(await self._search.find(q, audience, top))
        except SearchRefusedError as error:
            return _refused(error.status, str(error))

    async def _entry(self, entry_id: str, audience: str = "operator") -> Response:
        try:
            return JSONResponse(self._search.entry(entry_id, audience_of(audience)))
        except SearchRefusedError as error:
            return _refused(error.status, str(error))


def answer_of(turn: ChatTurn, book: FaqBook, audience: Audience) -> dict[str, Any]:
    """A decided turn as plain data. `book` is the audience's: candidates and links outside it are left out.

    Callers are not shown how the mind is set (thresholds, rules, prompts); operators are shown all but the replay.
    """
    reply = turn.reply
    evidence = reply.evidence.to_dict()
    evidence["candidates"] = [each for each in evidence["candidates"] if book.get(each["entry_id"]) is not None]
    for name in _HIDDEN_FROM_CALLERS if audience is Audience.CALLER else ("replay",):
        evidence.pop(name, None)
    answer: dict[str, Any] = {
        "session_id": turn.session.id,
        "reply": _reply(reply),
        "evidence": evidence,
        "entries": _links(reply, book, audience),
    }
    if turn.is_first:
        answer["notice"] = NOTICE
    return answer


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "sentences": list(reply.sentences),
        "act": reply.act.value,
        "after": reply.after.value,
        "expects": reply.expects.value,
        "reason": reply.escalation_reason,
    }


def _links(reply: Reply, book: FaqBook, audience: Audience) -> list[dict[str, Any]]:
    entries = [entry for entry in map(book.get, reply.evidence.entry_ids) if entry is not None]
    return [
        {
            "id": entry.id,
            "version": entry.version,
            "title": entry.title,
            "href": f"/v1/faq/entries/{entry.id}?audience={audience.value}",
        }
        for entry in entries
    ]


async def _events(turn: ChatTurn, answer: dict[str, Any]) -> AsyncIterator[str]:
    """Server-sent events: one `sentence` each, then `evidence`, then `done`. The mind learns how far it came."""
    sent = ""
    try:
        for index, sentence in enumerate(turn.reply.sentences):
            yield _event("sentence", {"index": index, "text": sentence})
            sent += sentence
        yield _event("evidence", {"evidence": answer["evidence"], "entries": answer["entries"]})
        yield _event("done", {name: value for name, value in answer.items() if name not in {"evidence", "entries"}})
    finally:
        turn.session.mind.heard(sent)


def _event(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _read(request: Request) -> ChatRequest:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise ChatRefusedError(413, TOO_BIG)
    try:
        return ChatRequest.model_validate(json.loads(body))
    except ValidationError as error:
        raise ChatRefusedError(422, _advice(error)) from error
    except (ValueError, RecursionError) as error:
        raise ChatRefusedError(400, NO_JSON) from error


def _advice(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return UNKNOWN_FIELD.format(name=name[:40])
    return ADVICE.get(name, NO_JSON)


def _refused(status: int, sentence: str) -> JSONResponse:
    headers = {"retry-after": "30"} if status == 503 else None
    return JSONResponse({"detail": sentence}, status, headers)
