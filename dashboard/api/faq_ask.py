"""「質問してみる」: what a caller who asks this would be told, by what is published and by the draft."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final, Protocol

import numpy as np
from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.raw_body import bytes_of, raw_body
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import needs
from dashboard.faq_bench import BenchState, FaqBench
from dialogue.evidence import Candidate
from dialogue.turns import Reply
from voice.audio.pcm import RATE_HZ, Samples, from_pcm16
from voice.audio.telephone_band import as_a_caller_sounds
from voice.recognition.recognizer import Transcript

LONGEST_S: Final = 20
TOO_LONG: Final = f"録音が長すぎます。{LONGEST_S}秒以内でお話しください。"
NOT_HEARD: Final = "声が聞き取れませんでした。マイクに近づいて、もう一度お話しください。"
BUSY: Final = "ただいま通話の処理を優先しています。少し待ってから、もう一度お試しください。"


class AskedMind(Protocol):
    """A mind over some content: the live one, or a `uketsuke.candidate_minds.CandidateMind`."""

    async def ask(self, text: str, alternatives: Sequence[str] = (), confidence: float | None = None) -> Reply:
        """The reply to `text` as the first turn of a call."""
        ...


MindOf = Callable[[Sequence[Mapping[str, Any]]], Awaitable[AskedMind]]
"""The mind over whole FAQ content. Raises `ValueError` with a sentence when it cannot be asked."""
Hear = Callable[[Samples], Awaitable[Transcript]]
"""What was said in 16 kHz samples."""


class AskBody(BaseModel):
    """A question to try."""

    model_config = ConfigDict(extra="forbid", title="試す質問")

    text: Annotated[str, Field(min_length=1, max_length=300, description="お客様のことば")]
    draft: Annotated[bool, Field(description="公開前の変更を含めて答える")] = False
    keys: Annotated[
        list[str] | None, Field(max_length=1000, description="含める変更のFAQ項目ID（省略するとすべて）")
    ] = None
    alternatives: Annotated[list[str], Field(max_length=5, description="ほかの聞き取り候補")] = []


class AskedEntry(BaseModel):
    """The entry that answers."""

    model_config = ConfigDict(title="答えた項目")

    id: Annotated[str, Field(description="FAQ項目ID")]
    title: Annotated[str, Field(description="タイトル")]


class AskAnswer(BaseModel):
    """What a caller would be told, and why."""

    model_config = ConfigDict(title="質問の結果")

    text: Annotated[str, Field(description="お客様のことば")]
    draft: Annotated[bool, Field(description="公開前の変更を含むか")]
    faq_version: Annotated[int, Field(description="答えた版（変更を含むときは、元にした公開中の版）")]
    act: Annotated[str, Field(description="応対の種類")]
    reply: Annotated[str, Field(description="読み上げる返事")]
    sentences: Annotated[list[str], Field(description="返事の文")]
    entry: Annotated[AskedEntry | None, Field(description="答えた項目（なければnull）")]
    score: Annotated[float | None, Field(description="答えた項目（なければ最有力の候補）の確からしさ")]
    candidates: Annotated[list[dict[str, Any]], Field(description="候補と点数")]
    evidence: Annotated[dict[str, Any], Field(description="根拠のすべて")]
    left_out: Annotated[list[str], Field(description="書きかけのため含めなかった項目のID")]
    took_ms: Annotated[float, Field(description="かかった時間（ミリ秒）")]


class Heard(BaseModel):
    """What was heard."""

    model_config = ConfigDict(title="聞き取り")

    text: Annotated[str, Field(description="聞き取ったことば")]
    raw_text: Annotated[str, Field(description="語彙で直す前のことば")]
    confidence: Annotated[float, Field(description="聞き取りの確からしさ")]
    alternatives: Annotated[list[str], Field(description="ほかの候補")]
    engine: Annotated[str, Field(description="認識エンジン")]
    took_ms: Annotated[float, Field(description="認識にかかった時間（ミリ秒）")]


class VoiceAnswer(BaseModel):
    """What was heard, and what a caller would be told."""

    model_config = ConfigDict(title="声の質問の結果")

    heard: Annotated[Heard, Field(description="聞き取り")]
    answers: Annotated[list[AskAnswer], Field(description="公開中と、変更後（あれば）の返事")]


class FaqAskApi:
    """Asks beside the calls: nothing that is asked here is kept."""

    def __init__(self, bench: FaqBench, live: AskedMind, mind_of: MindOf, hear: Hear) -> None:
        """`live` answers as calls are answered now, `mind_of` as they would be."""
        self._bench = bench
        self._live = live
        self._mind_of = mind_of
        self._hear = hear

    def router(self) -> APIRouter:
        """The endpoints."""
        router = APIRouter(tags=["FAQ"], dependencies=[needs(Permission.FAQ_READ)])
        router.add_api_route(
            "/faq/ask", self._ask, methods=["POST"], summary="質問してみる（公開中、または公開前の変更を含めて）"
        )
        router.add_api_route(
            "/faq/ask-voice",
            self._ask_by_voice,
            methods=["POST"],
            summary="声で質問してみる（電話の音質にしてから聞き取ります）",
            openapi_extra=raw_body("application/octet-stream", f"16kHz・16ビット・モノラルの音声、{LONGEST_S}秒以内"),
        )
        return router

    async def _ask(self, body: AskBody) -> AskAnswer:
        state = await self._bench.state()
        return await self._answer(state, body.text, body.alternatives, None, body.draft, body.keys)

    async def _ask_by_voice(
        self,
        request: Request,
        draft: Annotated[bool, Query(description="公開前の変更を含めた返事も返す")] = False,
        key: Annotated[list[str] | None, Query(description="含める変更のFAQ項目ID（省略するとすべて）")] = None,
    ) -> VoiceAnswer:
        taken = await bytes_of(request, LONGEST_S * RATE_HZ * 2, TOO_LONG)
        heard = await self._heard(taken)
        if not heard.text:
            raise HTTPException(422, NOT_HEARD)
        others = [each.text for each in heard.alternatives]
        state = await self._bench.state()
        answers = [
            await self._answer(state, heard.text, others, heard.confidence, with_draft, key)
            for with_draft in ((False, True) if draft else (False,))
        ]
        told = Heard(
            text=heard.text,
            raw_text=heard.raw_text or heard.text,
            confidence=heard.confidence,
            alternatives=others,
            engine=heard.engine,
            took_ms=heard.took_ms,
        )
        return VoiceAnswer(heard=told, answers=answers)

    async def _heard(self, taken: bytes) -> Transcript:
        pcm = np.frombuffer(taken[: len(taken) // 2 * 2], dtype="<i2").astype(np.int16)
        sound = await asyncio.to_thread(lambda: as_a_caller_sounds(from_pcm16(pcm)))
        try:
            return await self._hear(sound)
        except (RuntimeError, TimeoutError) as error:
            raise HTTPException(503, BUSY) from error

    async def _answer(
        self,
        state: BenchState,
        text: str,
        alternatives: Sequence[str],
        confidence: float | None,
        with_draft: bool,
        keys: Collection[str] | None,
    ) -> AskAnswer:
        draft = state.draft(keys if with_draft else ())
        try:
            mind = await self._mind_of(draft.content) if with_draft else self._live
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        begun = time.monotonic()
        reply = await mind.ask(text, alternatives, confidence)
        took_ms = (time.monotonic() - begun) * 1000.0
        titles = {each["id"]: str(each["title"]) for each in draft.content}
        evidence = reply.evidence
        answered = evidence.entry_ids[0] if evidence.entry_ids else None
        best = _best(evidence.candidates, answered)
        return AskAnswer(
            text=text,
            draft=with_draft,
            faq_version=state.version if with_draft else evidence.faq_version,
            act=reply.act.value,
            reply=reply.text,
            sentences=list(reply.sentences),
            entry=AskedEntry(id=answered, title=titles.get(answered, answered)) if answered is not None else None,
            score=best.score if best is not None else None,
            candidates=[asdict(each) for each in evidence.candidates],
            evidence={name: value for name, value in evidence.to_dict().items() if name != "replay"},
            left_out=sorted(draft.problems),
            took_ms=round(took_ms, 1),
        )


def _best(candidates: Sequence[Candidate], answered: str | None) -> Candidate | None:
    own = (each for each in candidates if each.entry_id == answered)
    return next(own, candidates[0] if candidates else None)
