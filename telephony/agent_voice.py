"""What the agent says: one reply, or a phrase that bridges its thinking. What was heard of it is remembered."""

from __future__ import annotations

from dialogue.manager import Conversation
from dialogue.turns import Reply
from telephony.call_types import PlaybackEnded, PlaybackSent, Timer, TurnTrace
from telephony.events import EventKind
from telephony.floor import Floor
from telephony.playout import Played
from telephony.resuming import CutReply
from telephony.states import CallState


class AgentVoice:
    """Speaks for the agent. `trace` is the exchange it speaks, or last spoke, in."""

    def __init__(self, floor: Floor, conversation: Conversation) -> None:
        self._floor = floor
        self._conversation = conversation
        self._bridging = False
        self.trace: TurnTrace | None = None

    @property
    def reply(self) -> Reply | None:
        """What is said in the present exchange, as soon as that is decided."""
        return self.trace.reply if self.trace is not None else None

    @property
    def bridging(self) -> bool:
        """Whether what is said just now only bridges the thinking."""
        return self._bridging

    def speak(self, reply: Reply, trace: TurnTrace, ahead: bool = False) -> None:
        """Say `reply` in the exchange `trace`; `ahead`: it was thought of before the caller had ended."""
        self.trace = trace
        trace.reply = reply
        if self._floor.state is CallState.THINKING:
            self._floor.go(CallState.SPEAKING)
        self._floor.minutes.decided(trace.number, reply, ahead)
        self._play(reply.sentences, reply.speed, trace)

    def bridge(self, phrase: str) -> bool:
        """Say `phrase` while the agent thinks; whether there was need for it."""
        if self._floor.state is not CallState.THINKING or self._floor.speaking.active:
            return False
        self._bridging = True
        self._play((phrase,), 1.0, None)
        return True

    def resume(self, cut: CutReply, why: str) -> None:
        """The agent stopped for nothing: go on with what is left of the reply."""
        self._floor.go(CallState.THINKING)
        self._floor.go(CallState.SPEAKING)
        if cut.decision is not None:
            self._conversation.take_up(cut.decision)
        reply = cut.again()
        self.trace = TurnTrace(cut.trace.number, cut.trace.turn, reply=reply, decision=cut.decision)
        self._floor.journal.event(EventKind.RESUMED, turn=cut.trace.number, why=why, text=reply.text)
        self._play(reply.sentences, reply.speed, self.trace)

    async def interrupt(self) -> Played:
        """Break the reply off at once; what was heard of it."""
        self._floor.timers.disarm(Timer.ANSWER_WINDOW)
        played = await self._floor.speaking.stop()
        self._close_turn(played.heard_text, interrupted=True)
        return played

    async def hush(self) -> None:
        """Fall silent at once, whatever is being said."""
        if self._bridging:
            self._bridging = False
            await self._floor.speaking.stop()
        elif self._floor.speaking.active and self.reply is not None:
            await self.interrupt()

    async def abandon(self) -> None:
        """The call is over: how far the last words were heard is recorded."""
        played = await self._floor.speaking.abandon()
        if played is not None and not self._bridging:
            self._close_turn(played.heard_text, interrupted=True)

    def sent(self, item: PlaybackSent) -> None:
        """All of a reply is on its way: shortly before its end, speech is an answer and no interruption any more."""
        if self._floor.speaking.is_current(item.number) and not self._bridging:
            self._floor.timers.arm_at(Timer.ANSWER_WINDOW, item.end_ms - self._floor.rules.answer_window_ms)

    def ended(self, item: PlaybackEnded) -> Reply | None:
        """The reply that has been said to its end; None for anything else."""
        self._floor.speaking.ended()
        self._floor.timers.disarm(Timer.ANSWER_WINDOW)
        if self._bridging:
            self._bridging = False
            return None
        if item.error is not None:
            self._floor.journal.event(EventKind.WARNING, what="synthesis_failed", detail=item.error)
        self._close_turn(item.played.heard_text if item.played is not None else "", interrupted=False)
        return self.reply

    def _play(self, sentences: tuple[str, ...], speed: float, trace: TurnTrace | None) -> None:
        if self._floor.ear is not None:
            interruptible = trace is not None and trace.reply is not None and trace.reply.interruptible
            self._floor.ear.judge_overlap(interruptible)
        self._floor.speaking.start(sentences, speed, trace)

    def _close_turn(self, heard_text: str, *, interrupted: bool) -> None:
        if self.trace is None or self.trace.reply is None:
            return
        self._conversation.heard(heard_text)
        self._floor.minutes.agent_turn(self.trace, heard_text, interrupted)
