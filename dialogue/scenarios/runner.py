"""Plays a scenario and tells, turn by turn, what was said and what was not as expected."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from dialogue.llm.chat_model import ChatModel
from dialogue.scenarios.clock import run_virtually
from dialogue.scenarios.expectations import Problem, ProblemKind, check, check_last
from dialogue.scenarios.misbehaving import misbehaving
from dialogue.scenarios.scenario import Heard, ModelKind, Scenario, Step
from dialogue.scenarios.world import Mind, NewConversation, ScenarioWorld, clock_from
from dialogue.turns import Act, After, Reply

LONGEST_TURN_S: Final = 60.0
"""A decision that takes longer is broken off: it hangs."""


@dataclass(frozen=True)
class PlayedTurn:
    """One step with its reply, how long the decision took on the clock, and what was wrong. No reply: it crashed.

    `offered` are the entries that the reply asked about.
    """

    step: Step
    reply: Reply | None
    took_s: float
    problems: tuple[Problem, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario as it went."""

    scenario: Scenario
    turns: tuple[PlayedTurn, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return next(self.all_problems(), None) is None

    @property
    def replies(self) -> tuple[Reply, ...]:
        """The replies in order."""
        return tuple(turn.reply for turn in self.turns if turn.reply is not None)

    def all_problems(self) -> Iterator[Problem]:
        """Those of the turns, then those of the whole."""
        for turn in self.turns:
            yield from turn.problems
        yield from self.problems

    def transcript(self) -> str:
        """The conversation in Japanese, every failed expectation under the reply it belongs to."""
        scenario = self.scenario
        lines = [f"{scenario.id}「{scenario.title}」（{scenario.source}、モデル: {scenario.model.value}）"]
        for turn in self.turns:
            lines.append(f"  お客様: {_done(turn.step)}")
            if turn.reply is not None:
                why = "、".join(part for part in (turn.reply.evidence.rule, *turn.reply.evidence.entry_ids) if part)
                lines.append(f"  受付: {turn.reply.text}（{turn.reply.act.value} {why}）")
            lines += [f"  ✗ {problem.text}" for problem in turn.problems]
        lines += [f"  ✗ {problem.text}" for problem in self.problems]
        return "\n".join(lines)


def play_virtually(
    scenario: Scenario, new_conversation: NewConversation, model: ModelKind | None = None
) -> ScenarioResult:
    """Play on a virtual clock, with the scenario's own kind of model or with `model` instead."""
    kind = scenario.model if model is None else model
    played = scenario.model_copy(update={"model": kind})
    return run_virtually(play(played, new_conversation, misbehaving(kind)))


async def play(scenario: Scenario, new_conversation: NewConversation, model: ChatModel | None) -> ScenarioResult:
    """Play `scenario` on the running loop's clock. Never raises for what the mind does: that is a problem told."""
    now = clock_from(scenario.now)
    conversation = new_conversation(ScenarioWorld(now, scenario.caller, model, scenario.extra_entries))
    conversation.heard((await conversation.open()).text)
    turns: list[PlayedTurn] = []
    for number, step in enumerate(scenario.steps, start=1):
        turn = await _take(scenario, conversation, step)
        answer = _truthful_answer(step, turn)
        if answer is not None:
            turns.append(replace(turn, problems=()))
            turn = await _take(scenario, conversation, answer)
        turns.append(turn)
        if turn.reply is None:
            return ScenarioResult(scenario, tuple(turns))
        if turn.reply.after is not After.LISTEN and number < len(scenario.steps):
            over = Problem(ProblemKind.COURSE, f"手順が{len(scenario.steps) - number}つ残っているのに、終わりました")
            return ScenarioResult(scenario, tuple(turns), (over,))
    last = turns[-1].reply
    return ScenarioResult(scenario, tuple(turns), tuple(check_last(scenario, last)) if last is not None else ())


async def _take(scenario: Scenario, conversation: Mind, step: Step) -> PlayedTurn:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(LONGEST_TURN_S):
            decision = await conversation.decide(step.turn)
    except Exception as error:
        crash = Problem(ProblemKind.CRASH, f"返事ができませんでした（{type(error).__name__}: {error}）")
        return PlayedTurn(step, None, loop.time() - began, (crash,))
    took_s = loop.time() - began
    conversation.commit(decision)
    problems = check(scenario, step, decision, took_s)
    heard = _heard(step, decision.reply)
    if heard is None:
        problems.append(Problem(ProblemKind.COURSE, f"「{step.heard}」まで聞こえたはずですが、その言葉がありません"))
    conversation.heard(decision.reply.text if heard is None else heard)
    offered = tuple(option.entry_id for option in decision.state.options)
    return PlayedTurn(step, decision.reply, took_s, tuple(problems), offered)


def _truthful_answer(step: Step, turn: PlayedTurn) -> Step | None:
    """What the caller says to a question that offers the entry wanted; None where that is not how the step goes on."""
    wanted = {*step.answers_with, *step.answers_with_one_of}
    asked_back = turn.reply is not None and turn.reply.act is Act.CLARIFY
    if not asked_back or not wanted or len(step.answers_with) > 1 or step.at_once or step.asks or step.act:
        return None
    place = next((place for place, entry_id in enumerate(turn.offered) if entry_id in wanted), None)
    if place is None:
        return None
    said = {"says": Heard(text="はい"), "presses": None} if len(turn.offered) == 1 else {"presses": str(place + 1)}
    return step.model_copy(update={"says": None, "silent": False, "heard": step.heard, **said})


def _heard(step: Step, reply: Reply) -> str | None:
    """What reached the caller's ear: everything, or up to the words where the reply was cut off."""
    if step.heard is None:
        return reply.text
    place = reply.text.find(step.heard)
    return None if place < 0 else reply.text[: place + len(step.heard)]


def _done(step: Step) -> str:
    if step.presses is not None:
        return f"［{step.presses} を押す］"
    if step.says is None:
        return "（無言）"
    if not step.says.alternatives:
        return step.says.text
    return f"{step.says.text}（ほかの聞き取り: {'、'.join(step.says.alternatives)}）"
