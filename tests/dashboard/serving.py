"""The pages on a real server of the test's own loop, with an agent that sends back what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from dashboard.mount import mount_dashboard
from telephony.events import EventKind
from telephony.protocols.browser import BrowserProtocol
from telephony.protocols.line import AudioArrived, KeyPressed, LineEvent, MarkReached, MediaStarted, MediaStopped
from tests.dashboard.scene import Scene

FRAMES_BETWEEN_MARKS = 25


@dataclass
class EchoAgent:
    """The far side of 「電話してみる」: returns every frame, sets a mark after each half second."""

    scene: Scene
    frames: list[int] = field(default_factory=list)
    loudest: float = 0.0
    keys: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    socket: WebSocket | None = None

    async def serve(self, socket: WebSocket) -> None:
        await socket.accept()
        self.socket = socket
        protocol = BrowserProtocol("echo-1")
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    raise WebSocketDisconnect
                for event in protocol.decode(message.get("bytes") or message.get("text") or ""):
                    await self._take(event, protocol, socket)
        except WebSocketDisconnect:
            self.stopped.set()

    async def _take(self, event: LineEvent, protocol: BrowserProtocol, socket: WebSocket) -> None:
        match event:
            case MediaStarted():
                self.scene.ring("echo-1", event.from_number, "browser")
                self.scene.tell(EventKind.STATE, 5, "echo-1", state="listening")
            case AudioArrived():
                self.frames.append(len(event.samples))
                self.loudest = max(self.loudest, float(abs(event.samples).max()))
                await socket.send_bytes(bytes(protocol.encode_audio(event.samples)))  # type: ignore[arg-type]
                if len(self.frames) % FRAMES_BETWEEN_MARKS == 0:
                    await socket.send_text(str(protocol.encode_mark(f"m{len(self.frames)}")))
            case MarkReached():
                self.marks.append(event.name)
            case KeyPressed():
                self.keys.append(event.digit)
            case MediaStopped():
                self.scene.tell(EventKind.ENDED, 9000, "echo-1", ended_by="caller")
                self.scene.live.close("echo-1")
                self.stopped.set()


@asynccontextmanager
async def served(scene: Scene) -> AsyncIterator[tuple[str, EchoAgent]]:
    """The address of the running pages, and the agent behind them."""
    agent = EchoAgent(scene)
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_api_websocket_route(scene.settings.media_path, agent.serve)
    mount_dashboard(app, live=scene.live, calls=scene.records.calls, status=scene.status_now, settings=scene.settings)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            while not server.started:
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", agent
    finally:
        server.should_exit = True
        await serving
