"""What could be answered better, over the API: unanswered questions, doubted answers, and what to do with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, HTTPException, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.clips import caller_clip
from dashboard.improve.changes import ChangeError, FaqChanges
from dashboard.improve.suspects import SuspectedEntry, WrongAnswers
from dashboard.improve.unanswered import Unanswered
from dashboard.recordings import RecordingFolder
from dialogue.faq.entry import Line
from records.models import CallDetail, Speaker
from records.votes import Verdict, VoteRepository
from records.working import WorkingConflictError, WorkingCopy

NO_CLIP: Final = "この発話の録音は見つかりません。"

Days = Annotated[int, Query(ge=1, le=90, title="日数", description="さかのぼる日数")]
Editor = Annotated[Principal, needs(Permission.FAQ_EDIT)]


class FindsUnanswered(Protocol):
    """Finds unanswered questions; `UnansweredQuestions` is one."""

    async def of_days(self, days: int, *, fresh: bool = False) -> Unanswered:
        """Those of the last days."""
        ...


class PastCalls(Protocol):
    """Where calls are; `records.calls` is one."""

    async def get(self, call_id: str) -> CallDetail | None:
        """Everything about one call."""
        ...


class TurnBody(BaseModel):
    """A reply of a call."""

    model_config = ConfigDict(extra="forbid")

    call_id: str = Field(min_length=1, max_length=128, title="通話のID")
    turn: int = Field(ge=0, title="応答の番号")


class WordingsBody(BaseModel):
    """Ways to ask that join an entry."""

    model_config = ConfigDict(extra="forbid")

    entry_id: str = Field(min_length=1, max_length=64, title="項目のID")
    texts: list[Line] = Field(min_length=1, max_length=50, title="言い方")
    negative: bool = Field(default=False, title="否定例", description="この項目ではない質問として加えるか")


class NewEntryBody(BaseModel):
    """A new entry out of questions."""

    model_config = ConfigDict(extra="forbid")

    title: Line = Field(title="タイトル")
    category: Line = Field(title="カテゴリ")
    texts: list[Line] = Field(min_length=1, max_length=50, title="言い方")
    spoken: str = Field(default="", max_length=2_000, title="音声回答")


class AsideBody(BaseModel):
    """Questions or answers of which nothing is to be made."""

    model_config = ConfigDict(extra="forbid")

    turns: list[TurnBody] = Field(min_length=1, max_length=100, title="応答")
    wording: str = Field(default="", max_length=300, title="代表の言い方", description="似た質問も出さなくなります")
    entry_id: str = Field(default="", max_length=64, title="疑われた項目のID（誤回答の疑いのとき）")


class ImproveApi:
    """The endpoints over what finds and what changes."""

    def __init__(
        self,
        unanswered: FindsUnanswered,
        suspects: WrongAnswers,
        changes: FaqChanges,
        votes: VoteRepository,
        calls: PastCalls,
        recordings: RecordingFolder,
        titles: Callable[[], Awaitable[dict[str, str]]],
        audit: Audit,
    ) -> None:
        self._unanswered = unanswered
        self._suspects = suspects
        self._changes = changes
        self._votes = votes
        self._calls = calls
        self._recordings = recordings
        self._titles = titles
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["改善候補"])
        reading = [needs(Permission.CALLS_READ)]
        add = router.add_api_route
        add(
            "/improve/unanswered", self._list_unanswered, dependencies=reading, summary="回答できなかった質問のまとまり"
        )
        add("/improve/suspects", self._list_suspects, dependencies=reading, summary="誤回答の疑いがある項目")
        add(
            "/improve/clips/{call_id}/{turn}",
            self._clip,
            summary="お客様の発話の録音（無音にした部分は無音のまま）",
            response_class=Response,
            responses={200: {"content": {"audio/wav": {}}}},
        )
        add("/improve/wordings", self._add_wordings, methods=["POST"], summary="言い方を項目の下書きに加える")
        add(
            "/improve/entries", self._new_entry, methods=["POST"], status_code=201, summary="質問から新しい下書きを作る"
        )
        add("/improve/aside", self._set_aside, methods=["POST"], summary="対象外にする")
        return router

    async def _list_unanswered(self, days: Days = 7, fresh: bool = False) -> dict[str, Any]:
        found = await self._unanswered.of_days(days, fresh=fresh)
        return asdict(found)

    async def _list_suspects(self, days: Days = 7) -> dict[str, Any]:
        titles = await self._titles()
        entries = await self._suspects.of_days(days)
        return {"entries": [_entry_told(entry, titles) for entry in entries]}

    async def _clip(
        self,
        who: Annotated[Principal, needs(Permission.CALLS_PLAY)],
        call_id: Annotated[str, Path(min_length=1, max_length=128, title="通話のID")],
        turn: Annotated[int, Path(ge=0, title="発話の番号")],
    ) -> Response:
        detail = await self._calls.get(call_id)
        said = next((each for each in detail.turns if each.index == turn), None) if detail is not None else None
        path = self._recordings.of(detail) if detail is not None else None
        if detail is None or said is None or said.speaker is not Speaker.CALLER or path is None:
            raise HTTPException(404, NO_CLIP)
        rate_hz = detail.recordings[0].rate_hz
        try:
            ended = said.ended_ms if said.ended_ms is not None else said.started_ms
            sound = await asyncio.to_thread(caller_clip, path, rate_hz, said.started_ms, ended)
        except OSError as error:
            raise HTTPException(404, NO_CLIP) from error
        await self._audit.note(who, "call.play", call_id, detail={"turn": turn})
        return Response(sound, media_type="audio/wav", headers={"cache-control": "private, no-store"})

    async def _add_wordings(self, body: WordingsBody, who: Editor) -> dict[str, Any]:
        add = self._changes.add_negatives if body.negative else self._changes.add_wordings
        copy = await _changed(add(body.entry_id, body.texts, who.name))
        await self._audit.note(who, "faq.change", body.entry_id, detail={"added": len(body.texts)})
        return {"entry_id": copy.key, "revision": copy.revision}

    async def _new_entry(self, body: NewEntryBody, who: Editor) -> dict[str, Any]:
        made = self._changes.new_entry(body.title, body.category, body.texts, body.spoken, who.name)
        copy = await _changed(made)
        await self._audit.note(who, "faq.create", copy.key)
        return {"entry_id": copy.key, "revision": copy.revision}

    async def _set_aside(self, body: AsideBody, who: Editor) -> dict[str, int]:
        for each in body.turns:
            await self._votes.add(
                each.call_id, each.turn, body.entry_id, Verdict.SET_ASIDE, who.name, note=body.wording
            )
        await self._audit.note(who, "improve.aside", body.turns[0].call_id, detail={"turns": len(body.turns)})
        return {"set_aside": len(body.turns)}


async def _changed(work: Awaitable[WorkingCopy]) -> WorkingCopy:
    """The change, or why it cannot be made."""
    try:
        return await work
    except ChangeError as error:
        raise HTTPException(422, str(error)) from error
    except WorkingConflictError as error:
        raise HTTPException(409, str(error)) from error


def _entry_told(entry: SuspectedEntry, titles: dict[str, str]) -> dict[str, Any]:
    return {**asdict(entry), "title": titles.get(entry.entry_id, entry.entry_id)}
