"""The API of the floor and of past calls over a scene, as a room of its own has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
from fastapi import APIRouter, FastAPI

from dashboard.api.app import create_api
from dashboard.api.calls import CallsApi, ReplayedDecision, ReplayReport
from dashboard.api.floor import FloorApi
from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dashboard.auth.unmasking import Unmasking
from dashboard.floor import FloorBoard, day_began_in
from dashboard.live_feed import LiveFeed
from dashboard.recordings import RecordingFolder
from dashboard.story import Storyteller
from dashboard.transcript import LineMask
from records.models import CallDetail
from tests.dashboard.scene import Scene
from tests.dashboard.signing_in import as_person
from voice.audio.pcm import Samples


@dataclass
class Notes:
    """An audit that is looked at: action, target and reason of each line."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    async def note(
        self,
        who: Principal,
        action: str,
        target: str = "",
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        self.lines.append((action, target, reason))


@dataclass(frozen=True)
class Sound:
    caller: Samples
    agent: Samples
    rate_hz: int = 8_000


@dataclass
class SoundingCall:
    """A running call with a tone on the caller's side."""

    stretches: int = 100

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[Any]]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        tone = np.full(160, 0.5, dtype=np.float32)
        for _ in range(self.stretches):
            queue.put_nowait(Sound(tone, np.zeros(160, dtype=np.float32)))
        yield queue


@dataclass
class CallsRoom:
    """The room's endpoints, what they note, and who may see what unmasked."""

    scene: Scene
    notes: Notes = field(default_factory=Notes)
    unmasking: Unmasking = field(default_factory=Unmasking)
    audible: dict[str, SoundingCall] = field(default_factory=dict)
    replayed: ReplayReport = field(
        default_factory=lambda: ReplayReport(decisions=[], same=0, different=0, impossible=0)
    )

    def routers(self) -> list[APIRouter]:
        scene, mask = self.scene, LineMask()
        board = FloorBoard(scene.live, scene.records.floor, scene.status_now, day_began_in(lambda now: now))
        floor = FloorApi(board, LiveFeed(scene.live, mask), scene.status_now, self.audible.get, self.notes)
        calls = CallsApi(
            scene.records.calls,
            scene.records.around,
            scene.records.votes,
            RecordingFolder(scene.recordings),
            Storyteller(mask),
            self._replay,
            self.unmasking.may_see,
            self.notes,
        )
        return [floor.router(), calls.router()]

    @asynccontextmanager
    async def client(self, role: Role = Role.ADMINISTRATOR) -> AsyncIterator[httpx.AsyncClient]:
        app = FastAPI()
        app.mount("/api", create_api(self.routers()))
        transport = httpx.ASGITransport(as_person(app, role))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client

    async def _replay(self, detail: CallDetail) -> ReplayReport:
        return self.replayed


def decision(turn: int, *differences: str) -> ReplayedDecision:
    return ReplayedDecision(turn=turn, same=not differences, differences=list(differences), problem="")
