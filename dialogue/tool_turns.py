"""The caller's turns while a tool is under way: its offer, its arguments, its read-back, and what came of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from dialogue.intents import Intent, IntentView
from dialogue.replying import Replies
from dialogue.state import Asked, ConversationState, Decision
from dialogue.tools.flow import StepKind, ToolFlow, ToolStage, ToolStep
from dialogue.tools.runner import ToolOutcome, ToolResult
from dialogue.tools.spec import ArgumentKind, Tool, ToolBox
from dialogue.turns import Act, After, Expects

_ENOUGH: Final = re.compile(
    r"やっぱり(?:いい|やめ|結構)|やめ(?:ます|ておき|たい|る)|キャンセル|取りやめ|(?:もう)?(?:いい|結構)です$|また今度"
)
_NUMBERS: Final = frozenset({ArgumentKind.PHONE, ArgumentKind.INTEGER})


class ToolTurns:
    """Decides the turns of the tool that `state` has under way. Changes nothing and calls nobody."""

    def __init__(self, tools: ToolBox, state: ConversationState, replies: Replies) -> None:
        self._tools = tools
        self._state = state
        self._replies = replies

    def take(self, text: str, view: IntentView | None, now: datetime) -> Decision | None:
        """The decision on a turn, or None when the turn is about something else."""
        state = self._state.tool
        tool = self._tools.get(state.tool) if state is not None else None
        if state is None or tool is None:
            return None
        if state.stage is ToolStage.RUNNING:
            return None
        flow = ToolFlow(tool)
        yes = None if view is None else {Intent.YES: True, Intent.NO: False}.get(view.intent)
        unclear = view is not None and view.intent in {Intent.UNCLEAR_YES_NO, Intent.CLOSING, Intent.THANKS}
        if state.stage is ToolStage.OFFERED:
            if yes:
                return self._said(flow.begin(state))
            return self._declined(tool) if yes is False or unclear else None
        if _ENOUGH.search(text):
            return self._said(flow.stop(state))
        if state.stage is ToolStage.READ_BACK:
            return self._said(flow.confirm(state, yes))
        return self._said(flow.take(state, text, now))

    def begin(self, tool: Tool) -> Decision:
        """A person has the agent take the tool's values from the caller."""
        flow = ToolFlow(tool)
        return self._said(flow.begin(flow.offer()))

    def again(self) -> Decision | None:
        """What the tool under way asks for, once more; None when none waits for the caller."""
        state = self._state.tool
        tool = self._tools.get(state.tool) if state is not None else None
        if state is None or tool is None or state.stage not in {ToolStage.ASKING, ToolStage.READ_BACK}:
            return None
        return self._said(ToolFlow(tool).begin(state))

    def came_out(self, result: ToolResult) -> Decision:
        """What is said once the tool has run. Only what is certain is told as done."""
        state = self._state.tool
        tool = self._tools.get(state.tool) if state is not None else None
        if state is None or tool is None:
            return self._replies.hand_over("tool_failed", "tool_gone")
        done = replace(self._state, tools_done=(*self._state.tools_done, tool.name))
        if result.outcome is not ToolOutcome.DONE:
            decision = self._replies.hand_over("tool_failed", f"tool_{result.outcome}", lead=(tool.failed,))
        else:
            try:
                text = ToolFlow(tool).filled(tool.done, {**dict(state.values), **result.values})
            except KeyError:
                decision = self._replies.hand_over("tool_failed", "tool_answer_incomplete", lead=(tool.failed,))
            else:
                decision = self._replies.follow_up((text,), "tool_done")
        return replace(decision, state=replace(decision.state, tools_done=done.tools_done))

    def _said(self, step: ToolStep) -> Decision:
        replies, name = self._replies, step.state.tool
        match step.kind:
            case StepKind.STOP:
                return self._finished(replies.follow_up(step.sentences, "tool_stopped"), name)
            case StepKind.GIVE_UP:
                return self._finished(replies.hand_over("tool_failed", "tool_given_up", lead=step.sentences), name)
            case StepKind.RUN:
                decision = replies.say(Act.RUN_TOOL, step.sentences, "tool_confirmed", after=After.RUN_TOOL)
            case StepKind.ASK:
                argument = step.argument
                expects = Expects.YES_NO if argument is None else Expects.FREE
                if argument is not None and argument.kind in _NUMBERS:
                    expects = Expects.DIGITS
                decision = replies.say(
                    Act.COLLECT, step.sentences, f"tool_{step.state.stage}", expects=expects, asked=Asked.TOOL,
                    asks_for="" if argument is None else argument.kind.value,
                )  # fmt: skip
        return replace(decision, state=replace(decision.state, tool=step.state))

    def _declined(self, tool: Tool) -> Decision:
        return self._finished(self._replies.follow_up((), "tool_declined"), tool.name)

    def _finished(self, decision: Decision, name: str) -> Decision:
        return replace(decision, state=replace(decision.state, tools_done=(*decision.state.tools_done, name)))
