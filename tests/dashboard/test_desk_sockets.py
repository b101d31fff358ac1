"""The desk's sockets over the wire: the microphone is the call's operator's alone, and a page says that it is there."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from dashboard.auth.permissions import Role
from records.clock import utc_now
from records.presence import Cause, PresenceState
from telephony.desk import Operator
from tests.dashboard.desk_scene import DeskStage
from tests.dashboard.scene import Scene
from tests.dashboard.site import site

ME = Operator("user-1", "試験 太郎")
TONE = (np.sin(np.arange(320) / 5) * 9_000).astype("<i2").tobytes()


@pytest.fixture
def stage(scene: Scene) -> DeskStage:
    return DeskStage(scene)


@asynccontextmanager
async def socket(stage: DeskStage, path: str, origin: str | None = None) -> AsyncIterator[ClientConnection]:
    async with site(stage.routers, Role.OPERATOR) as address:
        wire = address.replace("http", "ws")
        async with connect(f"{wire}/api/desk{path}", origin=Origin(origin) if origin else None) as opened:
            yield opened


async def closed_with(opened: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(5):
            await opened.recv()
    return opened.close_code


async def test_the_operators_voice_goes_into_the_call_as_it_was_spoken(stage: DeskStage) -> None:
    call = await stage.ring()
    call.operator = ME
    async with socket(stage, "/calls/c1/microphone") as microphone:
        await microphone.send(TONE)
        await microphone.send(TONE)
        await microphone.close()
        async with asyncio.timeout(5):
            while not (call.microphones and call.microphones[0].closed):
                await asyncio.sleep(0.01)
    heard = np.concatenate(call.microphones[0].fed)
    assert heard.dtype == np.float32
    assert np.allclose(heard[:320] * 32767, np.frombuffer(TONE, "<i2"), atol=1.5)


async def test_nobody_speaks_in_anothers_call_or_in_one_that_nobody_has_taken(stage: DeskStage) -> None:
    call = await stage.ring()
    async with socket(stage, "/calls/c1/microphone") as microphone:
        assert await closed_with(microphone) == 4409
    call.operator = Operator("u2", "森 一郎")
    async with socket(stage, "/calls/c1/microphone") as microphone:
        assert await closed_with(microphone) == 4409
    async with socket(stage, "/calls/gone/microphone") as microphone:
        assert await closed_with(microphone) == 4410
    assert call.microphones == []


@pytest.mark.parametrize("frame", [b"\x00", b"\x00" * 64_002])
async def test_what_is_no_sound_closes_the_microphone(stage: DeskStage, frame: bytes) -> None:
    call = await stage.ring()
    call.operator = ME
    async with socket(stage, "/calls/c1/microphone") as microphone:
        await microphone.send(frame)
        assert await closed_with(microphone) == 1003
    assert call.microphones[0].closed and call.microphones[0].fed == []


async def test_another_sites_page_opens_no_microphone(stage: DeskStage) -> None:
    call = await stage.ring()
    call.operator = ME
    with pytest.raises(InvalidStatus):
        async with socket(stage, "/calls/c1/microphone", "https://elsewhere.example"):
            pass
    assert call.microphones == []


async def test_a_desks_page_keeps_its_operator_there_and_a_watching_one_does_not(stage: DeskStage) -> None:
    presence = stage.scene.records.desk.presence
    long_ago = utc_now() - timedelta(minutes=5)
    await presence.go("user-1", "試験 太郎", PresenceState.AVAILABLE, Cause.HAND, long_ago)
    async with socket(stage, "/events") as watching:
        assert json.loads(await watching.recv())["type"] == "snapshot"
        await watching.send("here")
    now = await presence.of("user-1")
    assert now is not None and now.seen_at == long_ago
    async with socket(stage, "/events?at_desk=true") as desk:
        assert json.loads(await desk.recv())["me"]["state"] == "available"
    now = await presence.of("user-1")
    assert now is not None and now.seen_at > long_ago


async def test_the_queue_is_told_to_every_desk_at_once(stage: DeskStage) -> None:
    await stage.scene.records.desk.presence.go("user-1", "試験 太郎", PresenceState.AVAILABLE, Cause.HAND)
    async with socket(stage, "/events?at_desk=true") as desk:
        await desk.recv()
        await stage.wait()
        async with asyncio.timeout(5):
            message = json.loads(await desk.recv())
    assert (message["type"], [each["call_id"] for each in message["queue"]]) == ("queue", ["c1"])
