"""「聞いてみる」: any text as a caller would hear it, with draft readings where there are some."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final, Protocol

import numpy as np
from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import needs
from dialogue.sentences import sentences_of
from voice.audio.telephone_band import as_the_caller_hears
from voice.audio.wav import wav_bytes
from voice.pool import Priority
from voice.tts.dictionary import DictionaryError, Pronunciation, PronunciationDictionary
from voice.tts.mouth import TELEPHONE_RATE_HZ, SpokenSentence, SynthesisError

MOST_CHARACTERS: Final = 2_000
MOST_SENTENCES: Final = 40
NOTHING_TO_SAY: Final = "読み上げることばがありません。文を入力してください。"
TOO_MANY: Final = f"文が多すぎます。{MOST_SENTENCES}文以内に分けてお試しください。"


class Speaker(Protocol):
    """What speaks; `voice.tts.mouth.Mouth` is one."""

    async def prepare(
        self, text: str, speed: float = 1.0, rate_hz: int | None = None, priority: Priority = Priority.SPEECH
    ) -> SpokenSentence:
        """One sentence as sound. Raises `SynthesisError`."""
        ...


class DraftReading(BaseModel):
    """A reading to try."""

    model_config = ConfigDict(extra="forbid", title="試す読み")

    surface: Annotated[str, Field(min_length=1, max_length=60, description="表記")]
    reading: Annotated[str, Field(min_length=1, max_length=120, description="読み（かな）")]


class SpeechBody(BaseModel):
    """What to say."""

    model_config = ConfigDict(extra="forbid", title="読み上げる文")

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, description="読み上げる文")]
    entries: Annotated[list[DraftReading], Field(max_length=500, description="登録前に試す読み")] = []
    speed: Annotated[float, Field(ge=0.5, le=1.5, description="速さ（1がふつう）")] = 1.0


class SpeechApi:
    """Says it by the voice of the calls, behind their own speech."""

    def __init__(self, speaker: Speaker, speed: float = 1.0) -> None:
        """`speed` is what calls are spoken at; a body's speed is relative to it."""
        self._speaker = speaker
        self._speed = speed

    def router(self) -> APIRouter:
        """The endpoint."""
        router = APIRouter(tags=["音声"])
        router.add_api_route(
            "/speech",
            self._say,
            methods=["POST"],
            summary="文をお客様に聞こえるとおりの音にする（電話の音質のWAV）",
            dependencies=[needs(Permission.FAQ_READ)],
            response_class=Response,
            responses={200: {"content": {"audio/wav": {}}, "description": "8kHzのWAV"}},
        )
        return router

    async def _say(self, body: SpeechBody) -> Response:
        sentences = sentences_of(self._with_readings(body))
        if not sentences:
            raise HTTPException(422, NOTHING_TO_SAY)
        if len(sentences) > MOST_SENTENCES:
            raise HTTPException(422, TOO_MANY)
        try:
            spoken = await self._spoken(sentences, self._speed * body.speed)
        except SynthesisError as error:
            raise HTTPException(503, f"{error}。混み合っているときは、少し待ってからお試しください。") from error
        wav = await asyncio.to_thread(_telephone_wav, spoken)
        headers = {"x-voice": spoken[0].voice.encode("ascii", "ignore").decode(), "cache-control": "no-store"}
        return Response(wav, media_type="audio/wav", headers=headers)

    async def _spoken(self, sentences: Sequence[str], speed: float) -> list[SpokenSentence]:
        # One after the other: many at once would stand in the way of calls.
        return [await self._speaker.prepare(each, speed, TELEPHONE_RATE_HZ, Priority.SPECULATIVE) for each in sentences]

    def _with_readings(self, body: SpeechBody) -> str:
        if not body.entries:
            return body.text
        try:
            draft = PronunciationDictionary([Pronunciation(each.surface, each.reading) for each in body.entries])
        except DictionaryError as error:
            raise HTTPException(422, str(error)) from error
        return draft.apply(body.text)


def _telephone_wav(spoken: Sequence[SpokenSentence]) -> bytes:
    sound = np.concatenate([each.samples for each in spoken])
    return wav_bytes(as_the_caller_hears(sound), TELEPHONE_RATE_HZ)
