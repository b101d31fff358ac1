"""Twilio's side of a media stream: sends the caller's audio frame by frame, plays the agent's as a telephone would."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from telephony.caller.timeline import HeardTimeline
from voice.audio.g711 import mulaw_decode, mulaw_encode
from voice.audio.pcm import FRAME_MS, Samples

RATE_HZ: Final = 8_000
LATE_MS: Final = 60.0
FRAME: Final = RATE_HZ * FRAME_MS // 1000


class NoAgentError(Exception):
    """No agent answers at the address; the message says, in Japanese, what to do."""


def _some_number() -> str:
    """A mobile number of nobody known: who calls often is greeted as such."""
    return f"090{secrets.randbelow(10**8):08d}"


@dataclass(frozen=True)
class CallTarget:
    """Whom to call and as whom. `parameters` go into the stream's custom parameters."""

    url: str
    from_number: str = field(default_factory=_some_number)
    to_number: str = "0312345678"
    ticket: str = ""


@dataclass(frozen=True)
class Speakerphone:
    """A telephone that gives the agent back into the line: `delay_ms` later, at `level_db` (below 0)."""

    delay_ms: float
    level_db: float

    def echo(self, agent: HeardTimeline, at_ms: float) -> Samples:
        """What comes back in the frame that begins at `at_ms`."""
        heard = agent.read(at_ms - self.delay_ms, FRAME)
        return heard * np.float32(10 ** (self.level_db / 20))


class CarrierSide:
    """One call, from the carrier's end, as an async context.

    Audio to the agent flows continuously, as on a real line: silence when nothing is being said. `caller` and `agent`
    are what each side sounded like at the caller's telephone; times are milliseconds since the start message.
    """

    def __init__(self, target: CallTarget, speakerphone: Speakerphone | None = None) -> None:
        self._target = target
        self._speakerphone = speakerphone
        self.call_sid = "CA" + secrets.token_hex(16)
        self._stream_sid = "MZ" + secrets.token_hex(16)
        self.caller = HeardTimeline(RATE_HZ)
        self.agent = HeardTimeline(RATE_HZ)
        self._outgoing: deque[Samples] = deque()
        self._buffer_end_ms = 0.0
        self._marks: deque[tuple[float, str]] = deque()
        self._sequence = 0
        self._frames = 0
        self._late_frames = 0
        self._mid_sentence = False
        self._tasks: list[asyncio.Task[None]] = []
        self._zero = 0.0
        self._socket: ClientConnection | None = None
        self.closed = asyncio.Event()
        self.clears: list[float] = []

    async def __aenter__(self) -> Self:
        try:
            self._socket = await connect(self._target.url, max_size=2**20, open_timeout=10, compression=None)
        except (OSError, InvalidHandshake, TimeoutError) as error:
            raise NoAgentError(
                f"{self._target.url} に受付が見つかりません（{error}）。"
                "`uketsuke serve` で起動しているかご確認ください。"
            ) from error
        await self._send({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        self._zero = asyncio.get_running_loop().time()
        await self._send(self._start_message())
        self._tasks = [asyncio.create_task(self._transmit()), asyncio.create_task(self._receive())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    @property
    def now_ms(self) -> float:
        """The call's time."""
        return (asyncio.get_running_loop().time() - self._zero) * 1000.0

    @property
    def late_frames(self) -> int:
        """How many agent frames came `LATE_MS` or more after the telephone had run dry, inside a sentence."""
        return self._late_frames

    @property
    def is_speaking(self) -> bool:
        """Whether the caller's words are still going out."""
        return bool(self._outgoing)

    @property
    def agent_is_audible(self) -> bool:
        """Whether the telephone still has agent audio to play."""
        return self._buffer_end_ms > self.now_ms

    def say(self, samples: Samples) -> None:
        """Queue `samples` (8 kHz) to be spoken from the next frame on."""
        whole = int(np.ceil(len(samples) / FRAME)) * FRAME
        padded = np.concatenate([samples, np.zeros(whole - len(samples), dtype=np.float32)])
        self._outgoing.extend(padded.reshape(-1, FRAME))

    async def press(self, digit: str) -> None:
        """Press a key."""
        await self._send({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})

    async def hang_up(self) -> None:
        """End the call as Twilio does when the caller hangs up: stop, then the socket closes."""
        await self._send({"event": "stop", "stop": {"accountSid": "AC" + "0" * 32, "callSid": self.call_sid}})
        if self._socket is not None:
            await self._socket.close()

    async def drop(self) -> None:
        """Lose the connection without a word, as a network does."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def send_raw(self, message: str | bytes) -> None:
        """Send anything at all, to see how the agent takes it."""
        if self._socket is not None:
            await self._socket.send(message)

    def _start_message(self) -> dict[str, Any]:
        return {
            "event": "start",
            "start": {
                "streamSid": self._stream_sid,
                "accountSid": "AC" + "0" * 32,
                "callSid": self.call_sid,
                "tracks": ["inbound"],
                "customParameters": {
                    "from": self._target.from_number,
                    "to": self._target.to_number,
                    "ticket": self._target.ticket,
                },
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE_HZ, "channels": 1},
            },
        }

    async def _transmit(self) -> None:
        silent = np.zeros(FRAME, dtype=np.float32)
        while True:
            frame = self._outgoing.popleft() if self._outgoing else silent
            at_ms = self._frames * FRAME_MS
            self.caller.write(at_ms, frame)
            if self._speakerphone is not None:
                frame = np.clip(frame + self._speakerphone.echo(self.agent, at_ms), -1.0, 1.0)
            payload = base64.b64encode(mulaw_encode(frame)).decode("ascii")
            media = {"track": "inbound", "chunk": str(self._frames + 1), "timestamp": str(at_ms), "payload": payload}
            await self._send({"event": "media", "media": media})
            self._frames += 1
            await self._return_marks()
            await asyncio.sleep(max(0.0, (self._frames * FRAME_MS - self.now_ms) / 1000.0))

    async def _receive(self) -> None:
        if self._socket is None:
            return
        try:
            async for message in self._socket:
                await self._take(json.loads(message))
        except ConnectionClosed:
            pass
        finally:
            self.closed.set()

    async def _take(self, message: dict[str, Any]) -> None:
        now = self.now_ms
        match message.get("event"):
            case "media":
                samples = mulaw_decode(base64.b64decode(message["media"]["payload"]))
                if self._mid_sentence and now - self._buffer_end_ms >= LATE_MS:
                    self._late_frames += 1
                self._mid_sentence = True
                at_ms = max(now, self._buffer_end_ms)
                self.agent.write(at_ms, samples)
                self._buffer_end_ms = at_ms + len(samples) * 1000.0 / RATE_HZ
            case "mark":
                self._mid_sentence = False
                self._marks.append((self._buffer_end_ms, message["mark"]["name"]))
            case "clear":
                self._mid_sentence = False
                self.agent.cut(now)
                self.clears.append(now)
                self._buffer_end_ms = now
                self._marks = deque((now, name) for _, name in self._marks)

    async def _return_marks(self) -> None:
        while self._marks and self._marks[0][0] <= self.now_ms:
            _, name = self._marks.popleft()
            await self._send({"event": "mark", "mark": {"name": name}})

    async def _send(self, body: dict[str, Any]) -> None:
        self._sequence += 1
        if self._socket is None:
            return
        numbered = {**body, "sequenceNumber": str(self._sequence), "streamSid": self._stream_sid}
        try:
            await self._socket.send(json.dumps(numbered))
        except ConnectionClosed:
            self.closed.set()
