"""What people tell the agent to do: answer by an entry, take up a procedure, go on where a person left off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from dialogue.company import Company
from dialogue.evidence import Evidence
from dialogue.faq.entry import FaqBook
from dialogue.knowledge import Knowledge
from dialogue.manager import Conversation, ConversationParts
from dialogue.retrieval.retriever import Retriever
from dialogue.tools.spec import ToolBox
from dialogue.turns import Act, CallerTurn, Expects, TurnKind
from tests.dialogue.tools.conftest import a_tool

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
AFTER_HOURS = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
SATO = "佐藤"
LEAD = "お電話を自動音声に戻します。"
OPEN = "引き続き、ご用件をお話しください。"
SILENCE = CallerTurn(TurnKind.SILENCE)
Make = Callable[..., Conversation]


@pytest.fixture
def make(company: Company, book: FaqBook, retriever: Retriever) -> Make:
    def conversation(now: datetime = NOW) -> Conversation:
        knowledge = Knowledge(company, book, retriever, tools=ToolBox(tools=(a_tool(),)))
        return Conversation(ConversationParts(lambda: knowledge, asyncio.to_thread, lambda: now))

    return conversation


async def hinted(conversation: Conversation, words: str) -> Conversation:
    hint = await conversation.look_up(words, SATO)
    assert hint is not None
    conversation.whisper(hint)
    return conversation


async def evidence_of(conversation: Conversation, turn: CallerTurn | str) -> Evidence:
    heard = CallerTurn(TurnKind.SPEECH, text=turn) if isinstance(turn, str) else turn
    decision = await conversation.decide(heard)
    conversation.commit(decision)
    return decision.reply.evidence


@pytest.mark.parametrize("words", ["plan-change", " plan-change ", "料金プランを変更したいんですけど"])
async def test_a_hint_names_an_entry_by_its_id_or_by_a_plain_question(make: Make, words: str) -> None:
    hint = await make().look_up(words, SATO)
    assert hint is not None and (hint.entry_id, hint.by) == ("plan-change", SATO) and hint.title


@pytest.mark.parametrize("words", ["", "お名前を聞いて", "怒っているので気をつけて", "no-such-entry"])
async def test_what_the_agent_cannot_do_is_no_hint(make: Make, words: str) -> None:
    assert await make().look_up(words, SATO) is None


async def test_the_agent_answers_by_the_hint_at_its_next_turn_and_the_evidence_says_by_whom(make: Make) -> None:
    conversation = await hinted(make(), "plan-change")
    evidence = await evidence_of(conversation, "ええと、うまく言えないんですが")
    assert (evidence.rule, evidence.entry_ids, evidence.whispered_by) == ("whisper", ("plan-change",), SATO)
    assert evidence.faq_version == 1


async def test_a_caller_who_says_nothing_hears_the_hints_answer_instead_of_being_asked(make: Make) -> None:
    conversation = await hinted(make(), "plan-change")
    assert (await evidence_of(conversation, SILENCE)).entry_ids == ("plan-change",)


async def test_a_hint_is_followed_once(make: Make) -> None:
    conversation = await hinted(make(), "plan-change")
    await evidence_of(conversation, "ええと")
    assert (await evidence_of(conversation, SILENCE)).whispered_by == ""


async def test_a_hint_that_was_only_thought_ahead_is_still_to_be_followed(make: Make) -> None:
    conversation = await hinted(make(), "plan-change")
    await conversation.decide(CallerTurn(TurnKind.SPEECH, text="ええと"))
    assert (await evidence_of(conversation, "ええと")).whispered_by == SATO


async def test_an_emergency_goes_before_a_hint(make: Make) -> None:
    conversation = await hinted(make(), "plan-change")
    evidence = await evidence_of(conversation, "家が火事なんです、助けてください")
    assert evidence.whispered_by == "" and evidence.decision == Act.HAND_OVER.value


async def test_the_talk_itself_goes_before_a_hint(make: Make) -> None:
    conversation = await hinted(make(), "plan-change")
    assert (await evidence_of(conversation, "もう一度お願いします")).whispered_by == ""
    assert (await evidence_of(conversation, "ええと")).whispered_by == SATO


async def test_given_back_the_agent_says_so_and_asks_what_is_wanted(make: Make) -> None:
    decision = await make().go_on(None, LEAD, OPEN)
    assert decision.reply.sentences == (LEAD, OPEN)


async def test_given_back_with_an_entry_the_agent_answers_by_it(make: Make, book: FaqBook) -> None:
    conversation, entry = make(), book.get("plan-change")
    assert entry is not None
    decision = await conversation.go_on(await conversation.look_up("plan-change", SATO), LEAD, OPEN)
    assert decision.reply.sentences[0] == LEAD and entry.spoken in decision.reply.text
    assert decision.reply.evidence.whispered_by == SATO


async def test_given_back_with_a_procedure_the_agent_asks_for_its_first_value(make: Make) -> None:
    conversation = make()
    decision = await conversation.go_on(await conversation.look_up(a_tool().name, SATO), LEAD, OPEN)
    assert (decision.reply.act, decision.reply.expects) == (Act.COLLECT, Expects.DIGITS)
    assert decision.reply.sentences == (LEAD, a_tool().arguments[0].ask)


async def test_given_back_in_the_middle_of_a_procedure_the_agent_keeps_what_it_has(make: Make) -> None:
    conversation = make()
    conversation.commit(await conversation.go_on(await conversation.look_up(a_tool().name, SATO), LEAD, OPEN))
    conversation.commit(await conversation.decide(CallerTurn(TurnKind.SPEECH, text="090の1234の5678です")))
    again = await conversation.go_on(None, LEAD, OPEN)
    assert again.reply.sentences == (LEAD, a_tool().arguments[1].ask)


@pytest.mark.parametrize(("now", "outcome"), [(NOW, "callback_booked"), (AFTER_HOURS, "out_of_hours")])
async def test_a_promise_to_call_back_goes_by_the_hours(make: Make, now: datetime, outcome: str) -> None:
    promise = make(now).promise()
    assert promise.outcome == outcome and "折り返し" in promise.sentences[-1]
    assert not any(sentence.startswith("かしこまりました") for sentence in promise.sentences)


async def test_where_no_ai_answers_the_caller_is_still_told_of_the_recording(make: Make) -> None:
    notice = "".join(make().opening_notice())
    assert "みなと通信" in notice and "録音" in notice and "AI" not in notice


async def test_what_a_person_and_the_caller_said_is_in_the_notes_history(make: Make) -> None:
    conversation = make()
    conversation.overheard("引っ越しの件です。", by_agent=False)
    conversation.overheard("承りました。", by_agent=True)
    assert [(line.by_agent, line.text) for line in conversation.history] == [
        (False, "引っ越しの件です。"),
        (True, "承りました。"),
    ]
