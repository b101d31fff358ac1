from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from dialogue.llm.chat_model import ChatError, ChatRequest
from dialogue.scenarios.clock import run_virtually
from dialogue.scenarios.expectations import ProblemKind
from dialogue.scenarios.loader import parse_scenarios
from dialogue.scenarios.runner import LONGEST_TURN_S, ScenarioResult, play_virtually
from dialogue.scenarios.scenario import AN_OPEN_WEEKDAY, ModelKind
from dialogue.scenarios.world import CompanyMinds, Mind, NewConversation, ScenarioWorld, clock_from
from dialogue.state import Decision
from dialogue.turns import CallerTurn, Reply

HEAD = "id: small\ntitle: 小さな会話\ntags: [direct]\n"


def played(minds: NewConversation, text: str, model: ModelKind | None = None) -> ScenarioResult:
    (scenario,) = parse_scenarios(HEAD + text, "small.yaml")
    return play_virtually(scenario, minds, model)


def test_a_conversation_that_goes_as_expected_passes(minds: CompanyMinds) -> None:
    result = played(
        minds,
        """
steps:
  - says: 料金プランを変更したいです
    answers_with: plan-change
    contains: [マイみなと]
    asks: follow_up
    within: 1.0
  - says: いいえ、大丈夫です
    ends: true
finally: close
""",
    )
    assert result.passed, result.transcript()
    assert len(result.replies) == 2


def test_a_failure_reads_like_a_transcript_with_the_broken_expectation_marked(minds: CompanyMinds) -> None:
    result = played(
        minds,
        """
never_says: [マイみなと]
steps:
  - says: 料金プランを変更したいです
    answers_with: plan-list
    escalates: true
""",
    )
    assert not result.passed
    told = result.transcript()
    assert "お客様: 料金プランを変更したいです" in told and "受付: 料金プランは、" in told
    for mark in ("✗ plan-list を答えるはずが、plan-change でした", "✗ 「マイみなと」と言ってはいけません",
                 "✗ 担当者に引き継ぐはずでした"):  # fmt: skip
        assert mark in told


def test_figures_are_forbidden_however_they_are_written(minds: CompanyMinds) -> None:
    result = played(minds, "never_says: [２２００円]\nsteps:\n  - says: 電話番号を変更したいです\n")
    assert [problem.kind for problem in result.all_problems()] == [ProblemKind.NEVER_SAYS]


def test_steps_left_over_when_the_call_is_over_are_a_problem(minds: CompanyMinds) -> None:
    result = played(minds, 'steps:\n  - presses: "0"\n    escalates: keypad\n  - says: もしもし\n')
    assert [problem.kind for problem in result.all_problems()] == [ProblemKind.COURSE]


def test_a_reply_can_be_cut_off_at_words_that_it_has(minds: CompanyMinds) -> None:
    cut = "steps:\n  - says: 料金プランを変更したいです\n    heard: {}\nfinally: answer\n"
    assert played(minds, cut.format("料金プランは、")).passed
    assert "その言葉がありません" in played(minds, cut.format("工事費は")).transcript()


def test_a_slow_model_costs_virtual_time_only_and_is_given_up_at_its_deadline(minds: CompanyMinds) -> None:
    async def ask_first(world: ScenarioWorld) -> None:
        assert world.model is not None
        with contextlib.suppress(ChatError):
            await world.model.complete(ChatRequest("指示", "質問", 8, 1.8))

    result = played(Hesitating(minds, ask_first), "steps:\n  - says: もしもし\nfinally: stay\n", ModelKind.SLOW)
    assert result.passed, result.transcript()
    assert result.turns[0].took_s == pytest.approx(1.8)


def test_a_decision_that_takes_too_long_is_told(minds: CompanyMinds) -> None:
    late = played(Hesitating(minds, for_seconds(5.0)), "steps:\n  - says: もしもし\n    within: 2.0\n")
    assert "2.0秒以内のはずが、5.0秒でした" in late.transcript()
    hanging = played(
        Hesitating(minds, for_seconds(LONGEST_TURN_S * 2)), "steps:\n  - says: もしもし\n    within: 2.0\n"
    )
    assert [problem.kind for problem in hanging.all_problems()] == [ProblemKind.CRASH]


def test_extra_entries_are_published_beside_the_companys(minds: CompanyMinds) -> None:
    result = played(
        minds,
        """
extra_entries:
  - id: bicycle
    category: 店舗
    title: 駐輪場
    questions: [自転車で行ってもいいですか, 駐輪場はありますか]
    spoken: 駐輪場は、すべてのお店にございます。
steps:
  - says: お店に駐輪場はありますか
    answers_with: bicycle
""",
    )
    assert result.passed, result.transcript()


def test_the_worlds_clock_begins_at_the_scenarios_hour_and_moves_with_the_loop() -> None:
    async def watch() -> timedelta:
        now = clock_from(AN_OPEN_WEEKDAY)
        await asyncio.sleep(90)
        return now() - AN_OPEN_WEEKDAY

    assert run_virtually(watch()) == timedelta(seconds=90)


def test_work_for_a_thread_takes_no_virtual_time() -> None:
    async def work() -> tuple[int, float]:
        async with asyncio.timeout(1.0):
            total = await asyncio.to_thread(sum, range(1000))
        return total, asyncio.get_running_loop().time()

    assert run_virtually(work()) == (499500, 0.0)


def for_seconds(seconds: float) -> Callable[[ScenarioWorld], Awaitable[None]]:
    return lambda world: asyncio.sleep(seconds)


class Hesitating:
    """Minds that do something else before they decide."""

    def __init__(self, minds: NewConversation, before: Callable[[ScenarioWorld], Awaitable[None]]) -> None:
        self._minds = minds
        self._before = before

    def __call__(self, world: ScenarioWorld) -> Mind:
        return _Hesitant(self._minds(world), lambda: self._before(world))


class _Hesitant:
    def __init__(self, mind: Mind, before: Callable[[], Awaitable[None]]) -> None:
        self._mind = mind
        self._before = before

    async def open(self) -> Reply:
        return await self._mind.open()

    async def decide(self, turn: CallerTurn) -> Decision:
        await self._before()
        return await self._mind.decide(turn)

    def commit(self, decision: Decision) -> None:
        self._mind.commit(decision)

    def heard(self, text: str) -> None:
        self._mind.heard(text)
