"""A telephone agent made of Pipecat, called by the same callers: see README.md. Runs in an environment of its own.

`plain` is what a user gets who puts Pipecat's own parts together as its examples do: services built for every call,
every default kept except the language. `tuned` is the same pipeline with everything its public interfaces offer for a
sooner answer. Both hear with the same Whisper weights and speak with the same Open JTalk voice as we do, and an
instant fixed answer stands where the language model would be.
"""

# Pipecat is not installed where the rest of this project is checked.
# mypy: disable-error-code="import-not-found,misc,no-untyped-call,no-any-return,untyped-decorator"

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyopenjtalk
import soxr
import uvicorn
from fastapi import FastAPI, WebSocket
from faster_whisper import WhisperModel
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner

GREETING: Final = "お電話ありがとうございます。ご用件をお話しください。"
ANSWER: Final = "料金プランは、マイみなとのプラン変更の画面からお手続きいただけます。"
TUNED_PATIENCE_S: Final = 0.4
"""After the 0.2 s of the VAD: about as long as recognition takes anyway, so it costs nothing at one call."""


@dataclass(frozen=True)
class Build:
    """How the parts are chosen. `whisper` is the one loaded model of the tuned build."""

    model: Path
    tuned: bool
    whisper: WhisperModel | None = None

    @classmethod
    def of(cls, variant: str, model: Path) -> Build:
        """`plain` or `tuned`."""
        if variant == "plain":
            return cls(model, False)
        cores = len(os.sched_getaffinity(0))
        shared = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=cores, num_workers=cores)
        greedy(shared, np.zeros(16_000, dtype=np.float32))
        return cls(model, True, shared)


def greedy(model: WhisperModel, samples: np.ndarray[Any, np.dtype[np.float32]]) -> str:
    """The fastest that faster-whisper's interface allows; it always encodes a window of 30 s."""
    segments, _ = model.transcribe(
        samples,
        language="ja",
        beam_size=1,
        best_of=1,
        temperature=0.0,
        without_timestamps=True,
        condition_on_previous_text=False,
        vad_filter=False,
    )
    return "".join(segment.text for segment in segments)


class SharedGreedyWhisper(WhisperSTTService):
    """Pipecat's service with one model for all calls, greedy and without second tries at higher temperatures."""

    def __init__(self, shared: WhisperModel, **kwargs: Any) -> None:
        self._shared = shared
        super().__init__(**kwargs)

    def _load(self) -> None:
        self._model = self._shared

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        """One utterance (16-bit, 16 kHz) to a transcription, off the event loop."""
        samples = np.frombuffer(audio, dtype=np.int16).astype(np.float32) / 32768.0

        text = await asyncio.to_thread(greedy, self._shared, samples)
        logger.info("transcription: {}", text)
        if text:
            yield TranscriptionFrame(text, self._user_id, time_now_iso8601(), Language.JA)


class OpenJTalkService(TTSService):
    """The voice. `kept` holds what was said before, where the build keeps it."""

    def __init__(self, kept: dict[str, bytes] | None, **kwargs: Any) -> None:
        settings = TTSSettings(model=None, voice=None, language=None)
        super().__init__(push_start_frame=True, push_stop_frames=True, settings=settings, **kwargs)
        self._kept = kept

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame, None]:
        """`text` as one frame of 16-bit audio at the pipeline's rate."""
        pcm = self._kept.get(text) if self._kept is not None else None
        if pcm is None:
            pcm = await asyncio.to_thread(synthesize, text, self.sample_rate)
            if self._kept is not None:
                self._kept[text] = pcm
        yield TTSAudioRawFrame(pcm, self.sample_rate, 1, context_id=context_id)


class InstantAnswer(FrameProcessor):
    """In the language model's place: answers at once, always the same."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """A user's turn becomes an answer; everything else passes."""
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        logger.info("turn: {}", frame.context.messages[-1:])
        await self.push_frame(LLMFullResponseStartFrame())
        await self.push_frame(LLMTextFrame(ANSWER))
        await self.push_frame(LLMFullResponseEndFrame())


def synthesize(text: str, rate_hz: int) -> bytes:
    """Open JTalk's default voice as 16-bit samples at `rate_hz`."""
    wave, made_hz = pyopenjtalk.tts(text)
    samples = soxr.resample(np.asarray(wave, dtype=np.float32), made_hz, rate_hz)
    return np.clip(samples, -32768, 32767).astype(np.int16).tobytes()


async def converse(websocket: WebSocket, build: Build, kept: dict[str, bytes]) -> None:
    """One call, from Twilio's start message to its end."""
    await websocket.accept()
    start = await _await_start(websocket)
    serializer = TwilioFrameSerializer(
        stream_sid=start["streamSid"], params=TwilioFrameSerializer.InputParams(auto_hang_up=False)
    )
    transport = FastAPIWebsocketTransport(
        websocket=websocket,
        params=FastAPIWebsocketParams(audio_in_enabled=True, audio_out_enabled=True, serializer=serializer),
    )
    context = LLMContext()
    aggregators = LLMContextAggregatorPair(context, user_params=_user_params(build))
    pipeline = Pipeline(
        [
            transport.input(),
            _hearing(build),
            aggregators.user(),
            InstantAnswer(),
            OpenJTalkService(kept if build.tuned else None),
            transport.output(),
            aggregators.assistant(),
        ]
    )
    worker = PipelineWorker(pipeline, params=_pipeline_params(build))

    @transport.event_handler("on_client_connected")
    async def greet(_transport: object, _client: object) -> None:
        await worker.queue_frames([TTSSpeakFrame(GREETING)])

    @transport.event_handler("on_client_disconnected")
    async def end(_transport: object, _client: object) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


def _hearing(build: Build) -> WhisperSTTService:
    settings = WhisperSTTService.Settings(model=str(build.model), language=Language.JA)
    if build.whisper is None:
        return WhisperSTTService(device="cpu", settings=settings)
    return SharedGreedyWhisper(build.whisper, settings=settings)


def _user_params(build: Build) -> LLMUserAggregatorParams:
    if not build.tuned:
        return LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    stop = SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=TUNED_PATIENCE_S)
    return LLMUserAggregatorParams(
        vad_analyzer=SileroVADAnalyzer(params=VADParams(stop_secs=0.2)),
        user_turn_strategies=UserTurnStrategies(stop=[stop]),
    )


def _pipeline_params(build: Build) -> PipelineParams:
    # Recognition wants 16 kHz, which is the default; output at the line's own rate saves a resampling.
    return PipelineParams(audio_out_sample_rate=8_000) if build.tuned else PipelineParams()


async def _await_start(websocket: WebSocket) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(await websocket.receive_text())
        if message.get("event") == "start":
            return message["start"]


def build_app(build: Build) -> FastAPI:
    """The media socket where our own agent has it, and a health check."""
    app = FastAPI()
    kept: dict[str, bytes] = {}

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.websocket("/twilio/media")
    async def media(websocket: WebSocket) -> None:
        await converse(websocket, build, kept)

    return app


def main() -> None:
    """Take calls until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--variant", choices=("plain", "tuned"), required=True)
    parser.add_argument("--log-level", default="INFO")
    options = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level=options.log_level)
    pyopenjtalk.tts("はい")
    uvicorn.run(build_app(Build.of(options.variant, options.model)), port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
