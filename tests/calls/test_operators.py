"""People in whole calls: over the wire, in real time, with the real ear and the real voice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
import uvicorn

from bench.agent_process import free_port
from bench.callers import CallerVoice
from records.models import CallDetail
from telephony.caller.carrier import CallTarget, CarrierSide
from telephony.desk import OperatedCall, Operator
from telephony.events import CallEvent, EventKind
from telephony.server import LineAccess, create_line_app
from telephony.services import CallServices
from telephony.twilio_routes import TwilioAccess
from telephony.waiting import LeftHow, Waiting
from tests.calls.hours import always_open
from tests.calls.likeness import reads_alike, sounds_alike
from uketsuke.parts import Parts, build_parts
from uketsuke.settings import CompanySettings, LanguageModelSettings, RecordSettings, Settings
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample
from voice.audio.wav import read_wav
from voice.recognition.recognizer import RecognitionOptions

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
SATO = Operator("u1", "佐藤")
TYPED = "お電話代わりました、担当の佐藤でございます。ご住所の変更ですね。"
SPOKEN = "ご住所の変更を承りました"
READ_ALIKE, SOUND_ALIKE = 0.4, 0.7


@dataclass
class FreeRoom:
    """Somebody can always come."""

    entered: list[Waiting] = field(default_factory=list)
    left: list[LeftHow] = field(default_factory=list)

    async def enter(self, waiting: Waiting) -> bool:
        self.entered.append(waiting)
        return True

    async def leave(self, call_id: str, how: LeftHow) -> None:
        self.left.append(how)


@dataclass
class Office:
    """The agent with its desk and its waiting room, in this process."""

    parts: Parts
    services: CallServices
    room: FreeRoom
    media_url: str

    def words_in(self, samples: Samples, rate_hz: int) -> str:
        """What the recogniser hears in a recording."""
        at_16k = resample(np.ascontiguousarray(samples, dtype=np.float32), rate_hz, RATE_HZ)
        return self.parts.ears.recognizer.transcribe(at_16k, RecognitionOptions()).text

    async def record(self, call_id: str) -> CallDetail:
        """The call's record, once it is closed."""
        for _ in range(200):
            detail = await self.parts.records.calls.get(call_id)
            if detail is not None and detail.row.ended_at is not None:
                return detail
            await asyncio.sleep(0.05)
        pytest.fail("the call's record was not closed")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    settings = Settings(
        records=RecordSettings(folder=folder / "data"),
        company=CompanySettings(folder=always_open(folder / "company")),
        llm=LanguageModelSettings(kind="off"),
    )
    async with build_parts(settings) as parts:
        await asyncio.to_thread(parts.ears.warm_up)
        room, port = FreeRoom(), free_port()
        services = replace(parts.services(), waiting_room=room)
        app = create_line_app(services, LineAccess(TwilioAccess("", "")), time.time)
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, ws_per_message_deflate=False))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        yield Office(parts, services, room, f"ws://127.0.0.1:{port}/twilio/media")
        server.should_exit = True
        await serving


class Talk:
    """One call: the caller's telephone, the desk's view of it, and its events."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.carrier = CarrierSide(CallTarget(office.media_url))
        self.events: list[CallEvent] = []
        self._following: asyncio.Task[None] | None = None
        self.call_id = ""

    async def __aenter__(self) -> Talk:
        ready = asyncio.Event()
        self._following = asyncio.create_task(self._follow(ready))
        await ready.wait()
        await self.carrier.__aenter__()
        await self.until(lambda: bool(self.call_id), 10)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.carrier.__aexit__(None, None, None)
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self, ready: asyncio.Event) -> None:
        async with self._office.parts.live.subscribe() as queue:
            ready.set()
            while True:
                event = await queue.get()
                if event.kind is EventKind.STARTED and event.data["external_id"] == self.carrier.call_sid:
                    self.call_id = event.call_id
                if event.call_id == self.call_id:
                    self.events.append(event)

    @property
    def desk(self) -> OperatedCall:
        call = self._office.services.desk.get(self.call_id)
        assert call is not None
        return call

    def of_kind(self, kind: EventKind) -> list[dict[str, Any]]:
        return [event.data for event in self.events if event.kind is kind]

    async def until(self, happens: Callable[[], bool], within_s: float) -> None:
        try:
            async with asyncio.timeout(within_s):
                while not happens():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"not within {within_s} s; last: {[(e.kind.value, e.data) for e in self.events[-6:]]}")

    async def quiet(self) -> None:
        """The agent's words have been played."""
        await asyncio.sleep(0.3)
        await self.until(lambda: not self.carrier.agent_is_audible, 60)


async def speak(feed: Callable[[Samples], None], samples: Samples) -> None:
    """As a browser sends a microphone: 16 kHz, 128 samples at a time, in real time."""
    began = asyncio.get_running_loop().time()
    for at in range(0, len(samples), 128):
        feed(samples[at : at + 128])
        wait_s = began + (at + 128) / RATE_HZ - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, wait_s))


async def test_typed_words_reach_the_caller_and_the_recording_in_the_agents_voice(
    office: Office, caller: CallerVoice
) -> None:
    async with Talk(office) as talk:
        await talk.until(lambda: talk.carrier.agent_is_audible, 10)
        await talk.desk.take_over(SATO)
        await talk.quiet()
        await talk.desk.say(SATO, TYPED)
        await talk.until(lambda: talk.carrier.agent_is_audible, 5)
        await talk.quiet()
        talk.carrier.say(caller.say("引っ越しをしました"))
        await talk.until(lambda: bool(talk.of_kind(EventKind.HEARD)), 15)
        await talk.carrier.hang_up()
        record = await office.record(talk.call_id)
    assert [decided["act"] for decided in talk.of_kind(EventKind.DECIDED)] == ["greet"]
    turns = [(turn.speaker.value, turn.kind, turn.heard_text or turn.text) for turn in record.turns]
    assert ("operator", "typed", TYPED) in turns
    assert any(speaker == "caller" and "引っ越し" in text for speaker, _, text in turns)
    wav = read_wav(record.recordings[0].path.read_bytes())
    operator = next(turn for turn in record.turns if turn.speaker.value == "operator")
    channel = wav.channels[1][operator.started_ms * 8 : (operator.ended_ms or 0) * 8]
    assert reads_alike(office.words_in(channel, 8_000), TYPED) > READ_ALIKE
    segments = "".join(segment.text for segment in record.recordings[0].ai_segments)
    assert "ご住所の変更ですね" in segments


async def test_the_operators_own_voice_reaches_the_caller_the_recording_and_the_transcript(
    office: Office, caller: CallerVoice
) -> None:
    sound = caller.say(SPOKEN)
    words = resample(sound, 8_000, RATE_HZ)
    async with Talk(office) as talk:
        await talk.until(lambda: talk.carrier.agent_is_audible, 10)
        await talk.desk.take_over(SATO)
        await talk.quiet()
        microphone = talk.desk.microphone(SATO)
        began_ms = talk.carrier.now_ms
        async with talk.desk.listen() as heard:
            await speak(microphone.feed, words)
            agent_side = np.concatenate([heard.get_nowait().agent for _ in range(heard.qsize())])
        ended_ms = talk.carrier.now_ms
        await talk.until(lambda: bool(talk.of_kind(EventKind.OPERATOR_SAID)), 15)
        microphone.close()
        at_the_ear = talk.carrier.agent.read(began_ms, int((ended_ms - began_ms + 300) * 8))
        await talk.desk.end(SATO)
        await talk.until(talk.carrier.closed.is_set, 10)
        record = await office.record(talk.call_id)
    said = talk.of_kind(EventKind.OPERATOR_SAID)[0]
    assert said["how"] == "voice" and reads_alike(said["text"], SPOKEN) > READ_ALIKE
    assert np.abs(agent_side).max() > 0.05
    assert sounds_alike(at_the_ear, sound, 8_000) > SOUND_ALIKE
    turn = next(turn for turn in record.turns if turn.speaker.value == "operator")
    assert turn.kind == "voice" and record.row.ended_by is not None and record.row.ended_by.value == "operator"
    channel = read_wav(record.recordings[0].path.read_bytes()).channels[1]
    stretch = channel[max(0, turn.started_ms - 500) * 8 : ((turn.ended_ms or 0) + 500) * 8]
    assert sounds_alike(stretch, sound, 8_000) > SOUND_ALIKE
    segments = record.recordings[0].ai_segments
    assert all(segment.end_ms <= turn.started_ms or segment.start_ms >= (turn.ended_ms or 0) for segment in segments)


async def test_a_caller_who_hangs_up_while_waiting_has_abandoned_the_wait(office: Office) -> None:
    async with Talk(office) as talk:
        await talk.until(lambda: talk.carrier.agent_is_audible, 10)
        await talk.carrier.press("0")
        await talk.until(lambda: bool(talk.of_kind(EventKind.QUEUED)), 10)
        await talk.until(lambda: any(e["state"] == "holding" for e in talk.of_kind(EventKind.STATE)), 30)
        await asyncio.sleep(3.0)
        assert talk.desk.waits and talk.carrier.agent_is_audible
        await talk.carrier.hang_up()
        record = await office.record(talk.call_id)
    assert [escalation.outcome.value for escalation in record.escalations] == ["abandoned"]
    assert office.room.entered[-1].call_id == record.row.id and office.room.left[-1] == "abandoned"
    assert "esc_abandoned" in [event.kind for event in record.events]


async def test_a_call_given_back_with_a_task_goes_on_with_the_agent(office: Office, caller: CallerVoice) -> None:
    async with Talk(office) as talk:
        await talk.until(lambda: talk.carrier.agent_is_audible, 10)
        await talk.desk.take_over(SATO)
        assert await talk.desk.hand_back(SATO, "plan-change")
        await talk.until(lambda: bool(talk.of_kind(EventKind.SPOKEN)[1:]), 60)
        spoken = talk.of_kind(EventKind.SPOKEN)[1]["heard_text"]
        talk.carrier.say(caller.say("いいえ、大丈夫です"))
        await talk.until(lambda: bool(talk.of_kind(EventKind.DECIDED)[2:]), 30)
        await talk.carrier.hang_up()
        record = await office.record(talk.call_id)
    assert spoken.startswith("お電話を自動音声に戻します。料金プランは、マイみなと")
    assert talk.of_kind(EventKind.DECIDED)[1]["evidence"]["whispered_by"] == "佐藤"
    assert record.row.outcome == "hand_over"
