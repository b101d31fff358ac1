"""Taking a tool's arguments from the caller, reading them back, and a plain はい before anything is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from dialogue.tools.spec import Argument, ArgumentKind, Tool
from dialogue.tools.values import read_value, spoken_value

MOST_TRIES: Final = 3
NOT_CAUGHT: Final = "恐れ入ります。もう一度お伺いいたします。"
BY_KEYS: Final = "恐れ入ります。電話機の番号を押して、最後にシャープを押していただくこともできます。"
RIGHT: Final = "よろしいでしょうか。「はい」か「いいえ」でお答えください。"
ONCE_AGAIN: Final = "失礼いたしました。もう一度お伺いいたします。"
STOPPED: Final = "かしこまりました。お手続きは取りやめました。"
PLEASE_WAIT: Final = "かしこまりました。少々お待ちください。"


class ToolStage(StrEnum):
    """How far a tool has come."""

    OFFERED = "offered"
    ASKING = "asking"
    READ_BACK = "read_back"
    RUNNING = "running"


@dataclass(frozen=True)
class ToolState:
    """A tool under way: which, how far, the values so far (in the order of the arguments), tries at the present one."""

    tool: str
    stage: ToolStage = ToolStage.OFFERED
    values: tuple[tuple[str, str], ...] = ()
    tries: int = 0

    def to_run(self, conversation: str) -> ToolRun:
        """What is to be run. The same values in the same conversation have the same key: nothing is written twice."""
        content = json.dumps([conversation, self.tool, self.values], ensure_ascii=False)
        return ToolRun(self.tool, dict(self.values), hashlib.sha256(content.encode()).hexdigest()[:32])


@dataclass(frozen=True)
class ToolRun:
    """One run of a tool."""

    tool: str
    arguments: dict[str, str]
    idempotency_key: str


class StepKind(StrEnum):
    """What a step leads to."""

    ASK = "ask"
    RUN = "run"
    STOP = "stop"
    GIVE_UP = "give_up"


@dataclass(frozen=True)
class ToolStep:
    """What is said next. `argument` is what an ASK asks for; None at the read-back, which wants yes or no."""

    kind: StepKind
    sentences: tuple[str, ...]
    state: ToolState
    argument: Argument | None = None


class ToolFlow:
    """The way through one tool. Holds nothing: every step is made from the state before it."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def offer(self) -> ToolState:
        """The tool is being offered."""
        return ToolState(self._tool.name)

    def begin(self, state: ToolState) -> ToolStep:
        """The caller wants it: ask for what is missing."""
        return self._next(replace(state, stage=ToolStage.ASKING, tries=0), ())

    def take(self, state: ToolState, text: str, now: datetime) -> ToolStep:
        """The caller's words for the argument that was asked for."""
        argument = self._missing(state)
        assert argument is not None
        value = read_value(argument, text, now)
        if value is not None:
            values = (*state.values, (argument.name, value))
            return self._next(replace(state, values=values, tries=0), ())
        tries = state.tries + 1
        if tries >= MOST_TRIES:
            return ToolStep(StepKind.GIVE_UP, (self._tool.failed,), state)
        keys = argument.kind in {ArgumentKind.PHONE, ArgumentKind.INTEGER}
        lead = BY_KEYS if tries == MOST_TRIES - 1 and keys else NOT_CAUGHT
        return ToolStep(StepKind.ASK, (lead, argument.ask), replace(state, tries=tries), argument)

    def confirm(self, state: ToolState, yes: bool | None) -> ToolStep:
        """The caller's answer to the read-back; None: it was neither yes nor no, which never counts as yes."""
        if yes:
            return ToolStep(StepKind.RUN, (PLEASE_WAIT,), replace(state, stage=ToolStage.RUNNING))
        if yes is None:
            tries = state.tries + 1
            if tries >= MOST_TRIES:
                return ToolStep(StepKind.GIVE_UP, (self._tool.failed,), state)
            return ToolStep(StepKind.ASK, self._read_back(state), replace(state, tries=tries))
        return self._next(replace(state, stage=ToolStage.ASKING, values=(), tries=state.tries + 1), (ONCE_AGAIN,))

    def stop(self, state: ToolState) -> ToolStep:
        """The caller does not want it, or no longer."""
        return ToolStep(StepKind.STOP, (STOPPED,), state)

    def filled(self, template: str, values: dict[str, str]) -> str:
        """`template` with the values as they are spoken."""
        by_name = {argument.name: argument for argument in self._tool.arguments}
        said = {name: spoken_value(by_name[name], value) for name, value in values.items() if name in by_name}
        rest = {name: value for name, value in values.items() if name not in by_name}
        return template.format_map({**rest, **said})

    def _next(self, state: ToolState, lead: tuple[str, ...]) -> ToolStep:
        argument = self._missing(state)
        if argument is not None:
            return ToolStep(StepKind.ASK, (*lead, argument.ask), state, argument)
        if not self._tool.writes:
            return ToolStep(StepKind.RUN, (PLEASE_WAIT,), replace(state, stage=ToolStage.RUNNING))
        return ToolStep(StepKind.ASK, (*lead, *self._read_back(state)), replace(state, stage=ToolStage.READ_BACK))

    def _read_back(self, state: ToolState) -> tuple[str, ...]:
        return (self.filled(self._tool.read_back, dict(state.values)), RIGHT)

    def _missing(self, state: ToolState) -> Argument | None:
        return self._tool.arguments[len(state.values)] if len(state.values) < len(self._tool.arguments) else None
