"""One call: the actor that ties line, ears, mind and mouth together, and people to all of them.

Everything that happens to a call arrives in one bounded inbox and is handled in order by `run`. Media does not pass
through here: the session feeds the ear, the playout feeds the line. Who handles what happens is the party that has the
floor: the agent, an operator, or nobody yet while the caller waits. Nothing here waits without a deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dialogue import phrases
from dialogue.manager import Conversation
from records.models import EndedBy, EscalationOutcome, KpiEvent
from telephony.agent_side import AgentSide
from telephony.attendance import Attendance, DeskError
from telephony.call_types import CallRules, Decided, DeskAsks, EndCall, Inbound, OperatorHeard, Timer
from telephony.clock import CallClock
from telephony.desk_phrases import DESK_PHRASES
from telephony.events import EventKind
from telephony.floor import Floor
from telephony.hold_sound import HoldSound
from telephony.journal import CallJournal
from telephony.microphone import OperatorEar
from telephony.minutes import Minutes
from telephony.operator_side import Operator, OperatorSide
from telephony.playout import Playout
from telephony.protocols.line import KeyPressed, MarkReached, MediaStopped
from telephony.speaking import Speaking
from telephony.states import CallState
from telephony.voices import LineVoice
from telephony.waiting import Place, WaitingRoom
from telephony.waiting_side import WaitingSide
from voice.audio.pcm import Samples
from voice.ear import Ear
from voice.ear_events import EarEvent, NoWords, PartialHeard, SpeechStarted, UtteranceHeard

SHORT_ABANDON_MS: Final = 5_000
"""Who rings off within this, before the first sound of the agent, was not answered."""
FIXED_PHRASES: Final = (
    phrases.LEAD, phrases.FILLER, phrases.AFTER_LEAD, phrases.STUMBLE, phrases.TOO_LONG, phrases.WORN_OUT,
    *DESK_PHRASES,
)  # fmt: skip
"""What the line itself may have to say, whatever the mind does."""


class _NoEar:
    """Nobody's words are understood."""

    def feed(self, samples: Samples) -> None:
        return

    async def close(self) -> None:
        return


@dataclass(frozen=True)
class People:
    """How people come into a call: where a caller waits for them, what understands them, whether the AI may speak.

    `rate_hz` is the line's. `ai_off` tells what to say when the AI may not speak; None while it may.
    """

    call_id: str = ""
    rate_hz: int = 8_000
    room: WaitingRoom | None = None
    new_ear: Callable[[Callable[[EarEvent], None]], OperatorEar] = lambda on_event: _NoEar()
    ai_off: Callable[[], str | None] = lambda: None


class Call:
    """`run` conducts the call to its end and returns who ended it; `post` brings it what happens.

    `attendance` is what people at the desk can do with it.
    """

    def __init__(
        self,
        conversation: Conversation,
        voice: LineVoice,
        playout: Playout,
        journal: CallJournal,
        clock: CallClock,
        rules: CallRules = CallRules(),
        caller_number: str = "",
        people: People = People(),
    ) -> None:
        self._inbox: asyncio.Queue[Inbound] = asyncio.Queue(maxsize=rules.inbox_capacity)
        speaking = Speaking(voice, playout, journal, self.post)
        self._floor = floor = Floor(speaking, journal, clock, rules, self.post, caller_number)
        floor.timers.arm_at(Timer.MAX_CALL, rules.max_call_ms)
        self._place = Place(people.room, journal, clock, people.call_id)
        self._agent = AgentSide(floor, conversation, voice, self._place, self._wait, people.ai_off)
        sound = HoldSound(floor, people.rate_hz)
        self._waiting = WaitingSide(floor, conversation, self._agent, self._place, sound)

        def new_side(who: Operator) -> OperatorSide:
            return OperatorSide(who, floor, conversation, sound, people.new_ear, people.rate_hz)

        self.attendance = Attendance(floor, conversation, self._agent, self._place, new_side)

    @property
    def state(self) -> CallState:
        """Where the call stands."""
        return self._floor.state

    @property
    def minutes(self) -> Minutes:
        """What was said by whom."""
        return self._floor.minutes

    def listen_with(self, ear: Ear) -> None:
        """Give the call its ear, whose events are posted here."""
        self._floor.ear = ear

    def post(self, item: Inbound) -> None:
        """Bring something to the actor. A full inbox drops partials first; a stuck call is ended by its session."""
        if self._inbox.full():
            if _is_partial(item):
                return
            lost = self._inbox.get_nowait()
            self._floor.journal.event(EventKind.WARNING, what="inbox_full", detail=type(item).__name__)
            _refuse(lost, "通話が混み合っています。もう一度お試しください。")
        self._inbox.put_nowait(item)

    async def run(self) -> EndedBy:
        """Conduct the call until someone ends it. Cancelling ends it at once; no task is left behind either way."""
        try:
            self._floor.party = self._agent
            await self._agent.open()
            while self._floor.ended_by is None:
                await self._step()
            return self._floor.ended_by
        finally:
            await self._end()

    async def _end(self) -> None:
        """Whatever happens here, the call is over and nobody waits for it."""
        by = self._floor.ended_by
        self._floor.end(EndedBy.ERROR)
        if isinstance(self._floor.party, OperatorSide):
            await self._floor.party.close()
        await self._agent.close()
        left = by is EndedBy.CALLER
        if left and not self.minutes.sounded and self._floor.clock.now_ms() < SHORT_ABANDON_MS:
            self._floor.journal.kpi(KpiEvent.SHORT_ABANDON)
        outcome = EscalationOutcome.ABANDONED if left else EscalationOutcome.FAILED
        await self._place.give_up("abandoned" if left else "ended", outcome)
        while not self._inbox.empty():
            _refuse(self._inbox.get_nowait(), "この通話は、すでに終わりました。")
        self._floor.go(CallState.ENDED)

    async def _step(self) -> None:
        name, wait_s = self._floor.timers.next()
        try:
            async with asyncio.timeout(wait_s):
                item = await self._inbox.get()
        except TimeoutError:
            self._floor.timers.disarm(name)
            if self._floor.party is not None:
                await self._floor.party.on_timer(name)
            return
        await self._handle(item)

    async def _handle(self, item: Inbound) -> None:
        self._note(item)
        match item:
            case MediaStopped():
                self._floor.end(EndedBy.CALLER)
            case EndCall():
                self._floor.journal.event(EventKind.WARNING, what="ended", detail=item.why)
                self._floor.end(item.by)
            case MarkReached():
                self._floor.speaking.mark_reached(item.name)
            case DeskAsks():
                await self._obey(item)
            case Decided() if self._floor.party is not self._agent:
                self._agent.tool_ended(item)
            case _ if self._floor.party is not None:
                await self._floor.party.handle(item)

    def _note(self, item: Inbound) -> None:
        """What is written down whoever handles the call."""
        journal = self._floor.journal
        match item:
            case SpeechStarted():
                journal.event(EventKind.SPEECH_STARTED, item.at_ms, over_agent=item.over_agent)
            case PartialHeard():
                journal.event(EventKind.PARTIAL, item.at_ms, text=item.text)
            case UtteranceHeard():
                self._floor.minutes.heard(self._floor.turns + 1, item)
            case NoWords():
                journal.event(EventKind.NOT_WORDS, item.at_ms, reason=item.reason, raw_text=item.raw_text)
            case KeyPressed():
                journal.event(EventKind.KEYPAD, digits=item.digit)

    async def _obey(self, asks: DeskAsks) -> None:
        """Do what the desk asks; what it cannot have is told, and whatever else goes wrong does not end the call."""
        if asks.done.done():
            return
        try:
            result = await asks.do()
        except DeskError as error:
            _settle(asks, error)
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"
            self._floor.journal.event(EventKind.WARNING, what="desk_failed", detail=detail)
            _settle(asks, DeskError("うまくいきませんでした。もう一度お試しください。"))
        else:
            if not asks.done.done():
                asks.done.set_result(result)

    async def _wait(self) -> None:
        await self._floor.pass_to(self._waiting)
        self._waiting.begin()


def _is_partial(item: Inbound) -> bool:
    return isinstance(item.event if isinstance(item, OperatorHeard) else item, PartialHeard)


def _refuse(item: Inbound, why: str) -> None:
    if isinstance(item, DeskAsks):
        _settle(item, DeskError(why))


def _settle(asks: DeskAsks, error: DeskError) -> None:
    if not asks.done.done():
        asks.done.set_exception(error)
