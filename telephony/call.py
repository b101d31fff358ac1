"""One call: the actor that ties line, ears, mind and mouth together.

Everything that happens to a call arrives in one bounded inbox and is handled in order by `run`. Media does not pass
through here: the session feeds the ear, the playout feeds the line. Deciding and playing are tasks that this actor
owns; their results come back through the inbox. Nothing here waits without a deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from dialogue.evidence import Evidence
from dialogue.handing_over import slot_hint
from dialogue.manager import Conversation
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind
from records.models import EndedBy, EscalationOutcome, EscalationRecord, KpiEvent
from telephony.call_types import (
    CallRules,
    Decided,
    Doubted,
    EndCall,
    Inbound,
    PlaybackEnded,
    PlaybackSent,
    Timer,
    TurnTrace,
)
from telephony.clock import CallClock
from telephony.deciding import Decider, HeardTurn, spoken_turn
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.keypad import Keypad
from telephony.minutes import Minutes
from telephony.playout import Played, Playout
from telephony.preparing import Preparation
from telephony.protocols.line import KeyPressed, MarkReached, MediaStopped
from telephony.resuming import CutReply, cut_reply
from telephony.speaking import Speaking
from telephony.states import CallState, StateMachine
from telephony.timers import Timers
from telephony.voices import LineVoice
from voice.ear import Ear
from voice.ear_events import (
    AizuchiPassed,
    BargeIn,
    GuessWithdrawn,
    NoWords,
    PartialHeard,
    SpeechStarted,
    UtteranceHeard,
    WordsGuessed,
)
from voice.turn.aizuchi_words import WordsSay, judge_words
from voice.turn.expectation import Expectation

FILLER: Final = "はい、確認いたします。"
LEAD: Final = "はい、"
"""Said at once when a turn has to be heard a second time: the caller knows that they were heard."""
AFTER_LEAD: Final = "確認いたします。"
STUMBLE: Final = (
    "申し訳ございません。うまく処理できませんでした。恐れ入りますが、もう一度お話しいただけますでしょうか。"
)
TOO_LONG: Final = "恐れ入りますが、通話時間の上限となりましたので、ここで失礼いたします。お電話ありがとうございました。"
WORN_OUT: Final = (
    "申し訳ございません。ただいま自動でのご案内ができない状態です。担当の者よりご連絡いたします。失礼いたします。"
)
FIXED_PHRASES: Final = (LEAD, FILLER, AFTER_LEAD, STUMBLE, TOO_LONG, WORN_OUT)
"""What the line itself may have to say, whatever the mind does."""


class Call:
    """`run` conducts the call to its end and returns who ended it; `post` brings it what happens."""

    def __init__(
        self,
        conversation: Conversation,
        voice: LineVoice,
        playout: Playout,
        journal: CallJournal,
        clock: CallClock,
        rules: CallRules = CallRules(),
        caller_number: str = "",
    ) -> None:
        self._caller_number = caller_number
        self._conversation = conversation
        self._decider = Decider(conversation, journal, rules.decide_deadline_s, self.post)
        self._ahead = Preparation(conversation, voice, rules.decide_deadline_s)
        self._speaking = Speaking(voice, playout, journal, self.post)
        self._journal = journal
        self._clock = clock
        self._rules = rules
        self._machine = StateMachine()
        self._inbox: asyncio.Queue[Inbound] = asyncio.Queue(maxsize=rules.inbox_capacity)
        self._timers = Timers(clock)
        self._timers.arm_at(Timer.MAX_CALL, rules.max_call_ms)
        self._keypad = Keypad()
        self._ear: Ear | None = None
        self._turns = 0
        self._deciding: asyncio.Task[None] | None = None
        self._trace: TurnTrace | None = None
        self._waiting_decision: Decided | None = None
        self._filler_playing = False
        self._lead_said = False
        self._carried: UtteranceHeard | None = None
        self._carried_text = ""
        self._cut: CutReply | None = None
        self._failures = 0
        self._heard_out = False
        self._tool_running = False
        self._ended_by: EndedBy | None = None
        self.minutes = Minutes(journal, clock)

    @property
    def state(self) -> CallState:
        """Where the call stands."""
        return self._machine.state

    def listen_with(self, ear: Ear) -> None:
        """Give the call its ear, whose events are posted here."""
        self._ear = ear

    def post(self, item: Inbound) -> None:
        """Bring something to the actor. A full inbox drops partials first; a stuck call is ended by its session."""
        if self._inbox.full():
            if isinstance(item, PartialHeard):
                return
            self._inbox.get_nowait()
            self._journal.event(EventKind.WARNING, what="inbox_full", detail=type(item).__name__)
        self._inbox.put_nowait(item)

    async def run(self) -> EndedBy:
        """Conduct the call until someone ends it. Cancelling ends it at once; no task is left behind either way."""
        try:
            await self._open()
            while self._ended_by is None:
                await self._step()
            return self._ended_by
        finally:
            await self._cancel(self._deciding)
            await self._ahead.drop()
            await self._cut_short()
            self._machine.go(CallState.ENDED)
            self._journal.event(EventKind.STATE, state=CallState.ENDED.value)

    async def _cut_short(self) -> None:
        """The call ends in the middle of the agent's words: remember how far they were heard."""
        trace = self._trace
        played = await self._speaking.abandon()
        if played is not None and trace is not None and trace.reply is not None and not self._filler_playing:
            self._close_agent_turn(trace, played.heard_text, interrupted=True)

    async def _step(self) -> None:
        name, wait_s = self._timers.next()
        try:
            async with asyncio.timeout(wait_s):
                item = await self._inbox.get()
        except TimeoutError:
            self._timers.disarm(name)
            await self._on_timer(name)
            return
        await self._handle(item)

    async def _handle(self, item: Inbound) -> None:
        match item:
            case SpeechStarted():
                self._on_speech_started(item)
            case PartialHeard():
                self._journal.event(EventKind.PARTIAL, item.at_ms, text=item.text)
            case WordsGuessed():
                await self._on_guess(item)
            case GuessWithdrawn():
                await self._ahead.drop()
            case UtteranceHeard():
                await self._on_utterance(item)
            case NoWords():
                await self._on_no_words(item)
            case AizuchiPassed():
                self._journal.event(
                    EventKind.AIZUCHI, decided_after_ms=item.decided_ms - item.onset_ms, verdict=item.verdict
                )
            case BargeIn():
                await self._on_barge_in(item)
            case KeyPressed():
                await self._on_key(item.digit)
            case MarkReached():
                self._speaking.mark_reached(item.name)
            case Decided():
                await self._on_decided(item)
            case Doubted():
                self._on_doubt(item)
            case PlaybackSent():
                self._on_sent(item)
            case PlaybackEnded():
                await self._on_playback_ended(item)
            case MediaStopped():
                self._ended_by = EndedBy.CALLER
            case EndCall():
                self._journal.event(EventKind.WARNING, what="ended", detail=item.why)
                self._ended_by = item.by

    async def _on_timer(self, name: Timer) -> None:
        match name:
            case Timer.NO_INPUT:
                if self._ear is not None and self._ear.hears_speech:
                    self._timers.arm(Timer.NO_INPUT, self._rules.no_input_ms)
                else:
                    self._think(CallerTurn(TurnKind.SILENCE))
            case Timer.KEYS:
                await self._take_turn_by_keys(self._keypad.flush())
            case Timer.FILLER:
                self._bridge(AFTER_LEAD if self._lead_said else FILLER)
            case Timer.ANSWER_WINDOW:
                if self._ear is not None:
                    self._ear.judge_overlap(False)
            case Timer.CLOSE:
                self._ended_by = EndedBy.AGENT if self._machine.state is not CallState.HOLDING else EndedBy.HAND_OVER
            case Timer.HEAR_OUT:
                await self._release()
            case Timer.MAX_CALL:
                await self._say_and_end(TOO_LONG, "max_duration")

    # Opening, thinking, deciding

    async def _open(self) -> None:
        self._go(CallState.GREETING)
        self._journal.kpi(KpiEvent.BOT_ANSWERED)
        reply = await self._conversation.open()
        self._speak(reply, TurnTrace(number=self._turns, turn=CallerTurn(TurnKind.SILENCE)))

    def _on_speech_started(self, event: SpeechStarted) -> None:
        self._journal.event(EventKind.SPEECH_STARTED, event.at_ms, over_agent=event.over_agent)
        self._timers.disarm(Timer.NO_INPUT)

    async def _on_no_words(self, event: NoWords) -> None:
        self._journal.event(EventKind.NOT_WORDS, event.at_ms, reason=event.reason, raw_text=event.raw_text)
        await self._release()
        if self._cut is not None:
            self._resume(self._cut, event.reason)
        elif self._machine.state is CallState.LISTENING:
            self._timers.arm(Timer.NO_INPUT, self._rules.no_input_ms)

    async def _on_guess(self, guess: WordsGuessed) -> None:
        if self._machine.state is CallState.LISTENING and not self._was_aizuchi(guess.text):
            await self._ahead.begin(spoken_turn(self._carried_text, guess.text, guess.transcript))

    async def _on_utterance(self, heard: UtteranceHeard) -> None:
        self.minutes.heard(self._turns + 1, heard)
        match self._machine.state:
            case CallState.LISTENING if self._cut is not None and self._was_aizuchi(heard.text):
                self._resume(self._cut, "aizuchi")
            case CallState.LISTENING:
                self._think_about(heard)
            case CallState.THINKING if not self._tool_running:
                await self._cancel(self._deciding)
                self._waiting_decision = None
                self._carried_text = self._trace.turn.text if self._trace is not None else ""
                self._go(CallState.LISTENING)
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
        self._journal.kpi(KpiEvent.BOT_ENGAGED)
        self._think(turn, heard)

    def _think(self, turn: CallerTurn, heard: UtteranceHeard | None = None) -> None:
        self._turns += 1
        self._cut = None
        self._trace = TurnTrace(self._turns, turn, heard, thinking_ms=self._clock.now_ms())
        self._go(CallState.THINKING)
        self._heard_out = self._lead_said = False
        self._timers.disarm(Timer.NO_INPUT)
        self._timers.disarm(Timer.CLOSE)
        self._timers.arm(Timer.FILLER, self._rules.filler_after_ms)
        self.minutes.caller_turn(self._trace)
        self._deciding = self._start(self._decide(HeardTurn(self._turns, turn, heard)))

    async def _decide(self, heard: HeardTurn) -> None:
        self.post(await self._decider.decide(heard, self._ear, self._ahead))

    async def _on_decided(self, item: Decided) -> None:
        trace = self._trace
        if trace is None or item.number != trace.number or self._machine.state is not CallState.THINKING:
            return
        if self._filler_playing or self._must_hear_out():
            self._waiting_decision = item
            return
        self._deciding = None
        self._tool_running = False
        self._timers.disarm(Timer.FILLER)
        self._timers.disarm(Timer.HEAR_OUT)
        trace.decided_ms = self._clock.now_ms()
        if item.decision is None:
            await self._stumble(trace, item.error or "")
            return
        self._failures = 0
        self._conversation.commit(item.decision)
        trace.decision = item.decision
        self._speak(item.decision.reply, trace, item.ahead)

    def _on_doubt(self, item: Doubted) -> None:
        if self._trace is not None and item.number == self._trace.number and self._bridge(LEAD):
            self._lead_said = True
            self._timers.arm(Timer.FILLER, self._rules.filler_again_ms)

    def _bridge(self, phrase: str) -> bool:
        """Say `phrase` while the agent thinks; whether there was need for it."""
        if self._machine.state is not CallState.THINKING or self._speaking.active:
            return False
        self._filler_playing = True
        self._play_sentences((phrase,), 1.0, None)
        return True

    def _must_hear_out(self) -> bool:
        """The caller has gone on meanwhile: let them finish, but not for ever (it may be noise)."""
        if self._ear is None or not self._ear.hears_speech or self._heard_out:
            return False
        self._timers.arm(Timer.HEAR_OUT, self._rules.hear_out_ms)
        return True

    async def _release(self) -> None:
        self._heard_out = True
        waiting, self._waiting_decision = self._waiting_decision, None
        if waiting is not None:
            await self._on_decided(waiting)

    async def _stumble(self, trace: TurnTrace, error: str) -> None:
        self._failures += 1
        self._journal.event(EventKind.WARNING, what="decision_failed", detail=error)
        if self._failures >= 2:
            self._journal.escalation(EscalationRecord(reason="system_failure"))
            await self._say_and_end(WORN_OUT, "decision_failed")
            return
        self._speak(Reply((STUMBLE,), Act.REASK, Evidence(decision="failed", rule=error)), trace)

    # Speaking

    def _speak(self, reply: Reply, trace: TurnTrace, ahead: bool = False) -> None:
        self._trace = trace
        trace.reply = reply
        if self._machine.state is CallState.THINKING:
            self._go(CallState.SPEAKING)
        self.minutes.decided(trace.number, reply, ahead)
        self._play_sentences(reply.sentences, reply.speed, trace)

    def _play_sentences(self, sentences: tuple[str, ...], speed: float, trace: TurnTrace | None) -> None:
        if self._ear is not None:
            interruptible = trace is not None and trace.reply is not None and trace.reply.interruptible
            self._ear.judge_overlap(interruptible)
        self._speaking.start(sentences, speed, trace)

    def _on_sent(self, item: PlaybackSent) -> None:
        if self._speaking.is_current(item.number) and not self._filler_playing:
            self._timers.arm_at(Timer.ANSWER_WINDOW, item.end_ms - self._rules.answer_window_ms)

    async def _on_playback_ended(self, item: PlaybackEnded) -> None:
        if not self._speaking.is_current(item.number):
            return
        self._speaking.ended()
        self._timers.disarm(Timer.ANSWER_WINDOW)
        if self._filler_playing:
            self._filler_playing = False
            waiting, self._waiting_decision = self._waiting_decision, None
            if waiting is not None:
                await self._on_decided(waiting)
            return
        if item.error is not None:
            self._journal.event(EventKind.WARNING, what="synthesis_failed", detail=item.error)
        trace = self._trace
        if trace is None or trace.reply is None:
            return
        heard_text = item.played.heard_text if item.played is not None else ""
        self._close_agent_turn(trace, heard_text, interrupted=False)
        await self._after(trace.reply)

    async def _after(self, reply: Reply) -> None:
        if reply.after is After.HANG_UP:
            self._timers.arm(Timer.CLOSE, self._rules.goodbye_ms)
            self._listen(reply)
            self._timers.disarm(Timer.NO_INPUT)
            return
        if reply.after is After.HAND_OVER:
            self._journal.kpi(KpiEvent.ESC_REQUESTED, reason=reply.escalation_reason)
            self._journal.escalation(self._escalation(reply), str(reply.evidence.firing.get("title", "")))
            self._go(CallState.HOLDING)
            self._timers.arm(Timer.CLOSE, self._rules.goodbye_ms)
            return
        if reply.after is After.RUN_TOOL:
            self._run_tool()
            return
        self._listen(reply)
        if self._carried is not None:
            heard, self._carried = self._carried, None
            self._think_about(heard)

    def _escalation(self, reply: Reply) -> EscalationRecord:
        """The attempt to reach a person, with the note for whoever takes the call."""
        over = self._conversation.hand_over(self._caller_number)
        note = f"［{over.queue}］{over.note.text}" if over.queue else over.note.text
        return EscalationRecord(
            reason=reply.escalation_reason or "requested", outcome=EscalationOutcome(over.outcome), note=note
        )

    def _run_tool(self) -> None:
        """Do what the caller confirmed. What they say meanwhile waits: a write is not broken off half way."""
        self._turns += 1
        self._trace = TurnTrace(self._turns, CallerTurn(TurnKind.SILENCE), thinking_ms=self._clock.now_ms())
        self._tool_running = self._heard_out = True
        self._go(CallState.THINKING)
        self._timers.disarm(Timer.NO_INPUT)
        self._timers.arm(Timer.FILLER, self._rules.filler_again_ms)
        self._deciding = self._start(self._await_tool(self._turns))

    async def _await_tool(self, number: int) -> None:
        self.post(await self._decider.run_tool(number, self._rules.tool_deadline_s))

    def _listen(self, reply: Reply | None) -> None:
        self._go(CallState.LISTENING)
        if self._ear is not None:
            self._ear.judge_overlap(False)
            expects = reply.expects if reply is not None else Expects.FREE
            self._ear.expect(Expectation(expects.value))
        self._journal.redactor.expect(slot_hint(reply.asks_for) if reply is not None else None)
        waits = reply is not None and reply.act is Act.WAIT
        self._timers.arm(Timer.NO_INPUT, self._rules.wait_ms if waits else self._rules.no_input_ms)

    async def _on_barge_in(self, event: BargeIn) -> None:
        trace = self._trace
        if self._machine.state is not CallState.SPEAKING and self._machine.state is not CallState.GREETING:
            return
        if trace is None or trace.reply is None or not trace.reply.interruptible:
            return
        played = await self._interrupt(trace)
        heard_ms = played.heard_ms
        self._journal.event(EventKind.BARGE_IN, decided_after_ms=event.decided_ms - event.onset_ms, heard_ms=heard_ms)
        self._cut = cut_reply(trace, played)
        if heard_ms < self._rules.continuation_ms and trace.turn.kind is TurnKind.SPEECH:
            self._carried_text = trace.turn.text
        self._listen(None)

    def _was_aizuchi(self, text: str) -> bool:
        """Whether what stopped the agent was no more than はい or へえ: nobody had asked anything yet."""
        return self._cut is not None and judge_words(text) is WordsSay.AIZUCHI

    def _resume(self, cut: CutReply, why: str) -> None:
        """The agent stopped for nothing: go on with what is left of the reply."""
        if self._machine.state is not CallState.LISTENING:
            return
        self._cut = None
        self._carried_text = ""
        self._timers.disarm(Timer.NO_INPUT)
        self._go(CallState.THINKING)
        self._go(CallState.SPEAKING)
        if cut.decision is not None:
            self._conversation.take_up(cut.decision)
        reply = cut.again()
        self._trace = TurnTrace(cut.trace.number, cut.trace.turn, reply=reply, decision=cut.decision)
        self._journal.event(EventKind.RESUMED, turn=cut.trace.number, why=why, text=reply.text)
        self._play_sentences(reply.sentences, reply.speed, self._trace)

    async def _interrupt(self, trace: TurnTrace) -> Played:
        self._timers.disarm(Timer.ANSWER_WINDOW)
        played = await self._speaking.stop()
        self._close_agent_turn(trace, played.heard_text, interrupted=True)
        return played

    async def _stop_filler(self) -> None:
        self._filler_playing = False
        await self._speaking.stop()

    def _close_agent_turn(self, trace: TurnTrace, heard_text: str, interrupted: bool) -> None:
        self._conversation.heard(heard_text)
        self.minutes.agent_turn(trace, heard_text, interrupted)

    async def _say_and_end(self, sentence: str, rule: str) -> None:
        await self._cancel(self._deciding)
        self._waiting_decision = None
        self._timers.disarm(Timer.NO_INPUT, Timer.KEYS, Timer.FILLER, Timer.HEAR_OUT, Timer.CLOSE)
        if self._filler_playing:
            await self._stop_filler()
        elif self._speaking.active and self._trace is not None and self._trace.reply is not None:
            await self._interrupt(self._trace)
        if self._machine.state in {CallState.LISTENING, CallState.GREETING}:
            self._go(CallState.THINKING)
        trace = TurnTrace(self._turns, CallerTurn(TurnKind.SILENCE))
        reply = Reply((sentence,), Act.CLOSE, Evidence(decision="line", rule=rule), After.HANG_UP, interruptible=False)
        self._timers.arm(Timer.MAX_CALL, 60_000.0)
        self._speak(reply, trace)

    # Keys

    async def _on_key(self, digit: str) -> None:
        self._journal.event(EventKind.KEYPAD, digits=digit)
        trace = self._trace
        if self._machine.state in {CallState.SPEAKING, CallState.GREETING} and trace is not None:
            if trace.reply is not None and trace.reply.after is not After.LISTEN:
                return
            await self._interrupt(trace)
            self._listen(trace.reply)
        self._timers.disarm(Timer.NO_INPUT)
        keys = self._keypad.press(digit)
        if keys is None:
            self._timers.arm(Timer.KEYS, self._rules.key_gap_ms)
            return
        self._timers.disarm(Timer.KEYS)
        await self._take_turn_by_keys(keys)

    async def _take_turn_by_keys(self, keys: str) -> None:
        if self._machine.state is CallState.THINKING and not self._tool_running:
            await self._cancel(self._deciding)
            self._go(CallState.LISTENING)
        if self._machine.state is CallState.LISTENING and keys:
            self._think(CallerTurn(TurnKind.KEYPAD, digits=keys))

    # Small things

    def _go(self, state: CallState) -> None:
        if self._machine.go(state):
            self._journal.event(EventKind.STATE, state=state.value)

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(coroutine)

    async def _cancel(self, *tasks: asyncio.Task[None] | None) -> None:
        running = [task for task in tasks if task is not None and not task.done()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
