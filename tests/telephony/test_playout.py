from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np

from telephony.clock import CallClock
from telephony.playout import LEAD_MS, Played, Playout
from telephony.protocols.line import Message
from telephony.protocols.twilio import TwilioProtocol
from tests.telephony.test_twilio_protocol import start_message
from tests.virtual_time import run_virtually
from voice.audio.pcm import Samples


@dataclass(frozen=True)
class Sentence:
    text: str
    samples: Samples


class Track:
    def __init__(self) -> None:
        self.written_ms = 0.0
        self.truncated_at: float | None = None

    def write_agent(self, at_ms: float, samples: Samples) -> None:
        self.written_ms = at_ms + len(samples) / 8

    def say(self, text: str, start_ms: float, end_ms: float) -> None:
        pass

    def truncate_agent(self, at_ms: float) -> None:
        self.truncated_at = at_ms


class Wire:
    """The far side on the virtual clock: notes when each message was sent."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.clock = CallClock(loop.time)
        self.messages: list[tuple[float, dict[str, object]]] = []
        protocol = TwilioProtocol()
        protocol.decode(start_message())
        self.track = Track()
        self.playout = Playout(protocol, self.send, self.clock, self.track)

    async def send(self, message: Message) -> None:
        self.messages.append((self.clock.now_ms(), json.loads(message)))

    def times(self, event: str) -> list[float]:
        return [at for at, message in self.messages if message["event"] == event]


async def sentences(*parts: tuple[str, float]) -> AsyncIterator[Sentence]:
    for text, seconds in parts:
        yield Sentence(text, np.full(round(seconds * 8000), 0.1, dtype=np.float32))


def confirm_marks(wire: Wire, after_ms: float) -> asyncio.Task[None]:
    async def confirm() -> None:
        seen = 0
        while True:
            marks = [m for _, m in wire.messages if m["event"] == "mark"]
            for message in marks[seen:]:
                await asyncio.sleep(after_ms / 1000)
                wire.playout.mark_reached(str(message["mark"]["name"]))  # type: ignore[index]
            seen = len(marks)
            await asyncio.sleep(0.01)

    return asyncio.create_task(confirm())


def test_audio_is_never_sent_further_ahead_than_the_lead() -> None:
    async def scenario() -> list[float]:
        wire = Wire()
        await wire.playout.play(sentences(("こんにちは。", 2.0)))
        return wire.times("media")

    times = run_virtually(scenario())
    assert len(times) == 100
    assert all(index * 20 - at <= LEAD_MS + 1 for index, at in enumerate(times))


def test_a_whole_utterance_is_played_once_its_last_mark_has_come_back() -> None:
    async def scenario() -> tuple[Played, float]:
        wire = Wire()
        helper = confirm_marks(wire, after_ms=220)
        played = await wire.playout.play(sentences(("一つ目。", 1.0), ("二つ目。", 1.0)))
        helper.cancel()
        return played, wire.clock.now_ms()

    played, ended_ms = run_virtually(scenario())
    assert played.heard_text == "一つ目。二つ目。"
    assert not played.interrupted
    assert 1_900 <= ended_ms <= 2_400


def test_a_far_side_that_returns_no_marks_does_not_hold_the_call() -> None:
    async def scenario() -> tuple[Played, float]:
        wire = Wire()
        played = await wire.playout.play(sentences(("はい。", 1.0)))
        return played, wire.clock.now_ms()

    played, ended_ms = run_virtually(scenario())
    assert played.heard_text == "はい。"
    assert 1_000 <= ended_ms <= 3_000


def test_stopping_clears_the_far_side_and_remembers_only_what_was_heard() -> None:
    async def scenario() -> tuple[Played, Wire]:
        wire = Wire()
        playing = asyncio.create_task(wire.playout.play(sentences(("あいうえおかきくけこ", 1.0), ("さしすせそ", 1.0))))
        await asyncio.sleep(0.5)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        return await wire.playout.stop(), wire

    played, wire = run_virtually(scenario())
    assert played.interrupted
    assert played.heard_text == "あいうえお"
    assert wire.messages[-1][1]["event"] == "clear"
    assert wire.track.truncated_at == 500.0


def test_after_a_stop_the_next_utterance_is_audible_at_once() -> None:
    async def scenario() -> tuple[float, float]:
        wire = Wire()
        playing = asyncio.create_task(wire.playout.play(sentences(("長い話。", 5.0))))
        await asyncio.sleep(1.0)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await wire.playout.stop()
        audible: list[float] = []
        await wire.playout.play(sentences(("次。", 0.2)), on_first_audio=audible.append)
        return audible[0], 1_000.0

    audible_ms, stopped_ms = run_virtually(scenario())
    assert audible_ms == stopped_ms


def test_the_end_of_what_is_sent_is_told_before_it_is_heard() -> None:
    async def scenario() -> tuple[float, float]:
        wire = Wire()
        told: list[tuple[float, float]] = []
        await wire.playout.play(
            sentences(("はい。", 1.0)), on_sent=lambda end_ms: told.append((wire.clock.now_ms(), end_ms))
        )
        return told[0]

    told_at, end_ms = run_virtually(scenario())
    assert end_ms == 1_000.0
    assert 700 <= told_at <= 900
