"""The agent's part in a call: it listens, thinks, speaks, and hands the call to people where it has to.

Deciding and playing are tasks that this side owns; their results come back through the call's inbox.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from dialogue.evidence import Evidence
from dialogue.handing_over import slot_hint
from dialogue.hints import Hint
from dialogue.manager import Conversation, Decision
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind
from records.models import EndedBy, EscalationRecord, KpiEvent
from telephony.agent_voice import AgentVoice
from telephony.call_types import (
    Decided,
    Doubted,
    Inbound,
    PlaybackEnded,
    PlaybackSent,
    RoomAnswered,
    Timer,
    TurnTrace,
)
from telephony.deciding import HeardTurn, spoken_turn
from telephony.events import EventKind
from telephony.floor import Floor
from telephony.keypad import Keypad
from telephony.preparing import Preparation
from telephony.protocols.line import KeyPressed
from telephony.resuming import CutReply, cut_reply
from telephony.states import CallState
from telephony.thinking import Thinking
from telephony.transfers import Transfer, Transfers
from telephony.voices import LineVoice
from telephony.waiting import Place
from voice.ear_events import (
    AizuchiPassed,
    BargeIn,
    GuessWithdrawn,
    NoWords,
    SpeechStarted,
    UtteranceHeard,
    WordsGuessed,
)
from voice.turn.aizuchi_words import WordsSay, judge_words
from voice.turn.expectation import Expectation

Then = Callable[[], Awaitable[None]]
_OWN_TIMERS: Final = (
    Timer.NO_INPUT, Timer.KEYS, Timer.FILLER, Timer.HEAR_OUT, Timer.ANSWER_WINDOW, Timer.CLOSE, Timer.SWITCH
)  # fmt: skip


class AgentSide:
    """The AI agent as a `Party`. `to_waiting` is called once a caller for whom there is a place has been told so.

    `ai_off` tells what to say when the AI may not speak any more; None while it may.
    """

    def __init__(
        self,
        floor: Floor,
        conversation: Conversation,
        voice: LineVoice,
        place: Place,
        to_waiting: Then,
        ai_off: Callable[[], str | None],
    ) -> None:
        self._floor = floor
        self._conversation = conversation
        self._place = place
        self._to_waiting = to_waiting
        self._ai_off = ai_off
        self._voice = AgentVoice(floor, conversation)
        self._ahead = Preparation(conversation, voice, floor.rules.decide_deadline_s)
        self._thinking = Thinking(floor, conversation, self._voice, self._ahead)
        self._keypad = Keypad()
        self._carried: UtteranceHeard | None = None
        self._carried_text = ""
        self._cut: CutReply | None = None
        self._failures = 0
        self._done_by_tool = False
        self._transfer: Transfer | None = None
        self._then: Then | None = None
        self._recorded = False
        self.transfers = Transfers(conversation, floor.caller_number)

    @property
    def is_off(self) -> bool:
        """Whether the AI may not speak any more."""
        return self._ai_off() is not None

    # A party of the call

    async def handle(self, item: Inbound) -> None:
        """Something has happened."""
        match item:
            case SpeechStarted():
                self._floor.timers.disarm(Timer.NO_INPUT)
            case WordsGuessed():
                await self._on_guess(item)
            case GuessWithdrawn():
                await self._ahead.drop()
            case UtteranceHeard():
                await self._on_utterance(item)
            case NoWords():
                await self._on_no_words(item)
            case AizuchiPassed():
                self._floor.journal.event(
                    EventKind.AIZUCHI, decided_after_ms=item.decided_ms - item.onset_ms, verdict=item.verdict
                )
            case BargeIn():
                await self._on_barge_in(item)
            case KeyPressed():
                await self._on_key(item.digit)
            case Decided():
                await self._on_decided(item)
            case Doubted():
                self._thinking.doubted(item)
            case RoomAnswered():
                self._on_room(item)
            case PlaybackSent():
                self._voice.sent(item)
            case PlaybackEnded():
                await self._on_playback_ended(item)

    async def on_timer(self, name: Timer) -> None:
        """What was waited for did not happen in time."""
        match name:
            case Timer.NO_INPUT:
                if self._floor.ear is not None and self._floor.ear.hears_speech:
                    self._floor.timers.arm(Timer.NO_INPUT, self._floor.rules.no_input_ms)
                else:
                    self._think(CallerTurn(TurnKind.SILENCE))
            case Timer.KEYS:
                await self._take_turn_by_keys(self._keypad.flush())
            case Timer.FILLER:
                self._thinking.bridge()
            case Timer.ANSWER_WINDOW:
                if self._floor.ear is not None:
                    self._floor.ear.judge_overlap(False)
            case Timer.CLOSE:
                by = EndedBy.AGENT if self._floor.state is not CallState.HOLDING else EndedBy.HAND_OVER
                self._floor.end(by)
            case Timer.HEAR_OUT:
                await self._go_on(self._thinking.release(heard_out=True))
            case Timer.SWITCH:
                await self._look_at_switch()
            case Timer.MAX_CALL if self._floor.state is CallState.HOLDING:
                # All has been said: the caller is about to be let go.
                self._floor.end(EndedBy.HAND_OVER)
            case Timer.MAX_CALL:
                await self._say_and_end(self._conversation.line.too_long, "max_duration")

    async def leave(self) -> None:
        """A person takes over: silent at once. A tool that runs runs on: a write is not broken off half way."""
        about_words = self._thinking.about_words
        if not self._thinking.runs_tool:
            await self._thinking.stop()
        elif (done := self._thinking.release(heard_out=True)) is not None:
            self.tool_ended(done)
        await self._ahead.drop()
        self._floor.timers.disarm(*_OWN_TIMERS)
        await self._voice.hush()
        if about_words and self._voice.trace is not None:
            self._conversation.overheard(self._voice.trace.turn.text, by_agent=False)
        if self._carried is not None:
            turn = spoken_turn(self._carried_text, self._carried.text, self._carried.transcript)
            self._floor.minutes.caller_turn(TurnTrace(self._floor.next_turn(), turn, self._carried))
            self._conversation.overheard(turn.text, by_agent=False)
        self._keypad.flush()
        self._carried = self._cut = self._transfer = self._then = None
        self._carried_text = ""

    async def close(self) -> None:
        """The call is over: nothing is left running, and how far the agent's last words were heard is recorded."""
        await self._thinking.stop()
        await self._ahead.drop()
        await self._voice.abandon()

    async def whisper(self, hint: Hint) -> None:
        """Follow a person's hint at the next turn that is free for it."""
        self._conversation.whisper(hint)
        await self._ahead.drop()

    def take_up(self, decision: Decision) -> None:
        """Go on with the call, beginning with what was decided when a person gave it back."""
        self._conversation.commit(decision)
        self._floor.timers.arm(Timer.SWITCH, self._floor.rules.switch_ms)
        trace = TurnTrace(self._floor.next_turn(), CallerTurn(TurnKind.SILENCE), decision=decision)
        self._floor.go(CallState.THINKING)
        self._speak(decision.reply, trace)

    def say(self, reply: Reply, then: Then | None = None) -> None:
        """Say something on the line's own account; afterwards `then`, or whatever the reply itself leads to."""
        self._floor.timers.arm(Timer.SWITCH, self._floor.rules.switch_ms)
        self._floor.go(CallState.THINKING)
        self._speak(reply, TurnTrace(self._floor.next_turn(), CallerTurn(TurnKind.SILENCE)))
        self._then = then

    def seek_person(self, transfer: Transfer) -> None:
        """Ask whether there is somebody to wait for, and tell the caller."""
        self._floor.timers.arm(Timer.SWITCH, self._floor.rules.switch_ms)
        self._floor.go(CallState.THINKING)
        self._ask_room(transfer, TurnTrace(self._floor.next_turn(), CallerTurn(TurnKind.SILENCE)))

    async def hand_over_done(self) -> None:
        """The caller was told that a person will call back: the call ends."""
        self._floor.go(CallState.HOLDING)
        self._floor.timers.arm(Timer.CLOSE, self._floor.rules.goodbye_ms)

    def tool_ended(self, item: Decided) -> None:
        """A tool that had begun before a person took over has come to its end."""
        self._thinking.answered()
        if item.decision is not None:
            self._conversation.commit(item.decision)
            self._floor.journal.event(EventKind.WARNING, what="tool_ended", detail=item.decision.reply.text)

    # Opening, thinking, deciding

    async def open(self) -> None:
        """Greet the caller, or say that no AI answers now."""
        self._floor.go(CallState.GREETING)
        self._floor.timers.arm(Timer.SWITCH, self._floor.rules.switch_ms)
        trace = TurnTrace(self._floor.turns, CallerTurn(TurnKind.SILENCE))
        told = self._ai_off()
        if told is not None:
            self._ask_room(self.transfers.with_ai_off(told, opening=True), trace)
            return
        self._floor.journal.kpi(KpiEvent.BOT_ANSWERED)
        self._speak(await self._conversation.open(), trace)

    async def _look_at_switch(self) -> None:
        """The AI may be switched off at any moment: it does not finish its sentence, but the caller may."""
        self._floor.timers.arm(Timer.SWITCH, self._floor.rules.switch_ms)
        told, reply = self._ai_off(), self._voice.reply
        if told is None or reply is None or reply.after is not After.LISTEN:
            return
        match self._floor.state:
            case CallState.LISTENING if self._floor.ear is None or not self._floor.ear.hears_speech:
                self._floor.timers.disarm(Timer.NO_INPUT, Timer.KEYS)
            case CallState.GREETING | CallState.SPEAKING if not self._done_by_tool:
                await self._voice.interrupt()
            case _:
                return
        self.seek_person(self.transfers.with_ai_off(told, opening=False))

    async def _on_no_words(self, event: NoWords) -> None:
        await self._go_on(self._thinking.release(heard_out=True))
        if self._cut is not None:
            self._resume(self._cut, event.reason)
        elif self._floor.state is CallState.LISTENING:
            self._floor.timers.arm(Timer.NO_INPUT, self._floor.rules.no_input_ms)

    async def _on_guess(self, guess: WordsGuessed) -> None:
        if self._floor.state is CallState.LISTENING and not self._was_aizuchi(guess.text):
            await self._ahead.begin(spoken_turn(self._carried_text, guess.text, guess.transcript))

    async def _on_utterance(self, heard: UtteranceHeard) -> None:
        match self._floor.state:
            case CallState.LISTENING if self._cut is not None and self._was_aizuchi(heard.text):
                self._resume(self._cut, "aizuchi")
            case CallState.LISTENING:
                self._think_about(heard)
            case CallState.THINKING if not self._thinking.bound:
                await self._thinking.stop()
                self._carried_text = self._voice.trace.turn.text if self._voice.trace is not None else ""
                self._floor.go(CallState.LISTENING)
                self._think_about(heard)
            case CallState.GREETING | CallState.SPEAKING | CallState.THINKING:
                if self._carried is not None:
                    self._carried_text += self._carried.text
                self._carried = heard
            case _:
                return

    def _think_about(self, heard: UtteranceHeard) -> None:
        turn = spoken_turn(self._carried_text, heard.text, heard.transcript)
        self._carried_text = ""
        self._floor.journal.kpi(KpiEvent.BOT_ENGAGED)
        self._think(turn, heard)

    def _think(self, turn: CallerTurn, heard: UtteranceHeard | None = None) -> None:
        number = self._floor.next_turn()
        self._cut = None
        trace = self._voice.trace = TurnTrace(number, turn, heard, thinking_ms=self._floor.clock.now_ms())
        self._floor.go(CallState.THINKING)
        self._floor.timers.disarm(Timer.NO_INPUT, Timer.CLOSE)
        self._floor.minutes.caller_turn(trace)
        told = self._ai_off()
        if told is not None:
            self._ask_room(self.transfers.with_ai_off(told, opening=False), trace)
            return
        self._thinking.begin(HeardTurn(number, turn, heard))

    async def _on_decided(self, item: Decided) -> None:
        trace = self._voice.trace
        if trace is None or item.number != trace.number or self._floor.state is not CallState.THINKING:
            return
        by_tool = self._thinking.runs_tool
        if not self._thinking.ready(item):
            return
        self._done_by_tool = by_tool
        trace.decided_ms = self._floor.clock.now_ms()
        told = self._ai_off()
        if told is not None and not self._done_by_tool:
            self._ask_room(self.transfers.with_ai_off(told, opening=False), trace)
            return
        if item.decision is None:
            await self._stumble(trace, item.error or "")
            return
        self._failures = 0
        self._conversation.commit(item.decision)
        trace.decision = item.decision
        reply = item.decision.reply
        wanted = reply.after is After.HAND_OVER and self._place.there_is_a_room
        transfer = self.transfers.decided(reply) if wanted else None
        if transfer is not None:
            self._ask_room(transfer, trace)
            return
        self._speak(reply, trace, item.ahead)

    def _ask_room(self, transfer: Transfer, trace: TurnTrace) -> None:
        self._voice.trace, self._transfer = trace, transfer
        self._thinking.ask_room(lambda: self._await_room(trace.number, transfer))

    async def _await_room(self, number: int, transfer: Transfer) -> RoomAnswered:
        entered = await self._place.take(transfer.request, transfer.queue, transfer.priority, transfer.title)
        return RoomAnswered(number, entered)

    def _on_room(self, item: RoomAnswered) -> None:
        trace, transfer = self._voice.trace, self._transfer
        if trace is None or transfer is None or item.number != trace.number:
            return
        self._thinking.answered()
        self._transfer = None
        if item.entered:
            self._speak(transfer.connected, trace)
            self._then = self._to_waiting
            return
        self._speak(transfer.otherwise, trace)
        if transfer.otherwise.evidence.decision == "line":
            self._record(transfer.request, transfer.otherwise)

    async def _go_on(self, kept: Decided | None) -> None:
        """What had been decided and had to wait."""
        if kept is not None:
            await self._on_decided(kept)

    async def _stumble(self, trace: TurnTrace, error: str) -> None:
        self._failures += 1
        self._floor.journal.event(EventKind.WARNING, what="decision_failed", detail=error)
        if self._failures >= 2:
            self._floor.journal.escalation(EscalationRecord(reason="system_failure"))
            await self._say_and_end(self._conversation.line.worn_out, "decision_failed")
            return
        words = (self._conversation.line.stumble,)
        self._speak(Reply(words, Act.REASK, Evidence(decision="failed", rule=error)), trace)

    # Speaking

    def _speak(self, reply: Reply, trace: TurnTrace, ahead: bool = False) -> None:
        self._then, self._recorded = None, False
        self._voice.speak(reply, trace, ahead)

    async def _on_playback_ended(self, item: PlaybackEnded) -> None:
        if not self._floor.speaking.is_current(item.number):
            return
        bridged = self._voice.bridging
        reply = self._voice.ended(item)
        if bridged:
            await self._go_on(self._thinking.release(heard_out=False))
        elif reply is not None:
            await self._after(reply)

    async def _after(self, reply: Reply) -> None:
        then, self._then = self._then, None
        if then is not None:
            await then()
        elif reply.after is After.HANG_UP:
            self._floor.timers.arm(Timer.CLOSE, self._floor.rules.goodbye_ms)
            self._listen(reply)
            self._floor.timers.disarm(Timer.NO_INPUT)
        elif reply.after is After.HAND_OVER:
            if not self._recorded:
                self._record(self.transfers.record_of(reply), reply)
            await self.hand_over_done()
        elif reply.after is After.RUN_TOOL:
            self._run_tool()
        else:
            self._listen(reply)
            if self._carried is not None:
                heard, self._carried = self._carried, None
                self._think_about(heard)

    def _record(self, request: EscalationRecord, reply: Reply) -> None:
        self._recorded = True
        self._floor.journal.kpi(KpiEvent.ESC_REQUESTED, reason=request.reason)
        self._floor.journal.escalation(request, str(reply.evidence.firing.get("title", "")))

    def _run_tool(self) -> None:
        """Do what the caller confirmed. What they say meanwhile waits: a write is not broken off half way."""
        number = self._floor.next_turn()
        self._voice.trace = TurnTrace(number, CallerTurn(TurnKind.SILENCE), thinking_ms=self._floor.clock.now_ms())
        self._floor.go(CallState.THINKING)
        self._floor.timers.disarm(Timer.NO_INPUT)
        self._thinking.run_tool(number)

    def _listen(self, reply: Reply | None) -> None:
        self._floor.go(CallState.LISTENING)
        if self._floor.ear is not None:
            self._floor.ear.judge_overlap(False)
            expects = reply.expects if reply is not None else Expects.FREE
            self._floor.ear.expect(Expectation(expects.value))
        self._floor.journal.redactor.expect(slot_hint(reply.asks_for) if reply is not None else None)
        waits = reply is not None and reply.act is Act.WAIT
        self._floor.timers.arm(Timer.NO_INPUT, self._floor.rules.wait_ms if waits else self._floor.rules.no_input_ms)

    async def _on_barge_in(self, event: BargeIn) -> None:
        trace, reply = self._voice.trace, self._voice.reply
        if self._floor.state not in {CallState.SPEAKING, CallState.GREETING}:
            return
        if trace is None or reply is None or not reply.interruptible:
            return
        played = await self._voice.interrupt()
        heard_ms = played.heard_ms
        decided_after_ms = event.decided_ms - event.onset_ms
        self._floor.journal.event(EventKind.BARGE_IN, decided_after_ms=decided_after_ms, heard_ms=heard_ms)
        self._cut = cut_reply(trace, played)
        if heard_ms < self._floor.rules.continuation_ms and trace.turn.kind is TurnKind.SPEECH:
            self._carried_text = trace.turn.text
        self._listen(None)

    def _was_aizuchi(self, text: str) -> bool:
        """Whether what stopped the agent was no more than はい or へえ: nobody had asked anything yet."""
        return self._cut is not None and judge_words(text) is WordsSay.AIZUCHI

    def _resume(self, cut: CutReply, why: str) -> None:
        """The agent stopped for nothing: go on with what is left of the reply."""
        if self._floor.state is not CallState.LISTENING:
            return
        self._cut = None
        self._carried_text = ""
        self._floor.timers.disarm(Timer.NO_INPUT)
        self._voice.resume(cut, why)

    async def _say_and_end(self, sentence: str, rule: str) -> None:
        await self._thinking.stop()
        self._floor.timers.disarm(Timer.NO_INPUT, Timer.KEYS, Timer.FILLER, Timer.HEAR_OUT, Timer.CLOSE)
        await self._voice.hush()
        if self._floor.state in {CallState.LISTENING, CallState.GREETING}:
            self._floor.go(CallState.THINKING)
        trace = TurnTrace(self._floor.turns, CallerTurn(TurnKind.SILENCE))
        reply = Reply((sentence,), Act.CLOSE, Evidence(decision="line", rule=rule), After.HANG_UP, interruptible=False)
        self._floor.timers.arm(Timer.MAX_CALL, 60_000.0)
        self._speak(reply, trace)

    # Keys

    async def _on_key(self, digit: str) -> None:
        reply = self._voice.reply
        if self._floor.state in {CallState.SPEAKING, CallState.GREETING} and self._voice.trace is not None:
            if reply is not None and reply.after is not After.LISTEN:
                return
            await self._voice.interrupt()
            self._listen(reply)
        self._floor.timers.disarm(Timer.NO_INPUT)
        keys = self._keypad.press(digit)
        if keys is None:
            self._floor.timers.arm(Timer.KEYS, self._floor.rules.key_gap_ms)
            return
        self._floor.timers.disarm(Timer.KEYS)
        await self._take_turn_by_keys(keys)

    async def _take_turn_by_keys(self, keys: str) -> None:
        if self._thinking.about_words:
            await self._thinking.stop()
            self._floor.go(CallState.LISTENING)
        if self._floor.state is CallState.LISTENING and keys:
            self._think(CallerTurn(TurnKind.KEYPAD, digits=keys))
