"""The far side of 「電話してみる」: an agent that sends back what it hears."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from telephony.events import EventKind
from telephony.protocols.browser import BrowserProtocol
from telephony.protocols.line import (
    AudioArrived,
    KeyPressed,
    LineEvent,
    MarkReached,
    MediaStarted,
    MediaStopped,
    Message,
)
from tests.dashboard.scene import Scene
from voice.audio.pcm import RATE_HZ

FRAMES_BETWEEN_MARKS = 25


@dataclass
class EchoAgent:
    """Returns every frame, sets a mark after each half second, and tells the scene of its call."""

    scene: Scene
    frames: list[int] = field(default_factory=list)
    loudest: float = 0.0
    keys: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    marked: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    echoing: bool = True
    protocol: BrowserProtocol = field(default_factory=lambda: BrowserProtocol("echo-1"))
    socket: WebSocket | None = None

    def line(self) -> APIRouter:
        """Where it is reached."""
        router = APIRouter()
        router.add_api_websocket_route("/browser/media", self._serve)
        return router

    async def say(self, seconds: int, mark: str) -> None:
        """Silence of this length, a second a message, and a mark behind it."""
        for _ in range(seconds):
            await self._send(self.protocol.encode_audio(np.zeros(RATE_HZ, dtype=np.float32)))
        await self._send(self.protocol.encode_mark(mark))

    async def clear(self) -> None:
        """The agent was interrupted."""
        await self._send(self.protocol.encode_clear())

    async def end(self) -> None:
        """The agent hangs up."""
        ended = self.protocol.encode_end()
        assert ended is not None
        await self._send(ended)

    async def _serve(self, socket: WebSocket) -> None:
        await socket.accept()
        self.socket = socket
        self.protocol = BrowserProtocol("echo-1")
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    raise WebSocketDisconnect
                for event in self.protocol.decode(message.get("bytes") or message.get("text") or ""):
                    await self._take(event)
        except WebSocketDisconnect:
            self.stopped.set()

    async def _take(self, event: LineEvent) -> None:
        match event:
            case MediaStarted():
                self.scene.ring("echo-1", event.from_number, "browser")
                self.scene.tell(EventKind.STATE, 5, "echo-1", state="listening")
            case AudioArrived():
                self.frames.append(len(event.samples))
                self.loudest = max(self.loudest, float(abs(event.samples).max()))
                self.connected.set()
                if self.echoing:
                    await self._send(self.protocol.encode_audio(event.samples))
                    if len(self.frames) % FRAMES_BETWEEN_MARKS == 0:
                        await self._send(self.protocol.encode_mark(f"m{len(self.frames)}"))
            case MarkReached():
                self.marks.append(event.name)
                self.marked.set()
            case KeyPressed():
                self.keys.append(event.digit)
            case MediaStopped():
                self.scene.tell(EventKind.ENDED, 9000, "echo-1", ended_by="caller")
                self.scene.live.close("echo-1")
                self.stopped.set()

    async def _send(self, message: Message) -> None:
        assert self.socket is not None
        if isinstance(message, bytes):
            await self.socket.send_bytes(message)
        else:
            await self.socket.send_text(message)
