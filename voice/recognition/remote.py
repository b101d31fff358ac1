"""Any server that speaks OpenAI's `/v1/audio/transcriptions`: on premises or, if the settings say so, elsewhere."""

from __future__ import annotations

import asyncio
import io
import math
import threading
import time
import wave
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx
import numpy as np
import openai
from openai import AsyncOpenAI

from voice.audio.pcm import RATE_HZ, Samples, duration_ms
from voice.models.errors import ModelError
from voice.recognition.guards import Heard, reason_to_reject
from voice.recognition.intake import is_silent, made_safe
from voice.recognition.recognizer import RecognitionOptions, Transcript
from voice.recognition.vocabulary import PROMPT_TOKENS

_UNKNOWN_LOGPROB: Final = -0.7
"""For a server that tells no evidence: weak, so that what is improbable anyway is not believed."""
_BYTES_PER_TOKEN: Final = 2.0
"""Whisper's tokenizer makes about one token of two bytes of Japanese; the terms of a company's FAQ need fewer."""
_REFUSED: Final = frozenset({400, 415, 422})


class RemoteRecognizerError(ModelError):
    """The server cannot be used; the message says, in Japanese, what is wrong and what to check."""


@dataclass(frozen=True)
class _Answer:
    """What a server told: the text, and its evidence if it tells any."""

    text: str
    mean_logprob: float
    no_speech_probability: float


class RemoteRecognizer:
    """Asks `model` at `base_url` (for example `http://127.0.0.1:8000/v1`). Thread-safe; one try an utterance.

    Audio goes as 16 kHz WAV of 16 bits, hotwords as the prompt. `transcribe` never raises: what goes wrong gives an
    empty transcript with `rejected` "remote_error" or, past `timeout_s` for the whole exchange, "remote_timeout", and
    stands in `trouble`. The server chooses its own beam; it gives no alternatives. Raises `RemoteRecognizerError` when
    the address makes no sense. `close` ends the thread that the connections live on.
    """

    def __init__(self, base_url: str, model: str, *, api_key: str = "", timeout_s: float = 3.0) -> None:
        if not httpx.URL(base_url).host or not model:
            raise RemoteRecognizerError(
                f"音声認識サーバーの設定（URL「{base_url}」、モデル「{model}」）が正しくありません。"
                "http://127.0.0.1:8000/v1 のようなURLと、サーバーでのモデル名を設定してください。"
            )
        self._base_url, self._model, self._timeout_s = base_url, model, timeout_s
        self._client = AsyncOpenAI(base_url=base_url, api_key=api_key or "not-needed", max_retries=0, timeout=timeout_s)
        self._tells_evidence = True
        self._trouble: str | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="remote-recognizer", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """The served model and where, for example `large-v3@127.0.0.1`."""
        return f"{self._model}@{httpx.URL(self._base_url).host}"

    @property
    def trouble(self) -> str | None:
        """What went wrong with the last request, in Japanese; None when it went well."""
        return self._trouble

    def tokens_of(self, text: str) -> int:
        """About how many tokens of the prompt `text` takes; the server alone knows exactly."""
        return math.ceil(len(text.encode()) / _BYTES_PER_TOKEN)

    def warm_up(self) -> None:
        """Have a second of faint noise recognised, so that the server has its model ready.

        Raises `RemoteRecognizerError` when the server does not answer as it should.
        """
        self.transcribe(np.random.default_rng(0).normal(0, 3e-3, RATE_HZ).astype(np.float32))
        if self._trouble is not None:
            raise RemoteRecognizerError(
                f"{self._trouble}設定の URL・モデル名・APIキーと、サーバーの状態を確かめてください。"
            )

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        """See `Recognizer.transcribe`."""
        began = time.perf_counter()
        audio = made_safe(samples)
        if is_silent(audio):
            return self._transcript(audio, began, _Answer("", -math.inf, 1.0), "silence")
        try:
            if self._loop.is_closed():
                raise openai.OpenAIError("closed")
            answer = asyncio.run_coroutine_threadsafe(self._ask(audio, options), self._loop).result()
        except Exception as error:
            late = isinstance(error, TimeoutError | openai.APITimeoutError)
            self._trouble = f"音声認識サーバー {self._base_url}（{self._model}）: {self._reason(error)}。"
            return self._transcript(
                audio, began, _Answer("", -math.inf, 1.0), "remote_timeout" if late else "remote_error"
            )
        self._trouble = None
        heard = Heard(
            text=answer.text,
            no_speech_probability=answer.no_speech_probability,
            mean_logprob=answer.mean_logprob,
            audio_ms=duration_ms(audio),
            speech_ms=options.speech_ms,
            hotwords=options.hotwords,
        )
        return self._transcript(audio, began, answer, reason_to_reject(heard))

    def close(self) -> None:
        """Close the connections and end their thread; what is still asked for ends as a remote error."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _shut(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._client.close()

    async def _ask(self, audio: Samples, options: RecognitionOptions) -> _Answer:
        """One exchange within the time limit; a server that refuses to tell evidence is asked without it."""
        async with asyncio.timeout(self._timeout_s):
            if self._tells_evidence:
                try:
                    return _read(await self._send(audio, options, "verbose_json"))
                except openai.APIStatusError as error:
                    if error.status_code not in _REFUSED:
                        raise
                answer = _read(await self._send(audio, options, "json"))
                self._tells_evidence = False
                return answer
            return _read(await self._send(audio, options, "json"))

    async def _send(self, audio: Samples, options: RecognitionOptions, form: Literal["verbose_json", "json"]) -> Any:
        # The raw answer, since servers differ in what they put beside the text.
        answer = await self._client.audio.transcriptions.with_raw_response.create(
            file=("speech.wav", _as_wav(audio), "audio/wav"),
            model=self._model,
            language="ja",
            response_format=form,
            temperature=0.0,
            prompt=self._prompt(options.hotwords) or openai.omit,
        )
        return answer.http_response.json()

    def _prompt(self, hotwords: tuple[str, ...]) -> str:
        """As many whole hotwords as the budget holds."""
        chosen = ""
        for word in hotwords:
            longer = f"{chosen}、{word}" if chosen else word
            if self.tokens_of(longer) > PROMPT_TOKENS:
                break
            chosen = longer
        return chosen

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError | openai.APITimeoutError):
            return f"{self._timeout_s:g} 秒以内に返事がありません"
        if isinstance(error, openai.APIConnectionError):
            return "つながりません"
        if isinstance(error, openai.APIStatusError):
            return f"HTTP {error.status_code} が返りました"
        return "返事を読み取れません"

    def _transcript(self, audio: Samples, began: float, answer: _Answer, rejected: str | None) -> Transcript:
        return Transcript(
            text="" if rejected else answer.text,
            confidence=min(1.0, math.exp(answer.mean_logprob)),
            no_speech_probability=answer.no_speech_probability,
            audio_ms=duration_ms(audio),
            took_ms=(time.perf_counter() - began) * 1000.0,
            rejected=rejected,
            raw_text=answer.text,
            engine=self.name,
        )


def _read(answer: Any) -> _Answer:
    """Text and evidence; a server may send JSON of any shape, so nothing is taken for granted."""
    text = answer["text"]
    if not isinstance(text, str):
        raise ValueError("no text")
    segments = answer.get("segments") or []
    told = [s for s in segments if _is_number(s.get("avg_logprob")) and _is_number(s.get("no_speech_prob"))]
    if not told:
        return _Answer(text.strip(), _UNKNOWN_LOGPROB, 0.0)
    # A segment counts by its length in characters: its tokens are not always told.
    weights = [len(str(s.get("text", ""))) + 1 for s in told]
    logprob = sum(w * s["avg_logprob"] for w, s in zip(weights, told, strict=True)) / sum(weights)
    return _Answer(text.strip(), min(0.0, float(logprob)), float(min(s["no_speech_prob"] for s in told)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _as_wav(audio: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE_HZ)
        writer.writeframes(np.round(audio * 32767.0).astype("<i2").tobytes())
    return file.getvalue()
