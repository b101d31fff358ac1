"""The stage for calls on the virtual clock: a far side that plays what it is sent, agreed words, records in memory.

SQLite works on a thread of its own, which a clock that jumps cannot wait for; so the real `CallLog` writes to memory.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dialogue.escalation.note import NoteMaterial, write_note
from dialogue.evidence import Evidence
from dialogue.handing_over import HandOver, Promise
from dialogue.hints import Hint
from dialogue.state import ConversationState, Decision
from dialogue.turns import Act, After, CallerTurn, Reply, TurnKind
from dialogue.wording import LineWording
from records.call_log import CallLog
from records.calls import CallBatch
from records.models import CallClosed, CallOpened, EndedBy, EscalationRecord, KpiEvent, TurnRecord
from telephony.call import Call, People
from telephony.call_types import CallRules, Inbound
from telephony.clock import CallClock
from telephony.desk import OperatedCall
from telephony.events import CallEvent, EventKind
from telephony.journal import CallJournal
from telephony.live import LiveCall, LiveCalls
from telephony.monitor import Monitor
from telephony.playout import Playout
from telephony.protocols.line import MarkReached, Message
from telephony.protocols.twilio import TwilioProtocol
from telephony.waiting import LeftHow, Waiting
from tests.telephony.test_twilio_protocol import start_message
from voice.audio.pcm import Samples
from voice.ear_events import EarEvent, UtteranceHeard, WordsGuessed
from voice.recognition.recognizer import Transcript
from voice.turn.expectation import Expectation

RATE_HZ = 8_000
MS_A_CHARACTER = 100
GREETING = Reply(("お電話ありがとうございます。", "どうぞ。"), Act.GREET, Evidence("opening"), interruptible=False)
GREETING_MS = len(GREETING.text) * MS_A_CHARACTER


@dataclass(frozen=True)
class Sentence:
    text: str
    samples: Samples


@dataclass
class EvenVoice:
    """A voice that needs the same time for every character; with `broken` it says nothing at all."""

    takes_s: float = 0.0
    broken: bool = False
    prepared: list[str] = field(default_factory=list)

    async def speak(
        self, sentences: Sequence[str], speed: float = 1.0, rate_hz: int = RATE_HZ
    ) -> AsyncIterator[Sentence]:
        for text in sentences:
            await asyncio.sleep(self.takes_s)
            if self.broken:
                raise RuntimeError("no voice")
            yield Sentence(text, np.full(len(text) * MS_A_CHARACTER * rate_hz // 1000, 0.1, dtype=np.float32))

    async def prepare(self, sentence: str, speed: float) -> None:
        self.prepared.append(sentence)
        await asyncio.sleep(self.takes_s)


@dataclass
class AgreedMind:
    """A conversation that gives the agreed answers in turn, the last one for ever, each after `takes_s`."""

    answers: list[Reply | Exception]
    takes_s: float = 0.05
    asked: list[CallerTurn] = field(default_factory=list)
    committed: list[str] = field(default_factory=list)
    taken_up: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    tools_run: int = 0
    open_now: bool = True
    hints: list[Hint] = field(default_factory=list)
    line: LineWording = LineWording()

    async def open(self) -> Reply:
        return GREETING

    async def decide(self, turn: CallerTurn) -> Decision:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(turn)
        await asyncio.sleep(self.takes_s)
        if isinstance(answer, Exception):
            raise answer
        return Decision(answer, ConversationState())

    def promise(self) -> Promise:
        return Promise(("折り返しお電話を差し上げます。",), "callback_booked" if self.open_now else "out_of_hours")

    def opening_notice(self) -> tuple[str, ...]:
        return ("みなと通信でございます。", "通話を録音しております。")

    def overheard(self, text: str, *, by_agent: bool) -> None:
        self.history.append(text)

    async def look_up(self, words: str, by: str) -> Hint | None:
        """It knows one entry."""
        return Hint(by, "料金プランの変更", entry_id="plan-change") if "料金" in words else None

    def whisper(self, hint: Hint) -> None:
        self.hints.append(hint)

    async def go_on(self, hint: Hint | None, lead: str, otherwise: str) -> Decision:
        return Decision(answer(lead, hint.title if hint is not None else otherwise), ConversationState())

    def hand_over(self, caller_number: str = "") -> HandOver:
        """A note made of nothing but what the rules' own note says."""
        return HandOver("requested", "", 3, write_note(NoteMaterial(history=[])))

    async def run_tool(self) -> Decision:
        """Takes two seconds, and is counted when it came to its end."""
        await asyncio.sleep(2.0)
        self.tools_run += 1
        return Decision(answer("ご予約を承りました。"), ConversationState())

    def commit(self, decision: Decision) -> None:
        self.committed.append(decision.reply.text)

    def take_up(self, decision: Decision) -> None:
        self.taken_up.append(decision.reply.text)

    def heard(self, text: str) -> None:
        self.history.append(text)

    def texts(self) -> list[str]:
        return [turn.text for turn in self.asked if turn.kind is TurnKind.SPEECH]

    def silences(self) -> int:
        return sum(turn.kind is TurnKind.SILENCE for turn in self.asked)

    def keys(self) -> list[str]:
        return [turn.digits for turn in self.asked if turn.kind is TurnKind.KEYPAD]


@dataclass
class TellingEar:
    """What the call tells its ear; `hears_speech` and what a second hearing finds (`again`) are set by the test."""

    hears_speech: bool = False
    again: str | None = None
    judging: bool = False
    expectation: Expectation = Expectation.FREE

    def judge_overlap(self, on: bool) -> None:
        self.judging = on

    def expect(self, expectation: Expectation) -> None:
        self.expectation = expectation

    async def hear_again(self, heard: UtteranceHeard) -> Transcript | None:
        await asyncio.sleep(0.1)
        return None if self.again is None else replace(heard.transcript, text=self.again)


@dataclass
class MemoryRecords:
    """Where a `CallLog` writes; `calls` is itself, as a repository would be."""

    batches: list[CallBatch] = field(default_factory=list)
    summaries: dict[str, Any] = field(default_factory=dict)

    @property
    def calls(self) -> MemoryRecords:
        return self

    async def write(self, call_id: str, batch: CallBatch) -> None:
        self.batches.append(batch)

    async def set_summary(self, call_id: str, summary: dict[str, Any]) -> None:
        self.summaries[call_id] = summary

    def own(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return asyncio.create_task(work, name=name)

    @property
    def turns(self) -> list[TurnRecord]:
        latest = {turn.index: turn for batch in self.batches for turn in batch.turns}
        return [latest[index] for index in sorted(latest)]

    @property
    def escalations(self) -> list[EscalationRecord]:
        return [each for batch in self.batches for each in batch.escalations]

    @property
    def events(self) -> list[str]:
        return [event.kind for batch in self.batches for event in batch.events]

    @property
    def closed(self) -> CallClosed | None:
        return next((batch.closed for batch in self.batches if batch.closed is not None), None)


@dataclass
class AgreedRoom:
    """A waiting room that takes callers while it is `free`, each after `takes_s`; `broken` it raises."""

    free: bool = True
    takes_s: float = 0.05
    broken: bool = False
    entered: list[Waiting] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    async def enter(self, waiting: Waiting) -> bool:
        await asyncio.sleep(self.takes_s)
        if self.broken:
            raise RuntimeError("no room")
        if self.free:
            self.entered.append(waiting)
        return self.free

    async def leave(self, call_id: str, how: LeftHow) -> None:
        self.left.append(how)


@dataclass
class WordlessEar:
    """An operator's ear: keeps what it is fed; `says` lets it hear words."""

    says: Callable[[EarEvent], None]
    fed: list[Samples] = field(default_factory=list)
    closed: bool = False

    def feed(self, samples: Samples) -> None:
        self.fed.append(samples)

    def fed_ms(self) -> float:
        return sum(len(samples) for samples in self.fed) / 16.0

    async def close(self) -> None:
        self.closed = True


class FarSide:
    """The carrier: plays what comes in order, sends marks back as they are reached, all of them after a clear."""

    def __init__(self, clock: CallClock, reached: Callable[[MarkReached], None]) -> None:
        self._clock = clock
        self._reached = reached
        self._end_ms = 0.0
        self._pending: dict[str, asyncio.TimerHandle] = {}
        self.clears: list[float] = []
        self.audible_ms = 0.0

    async def send(self, message: Message) -> None:
        body = json.loads(message)
        now_ms = self._clock.now_ms()
        if body["event"] == "media":
            self._end_ms = max(self._end_ms, now_ms) + 20.0
        elif body["event"] == "mark":
            name = str(body["mark"]["name"])
            wait_s = max(self._end_ms - now_ms, 0.0) / 1000
            self._pending[name] = asyncio.get_running_loop().call_later(wait_s, self._mark, name)
        elif body["event"] == "clear":
            self.clears.append(now_ms)
            self._end_ms = now_ms
            for name, handle in list(self._pending.items()):
                handle.cancel()
                self._mark(name)

    def _mark(self, name: str) -> None:
        self._pending.pop(name, None)
        self._reached(MarkReached(name))


@dataclass
class SpokenTrack:
    """What the agent said, and when it began; `overlaps` is what began while something else was being said."""

    said: list[tuple[str, float]] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    until_ms: float = 0.0
    written: list[tuple[float, Samples]] = field(default_factory=list)

    def write_agent(self, at_ms: float, samples: Samples) -> None:
        self.written.append((at_ms, samples))

    def between(self, from_ms: float, to_ms: float) -> Samples:
        """What was written for a stretch of time."""
        pieces = [samples for at_ms, samples in self.written if from_ms <= at_ms < to_ms]
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)

    def say(self, text: str, start_ms: float, end_ms: float) -> None:
        if start_ms < self.until_ms - 1.0:
            self.overlaps.append(text)
        self.said.append((text, start_ms))
        self.until_ms = end_ms

    def truncate_agent(self, at_ms: float) -> None:
        self.until_ms = min(self.until_ms, at_ms)


class Stage:
    """One call with everything around it, begun at once; `ended_by` waits for its end."""

    def __init__(
        self,
        *answers: Reply | Exception,
        rules: CallRules = CallRules(),
        takes_s: float = 0.05,
        voice: EvenVoice | None = None,
        room: AgreedRoom | None = None,
        ai_off: Callable[[], str | None] = lambda: None,
    ) -> None:
        loop = asyncio.get_running_loop()
        clock = CallClock(loop.time)
        opened = CallOpened(line="twilio", caller_number="09012345678", called_number="0312345678")
        self.records = MemoryRecords()
        self.log = CallLog(self.records, opened)
        live = LiveCalls()
        live.open(LiveCall(opened.id, "twilio", "09012345678", "0312345678", ""))
        self.live = live.snapshot()[0]
        self.clock = clock
        self.mind = AgreedMind(list(answers) or [answer("はい、承りました。")], takes_s)
        self.voice = voice or EvenVoice()
        self.ear = TellingEar()
        self.track = SpokenTrack()
        self.far = FarSide(clock, self.post)
        protocol = TwilioProtocol()
        protocol.decode(start_message())
        playout = Playout(protocol, self.far.send, clock, self.track)
        journal = CallJournal(opened.id, clock, live, self.log)
        self.operator_ears: list[WordlessEar] = []
        people = People(opened.id, RATE_HZ, room, self._new_operator_ear, ai_off)
        self.call = Call(self.mind, self.voice, playout, journal, clock, rules, opened.caller_number, people)
        self.call.listen_with(self.ear)
        self.desk = OperatedCall(opened.id, self.call.attendance, Monitor(RATE_HZ), self.call.post)
        self.running = asyncio.create_task(self.call.run())

    def _new_operator_ear(self, on_event: Callable[[EarEvent], None]) -> WordlessEar:
        self.operator_ears.append(WordlessEar(on_event))
        return self.operator_ears[-1]

    def kpis(self, kind: KpiEvent) -> list[dict[str, Any]]:
        """The figures' events of one kind; they are written once the call has ended."""
        return [e.data for batch in self.records.batches for e in batch.events if e.kind == kind.value]

    def outcomes(self) -> list[str]:
        """How each request for a person ended."""
        latest = {each.id: each.outcome.value for each in self.records.escalations}
        return list(latest.values())

    def post(self, item: Inbound) -> None:
        self.call.post(item)

    def says(self, text: str) -> None:
        """The caller's turn is over, and was understood, just now."""
        self.post(utterance(text, self.clock.now_ms()))

    def seems_to_say(self, text: str) -> None:
        """The caller pauses after `text`, which may or may not be all."""
        now_ms = self.clock.now_ms()
        self.post(WordsGuessed(text, utterance(text, now_ms).transcript, now_ms))

    async def after_greeting(self) -> None:
        await self.until_ms(GREETING_MS + 50)

    async def until_ms(self, at_ms: float) -> None:
        await asyncio.sleep(max(0.0, at_ms - self.clock.now_ms()) / 1000)

    async def ended_by(self) -> EndedBy:
        """Who ended the call; the log is finished."""
        ended_by = await self.running
        await self.log.finish(CallClosed(ended_by, "answered"))
        return ended_by

    async def hang_up(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.log.finish(CallClosed(EndedBy.CALLER, "answered"))

    def events(self, kind: EventKind) -> list[CallEvent]:
        return [event for event in self.live.events if event.kind is kind]

    def states(self) -> list[str]:
        return [str(event.data["state"]) for event in self.events(EventKind.STATE)]

    def said(self) -> list[str]:
        return [text for text, _ in self.track.said]

    def began_ms(self, text: str) -> float:
        return next(at for said, at in self.track.said if said == text)


def answer(*sentences: str, act: Act = Act.ANSWER, after: After = After.LISTEN, **more: Any) -> Reply:
    return Reply(sentences, act, Evidence(act.value), after, **more)


def utterance(text: str, now_ms: float, length_ms: float = 800.0) -> UtteranceHeard:
    """`text`, whose last sound was 350 ms ago."""
    speech_end = now_ms - 350.0
    return UtteranceHeard(
        text=text,
        transcript=Transcript(text, 0.9, 0.01, length_ms, 200.0, engine="agreed"),
        started_ms=speech_end - length_ms,
        speech_end_ms=speech_end,
        decided_ms=now_ms - 20.0,
        ready_ms=now_ms,
        endpoint_reason="agreed",
        endpoint_probability=0.95,
        smart_turn=0.99,
        speculative=True,
    )


def other_tasks() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}
