"""A tool in a conversation: offered after its matter, confirmed by the caller, run once, told honestly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from dialogue.company import Company
from dialogue.faq.entry import FaqBook
from dialogue.knowledge import Knowledge
from dialogue.manager import Conversation, ConversationParts
from dialogue.retrieval.retriever import Retriever
from dialogue.tools.flow import ToolRun
from dialogue.tools.runner import ToolOutcome, ToolResult
from dialogue.tools.spec import Tool, ToolBox
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind
from tests.dialogue.tools.conftest import a_tool

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DONE = ToolResult(ToolOutcome.DONE, {"result_number": "A-1"})
ASKED = "今月の請求がいつもより高いのはなぜですか"


class Desk:
    """Where tools are run: it remembers the runs and answers as agreed."""

    def __init__(self, result: ToolResult = DONE) -> None:
        self.result = result
        self.runs: list[ToolRun] = []

    async def run(self, tool: Tool, run: ToolRun) -> ToolResult:
        self.runs.append(run)
        return self.result


Talk = Callable[..., tuple[Conversation, Desk]]


@pytest.fixture
def start(company: Company, book: FaqBook, retriever: Retriever) -> Talk:
    def make(result: ToolResult = DONE) -> tuple[Conversation, Desk]:
        desk = Desk(result)
        knowledge = Knowledge(company, book, retriever, tools=ToolBox(tools=(a_tool(),)))
        parts = ConversationParts(lambda: knowledge, asyncio.to_thread, lambda: NOW, tool_runner=desk)
        return Conversation(parts, key="call-1"), desk

    return make


async def said(conversation: Conversation, *turns: str) -> Reply:
    """Take the turns; a confirmed tool is run as the line would run it."""
    reply = None
    for text in turns:
        turn = CallerTurn(TurnKind.KEYPAD, digits=text) if text.isdigit() else CallerTurn(TurnKind.SPEECH, text=text)
        decision = await conversation.decide(turn)
        conversation.commit(decision)
        conversation.heard(decision.reply.text)
        if decision.reply.after is After.RUN_TOOL:
            decision = await conversation.run_tool()
            conversation.commit(decision)
        reply = decision.reply
    assert reply is not None
    return reply


async def test_a_tool_is_offered_after_an_answer_of_its_matter_and_not_elsewhere(start: Talk) -> None:
    conversation, _ = start()
    assert "ご予約なさいますか" in (await said(conversation, ASKED)).text
    assert "ご予約" not in (await said(start()[0], "料金プランを変更したい")).text


async def test_values_are_collected_read_back_and_written_after_a_plain_yes(start: Talk) -> None:
    conversation, desk = start()
    read_back = await said(conversation, ASKED, "はい", "090の1234の5678です", "明日でお願いします")
    assert "11月25日、水曜日" in read_back.text and read_back.expects is Expects.YES_NO and not desk.runs
    done = await said(conversation, "はい、お願いします")
    assert "受付番号はA-1" in done.text
    assert [run.arguments for run in desk.runs] == [{"phone": "09012345678", "day": "2026-11-25"}]


async def test_a_number_may_be_keyed(start: Talk) -> None:
    conversation, _ = start()
    assert "ご希望の日" in (await said(conversation, ASKED, "はい", "09012345678")).text


@pytest.mark.parametrize("answer", ["いいえ、違います", "うーん、どうしようかな", "解約金も教えて"])
async def test_nothing_is_written_without_a_plain_yes(start: Talk, answer: str) -> None:
    conversation, desk = start()
    await said(conversation, ASKED, "はい", "09012345678", "明日", answer)
    assert not desk.runs


async def test_deciding_ahead_runs_nothing(start: Talk) -> None:
    conversation, desk = start()
    await said(conversation, ASKED, "はい", "09012345678", "明日")
    for _ in range(3):
        await conversation.decide(CallerTurn(TurnKind.SPEECH, text="はい"))
    assert not desk.runs


@pytest.mark.parametrize("outcome", [ToolOutcome.FAILED, ToolOutcome.REFUSED, ToolOutcome.UNKNOWN])
async def test_what_was_not_done_is_not_told_as_done_and_goes_to_a_person(start: Talk, outcome: ToolOutcome) -> None:
    conversation, _ = start(ToolResult(outcome))
    reply = await said(conversation, ASKED, "はい", "09012345678", "明日", "はい")
    assert reply.act is Act.HAND_OVER and reply.escalation_reason == "tool_failed"
    assert "承りました" not in reply.text


async def test_a_tool_that_was_declined_is_not_offered_again(start: Talk) -> None:
    conversation, _ = start()
    await said(conversation, ASKED, "いいえ、いいです")
    assert "ご予約" not in (await said(conversation, ASKED)).text


async def test_a_caller_may_stop_at_any_time(start: Talk) -> None:
    conversation, desk = start()
    reply = await said(conversation, ASKED, "はい", "やっぱりいいです")
    assert "取りやめました" in reply.text and not desk.runs


async def test_who_asks_for_a_person_in_the_middle_gets_one(start: Talk) -> None:
    conversation, desk = start()
    reply = await said(conversation, ASKED, "はい", "オペレーターに代わってください")
    assert reply.act is Act.HAND_OVER and not desk.runs
