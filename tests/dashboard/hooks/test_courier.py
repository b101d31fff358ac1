"""Events on their way to a real receiver: signed, tried again, given up; nowhere without permission."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.hooks.courier import NOT_ALLOWED, Courier, is_allowed
from dashboard.hooks.events import EVENT_NAMES, sentence_of, told_of
from dashboard.hooks.signing import DELIVERY_HEADER, HEADER, is_signed
from records.hooks import RETRY_AFTER_S, DeliveryState, HookStyle
from records.plain import to_json
from telephony.events import CallEvent, EventKind
from tests.dashboard.scene import Scene

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@dataclass
class Receiver:
    """A server that answers with the next of `answers`, and keeps what it got."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append((headers, body))
        status = self.answers.pop(0) if self.answers else 204
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*answers: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(answers))
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in"
    try:
        yield receiver
    finally:
        server.close()


async def _switched_on(scene: Scene, url: str, style: HookStyle = HookStyle.WEBHOOK) -> str:
    hooks = scene.records.hooks
    hook = await hooks.add("連携先", style, url, "whsec_test", ["call.started"], "管理 次郎")
    await hooks.change(hook.id, name=hook.name, url=url, events=hook.events, active=True)
    return hook.id


def _courier(scene: Scene, at: datetime = NOW, hosts: tuple[str, ...] = ("127.0.0.1",)) -> Courier:
    return Courier(scene.records.hooks, scene.live, hosts, lambda: at)


async def test_an_event_arrives_signed_and_without_the_number(scene: Scene) -> None:
    async with receiving() as receiver:
        await _switched_on(scene, receiver.url)
        told = told_of(CallEvent("c1", 0, EventKind.STARTED, {"line": "twilio", "from_number": "090-1234-5678"}))
        assert told is not None
        await _courier(scene).tell(*told)
        await _courier(scene).deliver()
    headers, body = receiver.got[0]
    sent = json.loads(body)
    assert (sent["event"], sent["data"]["caller_number"]) == ("call.started", "090****5678")
    assert is_signed(body, headers[HEADER], "whsec_test", int(NOW.timestamp()))
    assert headers[DELIVERY_HEADER] == sent["id"]


async def test_a_failure_is_tried_again_later_under_the_same_id(scene: Scene) -> None:
    async with receiving(500, 204) as receiver:
        hook = await _switched_on(scene, receiver.url)
        await _courier(scene).tell("call.started", {"call_id": "c1"})
        await _courier(scene).deliver()
        first = (await scene.records.hooks.recent(hook))[0]
        assert await _courier(scene).deliver() == 0
        await _courier(scene, first.next_at).deliver()
        last = (await scene.records.hooks.recent(hook))[0]
    assert (first.status, first.next_at - NOW) == (500, timedelta(seconds=RETRY_AFTER_S[0]))
    assert (last.state, last.attempts) == (DeliveryState.DONE, 2)
    assert len({headers[DELIVERY_HEADER] for headers, _ in receiver.got}) == 1


async def test_what_never_arrives_is_given_up_after_the_last_attempt(scene: Scene) -> None:
    hook = await _switched_on(scene, "http://127.0.0.1:9/in")
    await _courier(scene).tell("call.started", {"call_id": "c1"})
    for _ in range(len(RETRY_AFTER_S) + 1):
        due = (await scene.records.hooks.recent(hook))[0].next_at
        await _courier(scene, due).deliver()
    last = (await scene.records.hooks.recent(hook))[0]
    assert (last.state, last.error) == (DeliveryState.FAILED, "送り先につながりません。")


async def test_a_host_that_the_settings_do_not_name_is_never_connected_to(scene: Scene) -> None:
    async with receiving() as receiver:
        hook = await _switched_on(scene, receiver.url)
        courier = _courier(scene, hosts=("hooks.example.co.jp",))
        await courier.tell("call.started", {"call_id": "c1"})
        await courier.deliver()
    assert receiver.got == []
    assert (await scene.records.hooks.recent(hook))[0].error == NOT_ALLOWED


async def test_nothing_is_put_on_its_way_before_a_place_is_switched_on(scene: Scene) -> None:
    hook = await scene.records.hooks.add("連携先", HookStyle.SLACK, "http://127.0.0.1/", "s", ["call.started"], "管理")
    await _courier(scene).tell("call.started", {"call_id": "c1"})
    assert await scene.records.hooks.recent(hook.id) == []


@pytest.mark.parametrize(("style", "where"), [(HookStyle.SLACK, "text"), (HookStyle.TEAMS, "attachments")])
async def test_a_chat_room_gets_a_sentence(scene: Scene, style: HookStyle, where: str) -> None:
    async with receiving() as receiver:
        await _switched_on(scene, receiver.url, style)
        await _courier(scene).tell("call.started", {"call_id": "c1"})
        await _courier(scene).deliver()
    headers, body = receiver.got[0]
    assert "通話が始まりました" in to_json(json.loads(body)[where])
    assert HEADER not in headers


def test_every_event_that_is_offered_has_a_sentence() -> None:
    sentences = {sentence_of(event, {}) for event in EVENT_NAMES}
    assert len(sentences) == len(EVENT_NAMES)


def test_a_callers_words_are_no_event_for_others() -> None:
    assert told_of(CallEvent("c1", 0, EventKind.HEARD, {"text": "湊川です"})) is None


@pytest.mark.parametrize("url", ["ftp://a.example/x", "https://a.example@b.example/", "https://b.example/", "http://["])
def test_an_address_elsewhere_is_not_allowed(url: str) -> None:
    assert not is_allowed(url, {"a.example"})
