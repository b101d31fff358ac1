"""One media socket from open to close, on the virtual clock: the wire misbehaves, the call is closed all the same."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import telephony.session
from dialogue.turns import Reply
from records.models import CallOpened, EndedBy
from telephony.call_types import CallRules
from telephony.desk import DeskError, Operator
from telephony.live import LiveCalls
from telephony.protocols.line import Message
from telephony.protocols.twilio import TwilioProtocol
from telephony.services import CallServices
from telephony.session import MediaSession, NoStartError
from tests.telephony.stage import AgreedMind, EvenVoice, MemoryRecords, answer, other_tasks, utterance
from tests.telephony.test_twilio_protocol import start_message
from tests.virtual_time import run_virtually
from voice.audio.pcm import RATE_HZ, Samples
from voice.ear_events import EarEvent
from voice.turn.expectation import Expectation

STOP = json.dumps({"event": "stop", "sequenceNumber": "9", "streamSid": "MZ1", "stop": {"callSid": "CA1"}})
GARBAGE = '{"event": "what is this"}'


class ListeningEar:
    """Keeps what it is fed; `says` is how the test lets it hear words."""

    hears_speech = False

    def __init__(self, on_event: Callable[[EarEvent], None]) -> None:
        self.says = on_event
        self.fed: list[tuple[float, Samples]] = []
        self.closed = False

    def feed(self, samples: Samples) -> None:
        self.fed.append((asyncio.get_running_loop().time(), samples))

    def judge_overlap(self, on: bool) -> None:
        return

    def expect(self, expectation: Expectation) -> None:
        return

    async def close(self) -> None:
        self.closed = True

    def fed_ms(self) -> float:
        return sum(len(samples) for _, samples in self.fed) * 1000 / RATE_HZ


class Wire:
    """A socket in memory: `arrives` puts a message on it, `drops` closes it."""

    def __init__(self) -> None:
        self._inbound: asyncio.Queue[Message | None] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> Message | None:
        return await self._inbound.get()

    async def send(self, message: Message) -> None:
        self.sent.append(json.loads(message))

    def arrives(self, *messages: Message) -> None:
        for message in messages:
            self._inbound.put_nowait(message)

    def drops(self) -> None:
        self._inbound.put_nowait(None)


class Switchboard:
    """A session with everything around it in memory."""

    def __init__(
        self,
        *answers: Reply | Exception,
        summarise: Callable[[str, Sequence[str]], Coroutine[Any, Any, dict[str, Any] | None]] | None = None,
        recordings: Path | None = None,
    ) -> None:
        self.wire = Wire()
        self.records = MemoryRecords()
        self.live = LiveCalls()
        self.ears: list[ListeningEar] = []
        self.mind = AgreedMind(list(answers) or [answer("はい。")])
        services = CallServices(
            new_ear=self._new_ear,
            new_conversation=self._new_mind,
            mouth=EvenVoice(),
            records=self.records,
            live=self.live,
            recordings=recordings,
            voice_name="even",
            recogniser_name="agreed",
            faq_version=lambda: 3,
            summarise=summarise,
            rules=CallRules(no_input_ms=600_000.0),
        )
        self.desk = services.desk
        self.session = asyncio.create_task(MediaSession(self.wire, TwilioProtocol(), services).run())

    async def _new_mind(self, opened: CallOpened) -> AgreedMind:
        return self.mind

    def _new_ear(self, on_event: Callable[[EarEvent], None]) -> ListeningEar:
        self.ears.append(ListeningEar(on_event))
        return self.ears[-1]

    @property
    def ear(self) -> ListeningEar:
        return self.ears[0]

    async def ended_by(self) -> EndedBy | None:
        await self.session
        assert self.records.closed is not None
        return self.records.closed.ended_by


def media(timestamp_ms: int) -> Message:
    payload = base64.b64encode(bytes(np.full(160, 0xFF, dtype=np.uint8))).decode()
    body = {"track": "inbound", "chunk": "1", "timestamp": str(timestamp_ms), "payload": payload}
    return json.dumps({"event": "media", "sequenceNumber": "2", "streamSid": "MZ1", "media": body})


@pytest.fixture(autouse=True)
def _the_loops_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session's clock is the virtual loop's."""
    clock = SimpleNamespace(monotonic=lambda: asyncio.get_running_loop().time())
    monkeypatch.setattr(telephony.session, "time", clock)


# Before the start


def test_without_a_start_message_the_session_gives_up_after_ten_seconds() -> None:
    async def scenario() -> float:
        board = Switchboard()
        with pytest.raises(NoStartError, match="deadline"):
            await board.session
        assert board.records.batches == []
        return asyncio.get_running_loop().time()

    assert run_virtually(scenario()) == pytest.approx(10.0)


def test_messages_that_mean_nothing_do_not_stand_for_a_start() -> None:
    async def scenario() -> None:
        board = Switchboard()
        board.wire.arrives(*[GARBAGE] * 50)
        with pytest.raises(NoStartError, match="too many wire errors"):
            await board.session

    run_virtually(scenario())


def test_a_socket_that_closes_before_the_start_is_no_call() -> None:
    async def scenario() -> None:
        board = Switchboard()
        board.wire.drops()
        with pytest.raises(NoStartError, match="closed before start"):
            await board.session
        assert board.records.batches == []

    run_virtually(scenario())


# The call


def test_a_call_is_opened_with_its_numbers_and_the_parts_that_serve_it() -> None:
    async def scenario() -> Switchboard:
        board = Switchboard()
        board.wire.arrives(start_message(), STOP)
        await board.session
        return board

    board = run_virtually(scenario())
    opened = board.records.batches[0].opened
    assert opened is not None
    assert (opened.line, opened.external_id, opened.caller_number) == ("twilio", "CA1", "09012345678")
    assert (opened.voice, opened.recogniser, opened.faq_version) == ("even", "agreed", 3)


def test_a_running_call_is_seen_live_and_gone_at_its_end() -> None:
    async def scenario() -> tuple[int, int]:
        board = Switchboard()
        board.wire.arrives(start_message())
        await asyncio.sleep(1.0)
        during = len(board.live)
        board.wire.arrives(STOP)
        await board.session
        return during, len(board.live)

    assert run_virtually(scenario()) == (1, 0)


def test_a_running_call_can_be_reached_from_the_desk_and_listened_to_until_its_end() -> None:
    async def scenario() -> Switchboard:
        board = Switchboard()
        board.wire.arrives(start_message())
        await asyncio.sleep(0.1)
        (call,) = board.desk.calls()
        assert board.desk.get(call.call_id) is call
        async with call.listen() as heard:
            for frame in range(50):
                board.wire.arrives(media(frame * 20))
                await asyncio.sleep(0.02)
            blocks = [heard.get_nowait() for _ in range(heard.qsize())]
        assert len(blocks) >= 20 and max(float(block.agent.max()) for block in blocks) == pytest.approx(0.1, abs=0.01)
        await call.take_over(Operator("u1", "佐藤"))
        board.wire.arrives(STOP)
        await board.session
        assert board.desk.get(call.call_id) is None
        with pytest.raises(DeskError, match="終わりました"):
            await call.say(Operator("u1", "佐藤"), "もしもし。")
        return board

    board = run_virtually(scenario())
    assert board.records.closed is not None and board.records.closed.outcome == "hand_over"


def test_a_caller_who_hangs_up_is_who_ended_the_call() -> None:
    async def scenario() -> EndedBy | None:
        board = Switchboard()
        board.wire.arrives(start_message(), STOP)
        return await board.ended_by()

    assert run_virtually(scenario()) is EndedBy.CALLER


def test_a_socket_that_drops_in_mid_call_counts_as_hanging_up() -> None:
    async def scenario() -> EndedBy | None:
        board = Switchboard()
        board.wire.arrives(start_message())
        await asyncio.sleep(2.0)
        board.wire.drops()
        ended = await board.ended_by()
        assert board.ear.closed
        return ended

    assert run_virtually(scenario()) is EndedBy.CALLER


def test_the_callers_sound_reaches_the_ear_at_sixteen_kilohertz() -> None:
    async def scenario() -> float:
        board = Switchboard()
        board.wire.arrives(start_message())
        for frame in range(50):
            board.wire.arrives(media(frame * 20))
            await asyncio.sleep(0.02)
        board.wire.arrives(STOP)
        await board.session
        return board.ear.fed_ms()

    assert run_virtually(scenario()) == pytest.approx(1_000, abs=50)


def test_a_line_that_stalls_is_filled_with_silence_so_that_the_ear_goes_on() -> None:
    async def scenario() -> tuple[float, float, bool]:
        board = Switchboard()
        board.wire.arrives(start_message())
        for frame in range(25):
            board.wire.arrives(media(frame * 20))
            await asyncio.sleep(0.02)
        await asyncio.sleep(2.5)
        fed_ms, silent = board.ear.fed_ms(), all(not samples.any() for at, samples in board.ear.fed if at > 0.8)
        now_ms = asyncio.get_running_loop().time() * 1000
        board.wire.arrives(STOP)
        await board.session
        return fed_ms, now_ms, silent

    fed_ms, now_ms, silent = run_virtually(scenario())
    assert now_ms - 450 <= fed_ms <= now_ms
    assert silent


def test_fifty_wire_errors_end_the_call() -> None:
    async def scenario() -> Switchboard:
        board = Switchboard()
        board.wire.arrives(start_message(), *[GARBAGE] * 50)
        assert await board.ended_by() is EndedBy.ERROR
        return board

    board = run_virtually(scenario())
    assert board.records.events.count("wire_error") == 50


def test_forty_nine_wire_errors_do_not() -> None:
    async def scenario() -> EndedBy | None:
        board = Switchboard()
        board.wire.arrives(start_message(), *[GARBAGE] * 49)
        await asyncio.sleep(1.0)
        assert not board.session.done()
        board.wire.arrives(STOP)
        return await board.ended_by()

    assert run_virtually(scenario()) is EndedBy.CALLER


def test_a_socket_on_which_nothing_arrives_for_half_a_minute_is_dead() -> None:
    async def scenario() -> tuple[EndedBy | None, float]:
        board = Switchboard()
        board.wire.arrives(start_message())
        ended = await board.ended_by()
        return ended, asyncio.get_running_loop().time()

    ended, after_s = run_virtually(scenario())
    assert ended is EndedBy.ERROR
    assert after_s == pytest.approx(30.0, abs=1.0)


def test_a_mind_that_cannot_even_open_fails_the_call_and_closes_it() -> None:
    class Speechless(AgreedMind):
        async def open(self) -> Reply:
            raise RuntimeError("no words")

    async def scenario() -> Switchboard:
        board = Switchboard()
        board.mind = Speechless([])
        board.wire.arrives(start_message())
        assert await board.ended_by() is EndedBy.ERROR
        return board

    board = run_virtually(scenario())
    assert board.records.closed is not None
    assert board.records.closed.outcome == "failed"
    assert len(board.live) == 0


def test_after_a_talk_a_summary_is_drafted_from_what_both_have_said() -> None:
    seen: list[Sequence[str]] = []

    async def summarise(call_id: str, lines: Sequence[str]) -> dict[str, Any]:
        seen.append(tuple(lines))
        return {"topic": "料金"}

    async def scenario() -> Switchboard:
        board = Switchboard(answer("990円です。"), summarise=summarise)
        board.wire.arrives(start_message())
        await asyncio.sleep(4.0)
        board.ear.says(utterance("料金は。", 4_000.0))
        await asyncio.sleep(4.0)
        board.wire.arrives(STOP)
        await board.session
        return board

    board = run_virtually(scenario())
    assert seen[0][1:] == ("お客様: 料金は。", "受付: 990円です。")
    assert list(board.records.summaries.values()) == [{"topic": "料金"}]


def test_a_call_in_which_nobody_spoke_is_not_summarised() -> None:
    async def summarise(call_id: str, lines: Sequence[str]) -> dict[str, Any]:
        raise AssertionError("nothing to summarise")

    async def scenario() -> dict[str, Any]:
        board = Switchboard(summarise=summarise)
        board.wire.arrives(start_message())
        await asyncio.sleep(4.0)
        board.wire.arrives(STOP)
        await board.session
        return board.records.summaries

    assert run_virtually(scenario()) == {}


@settings(max_examples=60, deadline=None)
@given(after_ms=st.integers(0, 8_000), how=st.sampled_from(["stop", "drop", "cancel"]), speaks=st.booleans())
def test_wherever_the_line_ends_the_call_is_closed_and_no_task_is_left(after_ms: int, how: str, speaks: bool) -> None:
    async def scenario() -> tuple[Switchboard, set[asyncio.Task[Any]]]:
        board = Switchboard(answer("料金は月額990円でございます。"))
        board.wire.arrives(start_message())
        if speaks:
            await asyncio.sleep(3.0)
            board.ear.says(utterance("料金は。", 3_000.0))
        await asyncio.sleep(after_ms / 1000)
        if how == "cancel":
            await asyncio.sleep(0.01)
            board.session.cancel()
        elif how == "drop":
            board.wire.drops()
        else:
            board.wire.arrives(STOP)
        await asyncio.gather(board.session, return_exceptions=True)
        return board, other_tasks()

    board, left = run_virtually(scenario())
    assert left == set()
    assert board.records.closed is not None
    assert len(board.live) == 0
