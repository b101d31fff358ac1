"""A person handles the call: types and the caller hears it, speaks, puts the caller on hold, warns, ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from dialogue.manager import Conversation
from records.models import EndedBy, KpiEvent
from telephony.call_types import Inbound, OperatorHeard, PlaybackEnded, Timer
from telephony.desk_phrases import HOLD, STILL_ON_HOLD
from telephony.events import EventKind
from telephony.floor import Floor
from telephony.hold_sound import HoldSound
from telephony.microphone import Microphone, OperatorEar
from telephony.minutes import OperatorWords
from telephony.overhearing import Overhearing
from telephony.playout import Played
from telephony.states import CallState
from voice.audio.pcm import Samples
from voice.ear_events import EarEvent, PartialHeard, UtteranceHeard
from voice.tts.sentences import split_sentences

TYPED: Final = "typed"
VOICE: Final = "voice"
SCRIPT: Final = "script"
SHORTEST_HEAD: Final = 6
LONGEST_HEAD: Final = 20
"""A first sentence of more characters is cut, where it can be."""


@dataclass(frozen=True)
class Operator:
    """A person at the desk: who they are for the records, and what they are called."""

    id: str
    name: str


@dataclass
class _Words:
    """Something to be said in the agent's voice for the operator."""

    kind: str
    sentences: tuple[str, ...]
    asked_ms: float
    number: int
    first_audio_ms: float | None = field(default=None)

    @property
    def text(self) -> str:
        return "".join(self.sentences)


class OperatorSide:
    """One person's talk with the caller, as a `Party`. `new_ear` makes what understands the operator's own voice."""

    def __init__(
        self,
        who: Operator,
        floor: Floor,
        conversation: Conversation,
        sound: HoldSound,
        new_ear: Callable[[Callable[[EarEvent], None]], OperatorEar],
        rate_hz: int,
    ) -> None:
        self.who = who
        self._floor = floor
        self._conversation = conversation
        self._sound = sound
        self._new_ear = new_ear
        self._rate_hz = rate_hz
        self._overhearing = Overhearing(floor, conversation)
        self._waiting: deque[_Words] = deque()
        self._saying: _Words | None = None
        self._microphones: list[Microphone] = []
        self._held_from_ms: float | None = None
        self._then: Callable[[], Awaitable[None]] | None = None
        self._said_anything = False

    @property
    def on_hold(self) -> bool:
        """Whether the caller hears music."""
        return self._held_from_ms is not None

    def begin(self) -> None:
        """The person is there."""
        self._floor.go(CallState.WITH_OPERATOR)
        self._floor.hear_everything()
        self._floor.timers.arm(Timer.MAX_CALL, self._floor.rules.max_talk_ms)
        self._floor.journal.kpi(KpiEvent.OP_TALK_START, by=self.who.name, user=self.who.id)
        self.tell("joined")

    async def say(self, text: str) -> None:
        """Say what was typed in the agent's voice, after what is being said already."""
        first, *rest = split_sentences(text)
        await self.say_all((*_head_first(first), *rest), TYPED)

    async def say_all(self, sentences: tuple[str, ...], kind: str) -> None:
        """Say whole sentences as they are."""
        words = _Words(kind, sentences, self._floor.clock.now_ms(), self._floor.next_turn())
        self._waiting.append(words)
        await self._say_next()

    @property
    def words_waiting(self) -> int:
        """How many texts are still to be said."""
        return len(self._waiting)

    def microphone(self) -> Microphone:
        """The operator's own voice from now on; an earlier microphone is closed."""
        for former in self._microphones:
            former.close()
        origin_ms = self._floor.clock.now_ms()
        ear = self._new_ear(lambda event: self._floor.post(OperatorHeard(event, origin_ms)))
        speaking = self._floor.speaking
        microphone = Microphone(
            self._rate_hz, self._floor.clock, self._send, lambda: speaking.ahead_ms, self._may_sound, ear
        )
        self._microphones = [*(former for former in self._microphones if former.running), microphone]
        return microphone

    async def hold(self) -> None:
        """Music for the caller; what was being typed is broken off."""
        await self._hush()
        self._held_from_ms = self._floor.clock.now_ms()
        self._floor.go(CallState.HOLDING)
        self.tell("hold")
        self._sound.start((HOLD,), STILL_ON_HOLD)

    async def resume(self) -> None:
        """The caller is there again."""
        await self._sound.stop()
        held_ms = self._count_hold()
        self._floor.go(CallState.WITH_OPERATOR)
        self.tell("resumed", ms=held_ms)

    async def when_said(self, then: Callable[[], Awaitable[None]]) -> None:
        """Do `then` once all that was typed has been said: at once when there is nothing."""
        self._then = then
        await self._say_next()

    async def end(self) -> None:
        """The call is over, a moment after the last word."""
        if self._said_anything:
            self._floor.timers.arm(Timer.CLOSE, self._floor.rules.goodbye_ms)
        else:
            self._floor.end(EndedBy.OPERATOR)

    def tell(self, what: str, **more: int) -> None:
        """An event about this person."""
        self._floor.journal.event(EventKind.OPERATOR, what=what, name=self.who.name, **more)

    # A party of the call

    async def handle(self, item: Inbound) -> None:
        """Something has happened."""
        match item:
            case UtteranceHeard():
                self._overhearing.heard(item)
            case OperatorHeard(event=PartialHeard() as partial):
                self._floor.journal.event(EventKind.OPERATOR_PARTIAL, text=partial.text)
            case OperatorHeard(event=UtteranceHeard() as heard):
                self._spoke(heard, item.origin_ms)
            case PlaybackEnded() if self.on_hold:
                self._sound.ended(item)
            case PlaybackEnded() if self._floor.speaking.is_current(item.number):
                self._floor.speaking.ended()
                if item.error is not None:
                    self._floor.journal.event(EventKind.WARNING, what="synthesis_failed", detail=item.error)
                self._said(item.played, interrupted=False)
                await self._say_next()

    async def on_timer(self, name: Timer) -> None:
        """The talk has gone on for too long, or its last word is said."""
        match name:
            case Timer.CLOSE:
                self._floor.end(EndedBy.OPERATOR)
            case Timer.MAX_CALL:
                self._floor.journal.event(EventKind.WARNING, what="max_duration", detail="with an operator")
                self._floor.end(EndedBy.TIMEOUT)
            case _:
                return

    async def leave(self) -> None:
        """The person goes: nothing of them is left running."""
        await self._close_microphones()
        if self.on_hold:
            await self._sound.stop()
            self._count_hold()
        await self._hush()
        self._floor.timers.disarm(Timer.CLOSE)
        self._floor.journal.kpi(KpiEvent.OP_TALK_END, by=self.who.name, user=self.who.id)

    async def close(self) -> None:
        """The call is over while the person handles it."""
        await self._close_microphones()
        played = await self._floor.speaking.abandon()
        if not self.on_hold:
            self._said(played, interrupted=True)
        self._count_hold()
        self._floor.journal.kpi(KpiEvent.OP_TALK_END, by=self.who.name, user=self.who.id)

    async def _close_microphones(self) -> None:
        for microphone in self._microphones:
            await microphone.stop()
        self._microphones.clear()

    def _may_sound(self) -> bool:
        return not self.on_hold and self._saying is None

    async def _send(self, samples: Samples) -> None:
        await self._floor.speaking.pass_on(samples)

    async def _say_next(self) -> None:
        if self._saying is not None:
            return
        if not self._waiting:
            then, self._then = self._then, None
            if then is not None:
                await then()
            return
        words = self._saying = self._waiting.popleft()
        self._said_anything = True
        speaking = self._floor.speaking
        speaking.play(speaking.prepared(words.sentences), lambda at_ms: self._begins(words, at_ms))

    def _begins(self, words: _Words, at_ms: float) -> None:
        words.first_audio_ms = at_ms
        self._floor.journal.event(
            EventKind.OPERATOR_SAID, at_ms, turn=words.number, text=words.text, how=words.kind,
            name=self.who.name, took_ms=round(at_ms - words.asked_ms),
        )  # fmt: skip

    def _said(self, played: Played | None, *, interrupted: bool) -> None:
        words, self._saying = self._saying, None
        if words is None:
            return
        now_ms = self._floor.clock.now_ms()
        heard_text = played.heard_text if played is not None else ""
        began_ms = words.first_audio_ms if words.first_audio_ms is not None else now_ms
        self._floor.minutes.operator_turn(
            OperatorWords(words.kind, self.who.name, words.text, heard_text, began_ms, now_ms, interrupted)
        )
        self._conversation.overheard(heard_text, by_agent=True)

    def _spoke(self, heard: UtteranceHeard, origin_ms: float) -> None:
        began_ms, ended_ms = origin_ms + heard.started_ms, origin_ms + heard.speech_end_ms
        number = self._floor.next_turn()
        self._floor.journal.event(
            EventKind.OPERATOR_SAID, began_ms, turn=number, text=heard.text, how=VOICE, name=self.who.name
        )
        transcript = {
            "text": heard.transcript.text,
            "confidence": heard.transcript.confidence,
            "engine": heard.transcript.engine,
        }
        self._floor.minutes.operator_turn(
            OperatorWords(VOICE, self.who.name, heard.text, heard.text, began_ms, ended_ms, transcript=transcript)
        )
        self._conversation.overheard(heard.text, by_agent=True)

    async def _hush(self) -> None:
        """Break off what is being said for the operator."""
        self._waiting.clear()
        if self._saying is not None:
            self._said(await self._floor.speaking.stop(), interrupted=True)

    def _count_hold(self) -> int:
        """The hold is over; how long it was, in milliseconds."""
        began_ms, self._held_from_ms = self._held_from_ms, None
        if began_ms is None:
            return 0
        held_ms = round(self._floor.clock.now_ms() - began_ms)
        self._floor.journal.kpi(KpiEvent.HOLD, ms=held_ms, by=self.who.name, user=self.who.id)
        return held_ms


def _head_first(sentence: str) -> tuple[str, ...]:
    """A long first sentence in two pieces, cut after its first 、: the caller waits only for the shorter one."""
    cut = sentence.find("、", SHORTEST_HEAD - 1) + 1
    if len(sentence) <= LONGEST_HEAD or not 0 < cut < len(sentence):
        return (sentence,)
    return sentence[:cut], sentence[cut:]
