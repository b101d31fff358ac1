"""The agent thinks about one turn at a time: the task, the phrases that bridge it, and who is heard out first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from dialogue.manager import Conversation
from telephony.agent_voice import AgentVoice
from telephony.call_types import Decided, Doubted, Inbound, Timer
from telephony.deciding import Decider, HeardTurn
from telephony.floor import Floor
from telephony.preparing import Preparation
from telephony.states import CallState


class Thinking:
    """Owns the task that thinks; what comes of it arrives in the call's inbox, and is `ready` or has to wait."""

    def __init__(self, floor: Floor, conversation: Conversation, voice: AgentVoice, ahead: Preparation) -> None:
        self._floor = floor
        self._conversation = conversation
        self._voice = voice
        self._ahead = ahead
        self._decider = Decider(conversation, floor.journal, floor.rules.decide_deadline_s, floor.post)
        self._task: asyncio.Task[None] | None = None
        self._kept: Decided | None = None
        self._lead_said = False
        self._heard_out = False
        self._asks_room = False
        self.runs_tool = False

    @property
    def bound(self) -> bool:
        """Whether what is being done cannot be taken back: the caller's further words wait."""
        return self.runs_tool or self._asks_room

    @property
    def about_words(self) -> bool:
        """Whether the caller's own words are being thought about just now."""
        return self._floor.state is CallState.THINKING and not self.bound

    def begin(self, heard: HeardTurn) -> None:
        """Think about a turn."""
        self._heard_out = self._lead_said = False
        self._floor.timers.arm(Timer.FILLER, self._floor.rules.filler_after_ms)
        self._start(lambda: self._decider.decide(heard, self._floor.ear, self._ahead))

    def run_tool(self, number: int) -> None:
        """Do what the caller confirmed."""
        self.runs_tool = self._heard_out = True
        self._floor.timers.arm(Timer.FILLER, self._floor.rules.filler_again_ms)
        self._start(lambda: self._decider.run_tool(number, self._floor.rules.tool_deadline_s))

    def ask_room(self, answer: Callable[[], Awaitable[Inbound]]) -> None:
        """Ask whether there is a person to wait for."""
        self._asks_room = True
        self._start(answer)

    def ready(self, item: Decided) -> bool:
        """Whether what was decided can be said now; otherwise it is kept."""
        if self._voice.bridging or self._must_hear_out():
            self._kept = item
            return False
        self.answered()
        self._floor.timers.disarm(Timer.FILLER, Timer.HEAR_OUT)
        return True

    def answered(self) -> None:
        """The task has come to its end."""
        self._task = None
        self.runs_tool = self._asks_room = False

    def release(self, *, heard_out: bool) -> Decided | None:
        """What was kept, if there is anything; `heard_out`: the caller is waited for no more."""
        self._heard_out = self._heard_out or heard_out
        kept, self._kept = self._kept, None
        return kept

    def doubted(self, item: Doubted) -> None:
        """The words are heard a second time: the caller is told at once that they were heard."""
        trace = self._voice.trace
        if trace is not None and item.number == trace.number and self._voice.bridge(self._conversation.line.lead):
            self._lead_said = True
            self._floor.timers.arm(Timer.FILLER, self._floor.rules.filler_again_ms)

    def bridge(self) -> None:
        """It takes its time: ask the caller to wait."""
        line = self._conversation.line
        self._voice.bridge(line.after_lead if self._lead_said else line.filler)

    async def stop(self) -> None:
        """Think no further; what was kept is forgotten."""
        task, self._kept = self._task, None
        self.answered()
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _must_hear_out(self) -> bool:
        """The caller has gone on meanwhile: let them finish, but not for ever (it may be noise)."""
        if self._floor.ear is None or not self._floor.ear.hears_speech or self._heard_out:
            return False
        self._floor.timers.arm(Timer.HEAR_OUT, self._floor.rules.hear_out_ms)
        return True

    def _start(self, answer: Callable[[], Awaitable[Inbound]]) -> None:
        async def bring() -> None:
            self._floor.post(await answer())

        self._task = asyncio.get_running_loop().create_task(bring())
