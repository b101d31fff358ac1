"""A real server of `/v1/audio/transcriptions` on loopback, with a real recogniser behind it."""

from __future__ import annotations

import asyncio
import io
import math
import socket
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from starlette.datastructures import UploadFile

from voice.audio.pcm import Samples
from voice.recognition.recognizer import RecognitionOptions, Recognizer


@dataclass
class TranscriptionServer:
    """Answers with what `recognizer` hears, and notes the fields of each request.

    `verbose` off: it refuses to tell evidence, as some servers do. `body` or `status`: what it says instead. `holds`:
    it takes requests and does not answer.
    """

    recognizer: Recognizer
    verbose: bool = True
    body: bytes | None = None
    status: int = 200
    holds: bool = False
    requests: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/audio/transcriptions")
        async def transcriptions(request: Request) -> Any:
            form = await request.form()
            upload = form["file"]
            assert isinstance(upload, UploadFile)
            sound = await upload.read()
            fields = {key: str(value) for key, value in form.items() if key != "file"}
            self.requests.append({**fields, "authorization": request.headers.get("authorization"), "wav": sound})
            if self.holds:
                while (await request.receive())["type"] != "http.disconnect":
                    continue
            if self.body is not None or self.status != 200:
                return Response(self.body, self.status, media_type="application/json")
            return await asyncio.to_thread(self.answer, sound, fields)

        return app

    def answer(self, sound: bytes, fields: dict[str, str]) -> dict[str, Any]:
        verbose = fields["response_format"] == "verbose_json"
        if verbose and not self.verbose:
            raise HTTPException(400, "response_format 'verbose_json' is not compatible with this model")
        hotwords = tuple(filter(None, fields.get("prompt", "").split("、")))
        heard = self.recognizer.transcribe(samples_of(sound), RecognitionOptions(hotwords=hotwords))
        if not verbose:
            return {"text": heard.raw_text}
        segment = {
            "text": heard.raw_text,
            "avg_logprob": math.log(max(heard.confidence, 1e-6)),
            "no_speech_prob": heard.no_speech_probability,
        }
        return {"task": "transcribe", "text": heard.raw_text, "segments": [segment]}


def samples_of(sound: bytes) -> Samples:
    with wave.open(io.BytesIO(sound)) as reader:
        assert (reader.getframerate(), reader.getsampwidth(), reader.getnchannels()) == (16_000, 2, 1)
        samples: Samples = np.frombuffer(reader.readframes(reader.getnframes()), "<i2").astype(np.float32) / 32767.0
    return samples


@contextmanager
def served(server: TranscriptionServer) -> Iterator[str]:
    """Run it on a free port of loopback; gives its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        runner = uvicorn.Server(uvicorn.Config(server.app(), log_level="error", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=runner.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port}/v1"
        runner.should_exit = True
        thread.join(timeout=20)
