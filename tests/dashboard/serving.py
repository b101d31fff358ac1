"""The pages on a real server of the test's own loop, with an agent that sends back what it hears."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from dashboard.mount import mount_dashboard
from dashboard.vitals import Vitals
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
from voice.loop_watch import LoopWatch
from voice.pool import InferencePool

FRAMES_BETWEEN_MARKS = 25


@dataclass
class EchoAgent:
    """The far side of 「電話してみる」: returns every frame, sets a mark after each half second."""

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
    line: WebSocket | None = None

    async def serve(self, line: WebSocket) -> None:
        await line.accept()
        self.line = line
        self.protocol = BrowserProtocol("echo-1")
        try:
            while True:
                message = await line.receive()
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

    async def say(self, seconds: int, mark: str) -> None:
        """Silence of this length, a second a message, and a mark behind it."""
        for _ in range(seconds):
            await self._send(self.protocol.encode_audio(np.zeros(RATE_HZ, dtype=np.float32)))
        await self._send(self.protocol.encode_mark(mark))

    async def clear(self) -> None:
        await self._send(self.protocol.encode_clear())

    async def end(self) -> None:
        ended = self.protocol.encode_end()
        assert ended is not None
        await self._send(ended)

    async def _send(self, message: Message) -> None:
        assert self.line is not None
        if isinstance(message, bytes):
            await self.line.send_bytes(message)
        else:
            await self.line.send_text(message)


class AnnouncedServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(scene: Scene) -> AsyncIterator[tuple[str, EchoAgent]]:
    """The address of the running pages, and the agent behind them."""
    agent = EchoAgent(scene)
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_api_websocket_route(scene.settings.media_path, agent.serve)
    pool = InferencePool(workers=1)
    mount_dashboard(
        app,
        live=scene.live,
        calls=scene.records.calls,
        status=scene.status_now,
        settings=scene.settings,
        vitals=Vitals(pool.gauge, LoopWatch().gauge, lambda: len(scene.live)),
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=2)
    server = AnnouncedServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            await server.up.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", agent
    finally:
        server.should_exit = True
        await serving
        pool.close()
