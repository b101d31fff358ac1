"""What every page is told of the running calls: masked once, written once, and never at a call's expense."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from dashboard.live_feed import HOPELESS, PARTIAL_EVERY_S, SLOW, Listener, LiveFeed, TooSlowError
from dashboard.transcript import LineMask
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCall, LiveCalls
from tests.virtual_time import run_virtually

T = TypeVar("T")


class CountingMask(LineMask):
    """Counts how often it is asked to cover a text."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def text(self, text: str, personal: Any = None) -> str:
        self.asked.append(text)
        return super().text(text, personal)


async def at_once(work: Callable[[], T], /) -> T:
    """Virtual time does not stand still for threads."""
    return work()


class Floor:
    """Running calls and what pages hear of them, on a virtual loop."""

    def __init__(self, mask: LineMask | None = None) -> None:
        self.live = LiveCalls()
        self.feed = LiveFeed(self.live, mask or LineMask(), lambda: asyncio.get_running_loop().time(), at_once)

    def ring(self, call_id: str = "a", number: str = "090-1234-5678") -> None:
        self.live.open(LiveCall(call_id, "twilio", number, "03-0000-0000", "2026-11-24T00:00:00+00:00"))

    def tell(self, kind: EventKind, call_id: str = "a", **data: Any) -> None:
        self.live.publish(CallEvent(call_id, 10, kind, data))


async def told(listener: Listener) -> dict[str, Any]:
    async with asyncio.timeout(5):
        message: dict[str, Any] = json.loads(await listener.take())
    return message


def run(scenario: Coroutine[Any, Any, T]) -> T:
    return run_virtually(scenario)


def test_a_page_hears_how_the_calls_stand_and_then_what_happens() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring()
        floor.tell(EventKind.HEARD, turn=1, text="佐藤です。番号は090-1234-5678です")
        async with floor.feed.listener() as listener:
            (call,) = (await told(listener))["calls"]
            assert (call["caller"], call["state"]) == ("090****5678", "connecting")
            assert call["events"][0]["data"]["text"] == "〈お名前〉です。番号は〈電話番号〉です"
            floor.tell(EventKind.STATE, state="listening")
            message = await told(listener)
        assert [event["kind"] for event in message["events"]] == ["state"]
        assert message["facts"]["a"]["state_name"] == "お話を聞いています"

    run(scenario())


def test_many_pages_cost_one_masking() -> None:
    async def scenario() -> None:
        mask = CountingMask()
        floor = Floor(mask)
        floor.ring()
        async with floor.feed.listener() as one, floor.feed.listener() as two, floor.feed.listener("a") as three:
            pages = (one, two, three)
            for page in pages:
                await told(page)
            floor.tell(EventKind.HEARD, turn=1, text="解約したいのですが")
            texts = [(await told(page))["events"][0]["data"]["text"] for page in pages]
        assert texts == ["解約したいのですが"] * 3
        assert mask.asked.count("解約したいのですが") == 1

    run(scenario())


def test_a_name_that_was_given_is_covered_in_all_that_follows() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring()
        async with floor.feed.listener() as listener:
            await told(listener)
            span = [{"kind": "name", "start": 0, "end": 2}]
            floor.tell(EventKind.HEARD, turn=1, text="湊川です", personal=span)
            floor.tell(EventKind.DECIDED, turn=1, act="acknowledge", text="湊川様でございますね。", evidence={})
            heard, decided = (await told(listener))["events"]
        assert heard["data"]["text"] == "〈お名前〉です"
        assert decided["data"]["text"] == "〈お名前〉様でございますね。"

    run(scenario())


def test_a_page_of_one_call_hears_nothing_of_the_others() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring("a")
        floor.ring("b")
        async with floor.feed.listener("a") as listener:
            assert [call["call_id"] for call in (await told(listener))["calls"]] == ["a"]
            floor.tell(EventKind.STATE, "b", state="listening")
            floor.tell(EventKind.STATE, "a", state="thinking")
            message = await told(listener)
        assert [event["call_id"] for event in message["events"]] == ["a"]

    run(scenario())


def test_words_still_being_said_come_five_times_a_second_at_most_and_never_after_they_were_heard() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring()
        async with floor.feed.listener() as listener:
            await told(listener)
            loop = asyncio.get_running_loop()
            began = loop.time()
            for at in range(40):
                floor.tell(EventKind.PARTIAL, text=f"えっと{at}")
                await asyncio.sleep(0.05)
            floor.tell(EventKind.PARTIAL, text="解約した")
            floor.tell(EventKind.HEARD, turn=1, text="解約したい")
            kinds: list[str] = []
            while "heard" not in kinds:
                kinds += [event["kind"] for event in (await told(listener))["events"]]
            said = kinds.count("partial")
            assert 5 <= said <= (loop.time() - began) / PARTIAL_EVERY_S + 1
            assert kinds[-1] == "heard"
            with pytest.raises(TimeoutError):
                await told(listener)

    run(scenario())


def test_a_slow_page_loses_words_still_being_said_first() -> None:
    listener = Listener(None)
    for _ in range(SLOW):
        listener.put("lasting")
    listener.put("partial", partial=True)
    listener.put("last")
    taken = [run_virtually(listener.take()) for _ in range(SLOW + 1)]
    assert taken == ["lasting"] * SLOW + ["last"]


def test_a_page_that_takes_nothing_is_given_up() -> None:
    listener = Listener(None)
    for _ in range(HOPELESS + 1):
        listener.put("lasting")
    with pytest.raises(TooSlowError):
        run_virtually(listener.take())


def test_a_call_that_ended_is_in_no_later_snapshot_and_nothing_runs_without_a_page() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring()
        async with floor.feed.listener() as listener:
            await told(listener)
            floor.tell(EventKind.ENDED, ended_by="caller")
            floor.live.close("a")
            await told(listener)
            async with floor.feed.listener() as another:
                assert (await told(another))["calls"] == []
        assert [task for task in asyncio.all_tasks() if task.get_name() == "live-feed"] == []

    run(scenario())


def test_an_answer_comes_with_its_reasons_in_the_words_of_the_pages() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring()
        async with floor.feed.listener() as listener:
            await told(listener)
            evidence = {"decision": "answer", "rule": "as_asked", "faq_version": 7, "replay": {"state": "large"}}
            floor.tell(EventKind.DECIDED, turn=1, act="answer", text="はい。", evidence=evidence)
            (event,) = (await told(listener))["events"]
        assert event["data"]["reasons"]["headline"] == "お客様の言葉がFAQとよく一致"
        assert event["data"]["act_name"] == "回答"
        assert "replay" not in event["data"]["evidence"]

    run(scenario())


def test_a_colleagues_name_is_nobody_to_be_covered() -> None:
    async def scenario() -> None:
        floor = Floor()
        floor.ring()
        async with floor.feed.listener() as listener:
            await told(listener)
            floor.tell(EventKind.OPERATOR, what="joined", name="佐藤 花子")
            message = await told(listener)
        assert message["events"][0]["data"]["name"] == "佐藤 花子"
        assert message["facts"]["a"]["operator"] == "佐藤 花子"

    run(scenario())
