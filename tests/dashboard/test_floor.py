"""The floor at one look: figures of the day, waits, and what somebody should look at."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import websockets
from sqlalchemy import insert

from dashboard.auth.permissions import Role
from dashboard.floor import FloorBoard, day_began_in, percentile
from records.database import open_database, sqlite_url
from records.desk_schema import HarassmentReportRow, PresenceRow, QueueEntryRow
from records.models import CallClosed, CallOpened, EndedBy, EventRecord, KpiEvent
from telephony.events import EventKind
from tests.dashboard.calls_site import CallsRoom, SoundingCall
from tests.dashboard.scene import STATUS, Scene
from tests.dashboard.site import site


async def add(scene: Scene, table: Any, **values: Any) -> None:
    database = await open_database(sqlite_url(scene.folder / "records.db"))
    async with database.write() as connection:
        await connection.execute(insert(table).values(values))
    await database.close()


async def keep_call(scene: Scene, call_id: str, outcome: str, *events: KpiEvent, began: datetime | None = None) -> None:
    calls = scene.records.calls
    at = began or datetime.now(UTC)
    await calls.open(CallOpened(id=call_id, line="twilio", started_at=at))
    await calls.add_events(call_id, [EventRecord(event.value, 0, {}, at) for event in (KpiEvent.OFFERED, *events)])
    await calls.close(call_id, CallClosed(EndedBy.CALLER, outcome))


async def wallboard(scene: Scene) -> dict[str, Any]:
    async with CallsRoom(scene).client() as client:
        told: dict[str, Any] = (await client.get("/api/floor")).json()
    return told


async def test_the_status_tells_how_the_language_model_stands(scene: Scene) -> None:
    scene.ring()
    async with CallsRoom(scene).client() as client:
        status = (await client.get("/api/status")).json()
    assert status["language_model"] == "準備中（組み立てています）"
    assert status["active_calls"] == 1


async def test_a_running_call_shows_its_topic_tone_and_latency_and_no_number(scene: Scene) -> None:
    scene.ring()
    scene.talk()
    scene.tell(EventKind.HEARD, 16_000, turn=2, text="さっきから何度も言っています")
    (call,) = (await wallboard(scene))["calls"]
    assert (call["caller"], call["topic"], call["tone"]) == ("090****5678", "料金の引き落とし日", "irritated")
    assert call["latency_p50_ms"] == 688


async def test_ai_completion_counts_calls_that_were_answered_and_wanted_no_person(scene: Scene) -> None:
    bot = (KpiEvent.BOT_ANSWERED, KpiEvent.BOT_ENGAGED)
    await keep_call(scene, "answered", "answered", *bot)
    await keep_call(scene, "escalated", "answered", *bot, KpiEvent.ESC_REQUESTED, KpiEvent.ESC_QUEUED)
    await keep_call(scene, "not-answered", "unanswered", *bot)
    await keep_call(scene, "silent", "silent", KpiEvent.BOT_ANSWERED)
    await keep_call(scene, "long-ago", "answered", *bot, began=datetime.now(UTC) - timedelta(days=2))
    board = (await wallboard(scene))["wallboard"]
    assert (board["offered"], board["answered"], board["engaged"], board["completed"]) == (4, 4, 3, 1)
    assert board["completion"] == 1 / 3


async def test_who_waits_is_told_in_the_order_of_the_queue_and_a_long_wait_is_an_alarm(scene: Scene) -> None:
    now = datetime.now(UTC)
    for call_id, priority, waited_s in (("first", 3, 90), ("urgent", 1, 5), ("gone", 1, 500)):
        await scene.records.calls.open(CallOpened(id=call_id, line="twilio"))
        if call_id != "gone":
            scene.ring(call_id)
        entered = now - timedelta(seconds=waited_s)
        nothing = {"claimed_by": None, "claimed_at": None, "left_at": None}
        row = {"id": call_id, "call_id": call_id, "escalation_id": "", "queue": "一般", "note": "", "state": "waiting"}
        await add(scene, QueueEntryRow, **row, **nothing, priority=priority, reason="requested", entered_at=entered)
    floor = await wallboard(scene)
    assert [each["call_id"] for each in floor["queue"]] == ["urgent", "first"]
    assert floor["wallboard"]["waiting"] == 2
    assert 89 < floor["wallboard"]["longest_wait_s"] < 120
    assert "first" in [alarm["call_id"] for alarm in floor["alarms"]]


async def test_those_who_are_there_stand_on_the_floor_with_their_state(scene: Scene) -> None:
    now = datetime.now(UTC)
    for name, state in (("山田 花子", "after_call"), ("佐藤 一郎", "offline")):
        row = {"id": name, "user_id": name, "user_name": name, "state": state}
        await add(scene, PresenceRow, **row, since=now, until=None, seen_at=now)
    (one,) = (await wallboard(scene))["people"]
    assert (one["name"], one["state_name"]) == ("山田 花子", "後処理中")


async def test_an_unseen_report_of_harassment_is_an_alarm(scene: Scene) -> None:
    await scene.keep_past_call()
    row = {"id": "h", "call_id": "past-1", "at": datetime.now(UTC), "reporter": "山田", "stage": "warned", "note": ""}
    await add(scene, HarassmentReportRow, **row, evidence={}, seen_by=None, seen_at=None)
    alarms = (await wallboard(scene))["alarms"]
    assert alarms[0] == {
        "level": "bad",
        "sentence": "迷惑行為の報告があります。内容をご確認ください。",
        "call_id": "past-1",
    }


async def test_however_many_pages_ask_the_records_are_read_once(scene: Scene) -> None:
    reads = 0

    class Counted:
        async def figures(self, day_began: datetime, now: datetime) -> Any:
            nonlocal reads
            reads += 1
            return await scene.records.floor.figures(day_began, now)

    board = FloorBoard(scene.live, Counted(), lambda: replace(STATUS), day_began_in(lambda now: now))
    for _ in range(10):
        await board.look()
    assert reads == 1


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0


async def test_a_running_call_that_is_opened_is_told_from_its_beginning(scene: Scene) -> None:
    scene.ring()
    scene.talk()
    async with CallsRoom(scene).client() as client:
        events = (await client.get("/api/floor/calls/live-1")).json()["events"]
        ended = await client.get("/api/floor/calls/other")
    assert events[0]["kind"] == "started"
    decided = next(event for event in events if event["kind"] == "decided" and event["data"]["turn"] == 1)
    assert decided["data"]["reasons"]["considered"][0]["entry_id"] == "billing-003"
    assert (ended.status_code, ended.json()["detail"][:14]) == (404, "この通話はすでに終わっていま")


@asynccontextmanager
async def sockets(room: CallsRoom, path: str, role: Role = Role.SUPERVISOR) -> AsyncIterator[Any]:
    async with (
        site(room.routers(), role) as address,
        websockets.connect(address.replace("http", "ws") + path) as socket,
    ):
        yield socket


async def test_listening_in_gives_both_sides_and_is_in_the_audit(scene: Scene) -> None:
    room = CallsRoom(scene, audible={"live-1": SoundingCall(stretches=3)})
    async with sockets(room, "/api/calls/live-1/listen") as socket:
        assert json.loads(await socket.recv()) == {"rate_hz": 8_000}
        sound = np.frombuffer(await socket.recv(), dtype="<i2").reshape(-1, 2)
    assert sound.shape == (160, 2)
    assert abs(int(sound[0, 0]) - 16_384) < 2
    assert not sound[:, 1].any()
    assert room.notes.lines == [("call.listen", "live-1", "")]


async def test_nobody_listens_to_a_call_that_is_over(scene: Scene) -> None:
    room = CallsRoom(scene)
    async with sockets(room, "/api/calls/live-1/listen") as socket:
        await socket.wait_closed()
        assert (socket.close_code, socket.close_reason) == (1000, "この通話はすでに終わっています。")
    assert room.notes.lines == []


async def test_the_live_socket_tells_what_stands_and_then_what_happens(scene: Scene) -> None:
    scene.ring()
    async with sockets(CallsRoom(scene), "/api/events") as socket:
        assert json.loads(await socket.recv())["calls"][0]["caller"] == "090****5678"
        scene.tell(EventKind.HEARD, 7, turn=1, text="佐藤です")
        (event,) = json.loads(await socket.recv())["events"]
    assert event["data"]["text"] == "〈お名前〉です"
