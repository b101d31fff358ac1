from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue import phrases
from dialogue.evidence import ModelUse
from dialogue.faq.entry import FaqBook
from dialogue.manager import Conversation
from dialogue.turns import Act, After, CallerTurn, Reply, TurnKind

NewConversation = Callable[..., Conversation]
SILENCE = CallerTurn(TurnKind.SILENCE)


def said(text: str, confidence: float | None = None) -> CallerTurn:
    return CallerTurn(TurnKind.SPEECH, text=text, confidence=confidence)


def key(digits: str) -> CallerTurn:
    return CallerTurn(TurnKind.KEYPAD, digits=digits)


async def talk(conversation: Conversation, *turns: CallerTurn | str) -> Reply:
    """Take the turns in order and return the last reply."""
    reply = await conversation.open()
    for turn in turns:
        decision = await conversation.decide(said(turn) if isinstance(turn, str) else turn)
        conversation.commit(decision)
        conversation.heard(decision.reply.text)
        reply = decision.reply
    return reply


async def test_the_opening_names_company_ai_recording_its_purpose_and_the_way_to_a_person(
    new_conversation: NewConversation,
) -> None:
    reply = await new_conversation().open()
    for part in ("みなと通信", "AI", "録音", "応対品質", "オペレーター", "0"):
        assert part in reply.text
    assert not reply.interruptible


async def test_an_approved_answer_is_spoken_word_for_word(new_conversation: NewConversation, book: FaqBook) -> None:
    reply = await talk(new_conversation(), "料金プランを変更したいんですけど")
    entry = book.get("plan-change")
    assert entry is not None and reply.act is Act.ANSWER
    assert "".join(s for s in reply.sentences if s != phrases.FOLLOW_UP) == entry.spoken


async def test_every_reply_says_which_entry_and_version_and_scores_it_rests_on(
    new_conversation: NewConversation,
) -> None:
    evidence = (await talk(new_conversation(), "料金プランを変更したいんですけど")).evidence
    assert evidence.entry_ids == ("plan-change",)
    assert evidence.candidates[0].entry_id == "plan-change" and evidence.candidates[0].version >= 1
    assert evidence.faq_version == 1 and evidence.thresholds and evidence.heard


async def test_deciding_twice_changes_nothing_until_it_is_committed(new_conversation: NewConversation) -> None:
    conversation = new_conversation()
    await conversation.open()
    before = conversation.state
    first = await conversation.decide(said("料金プランを変更したい"))
    second = await conversation.decide(said("料金プランを変更したい"))
    assert conversation.state is before
    assert first.reply.sentences == second.reply.sentences


@pytest.mark.parametrize("text", ["今日の天気はどうですか", "カレーの作り方を教えてください", "野球の結果を教えて"])
async def test_what_the_faq_does_not_know_is_not_answered(new_conversation: NewConversation, text: str) -> None:
    assert (await talk(new_conversation(), text)).act is Act.REASK


async def test_the_re_ask_ladder_rephrases_gives_an_example_offers_the_keypad_then_a_person(
    new_conversation: NewConversation,
) -> None:
    conversation = new_conversation()
    replies = [await talk(conversation, "ごにょごにょふにゃふにゃ") for _ in range(4)]
    assert [reply.act for reply in replies] == [Act.REASK, Act.REASK, Act.REASK, Act.HAND_OVER]
    assert len({reply.text for reply in replies}) == 4
    assert "たとえば" in replies[1].text and "0を" in replies[2].text
    assert replies[3].escalation_reason == "not_understood"


async def test_silence_is_asked_after_then_the_keypad_is_named_then_the_call_ends_politely(
    new_conversation: NewConversation,
) -> None:
    conversation = new_conversation()
    replies = [await talk(conversation, SILENCE) for _ in range(3)]
    assert [reply.act for reply in replies] == [Act.NO_INPUT, Act.NO_INPUT, Act.CLOSE]
    assert "聞こえて" in replies[0].text and "0を" in replies[1].text
    assert replies[2].after is After.HANG_UP


async def test_speaking_again_starts_the_silence_ladder_anew(new_conversation: NewConversation) -> None:
    conversation = new_conversation()
    await talk(conversation, SILENCE, "料金プランを変更したい")
    assert (await talk(conversation, SILENCE)).text == phrases.SILENT_AFTER_ANSWER


async def test_once_more_repeats_the_answer_and_slowly_repeats_it_slower_and_stays_slow(
    new_conversation: NewConversation,
) -> None:
    conversation = new_conversation()
    answer = await talk(conversation, "料金プランを変更したい")
    again = await talk(conversation, "もう一度お願いします")
    assert again.act is Act.REPEAT and answer.sentences[0] in again.sentences and again.speed == 1.0
    slower = await talk(conversation, "もう少しゆっくり話してください")
    assert slower.act is Act.REPEAT and answer.sentences[0] in slower.sentences and slower.speed < 1.0
    assert (await talk(conversation, "支払い方法を変えたいです")).speed < 1.0


async def test_thanks_close_the_call_with_a_goodbye(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(), "料金プランを変更したい", "わかりました、ありがとうございました")
    assert (reply.act, reply.after) == (Act.CLOSE, After.HANG_UP)
    assert "ありがとうございました" in reply.text


@pytest.mark.parametrize("no", ["いいえ", "大丈夫です", "特にありません", "もうないです"])
async def test_nothing_more_after_the_follow_up_question_closes_the_call(
    new_conversation: NewConversation, no: str
) -> None:
    assert (await talk(new_conversation(), "料金プランを変更したい", no)).act is Act.CLOSE


async def test_yes_to_the_follow_up_question_invites_the_caller_to_go_on(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(), "料金プランを変更したい", "はい")
    assert reply.act is Act.ACKNOWLEDGE and "どうぞ" in reply.text


async def test_the_follow_up_question_is_not_asked_twice_in_a_row(new_conversation: NewConversation) -> None:
    conversation = new_conversation()
    first = await talk(conversation, "料金プランを変更したい")
    second = await talk(conversation, "支払い方法を変更したいです")
    assert phrases.FOLLOW_UP in first.sentences and phrases.FOLLOW_UP not in second.sentences


async def test_two_questions_in_one_breath_are_both_answered(new_conversation: NewConversation) -> None:
    reply = await talk(
        new_conversation(), "料金プランを変更したいんですけど、それとスマホの画面が割れたので修理をお願いしたいです"
    )
    assert set(reply.evidence.entry_ids) == {"plan-change", "phone-repair"}


@pytest.mark.parametrize("text", ["オペレーターに代わってください", "人と話したいんですけど"])
async def test_who_asks_for_a_person_is_handed_over_at_once(new_conversation: NewConversation, text: str) -> None:
    reply = await talk(new_conversation(), text)
    assert (reply.act, reply.after, reply.escalation_reason) == (Act.HAND_OVER, After.HAND_OVER, "caller_asked")


async def test_key_0_hands_over_whatever_was_asked(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(), key("0"))
    assert reply.after is After.HAND_OVER and reply.escalation_reason == "keypad"


async def test_out_of_hours_the_caller_is_told_when_a_person_will_call_back(new_conversation: NewConversation) -> None:
    sunday_night = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    reply = await talk(new_conversation(now=sunday_night), "オペレーターお願いします")
    assert "11月24日" in reply.text and "午前9時" in reply.text


async def test_an_emergency_gets_its_fixed_text_and_a_person(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(), "家が燃えているんです、火事です")
    assert reply.sentences == phrases.EMERGENCY and reply.after is After.HAND_OVER


async def test_an_angry_caller_gets_an_apology_and_a_person(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(), "ふざけるな、いい加減にしろ")
    assert "申し訳" in reply.text and reply.after is After.HAND_OVER


@pytest.mark.parametrize("text", ["あなたは人間ですか", "AIですか", "これって機械なんですか"])
async def test_it_never_pretends_to_be_a_person(new_conversation: NewConversation, text: str) -> None:
    reply = await talk(new_conversation(), text)
    assert "AI" in reply.text and "人ではなく" in reply.text


async def test_a_caller_who_fetches_something_is_waited_for(new_conversation: NewConversation) -> None:
    conversation = new_conversation()
    assert (await talk(conversation, "ちょっと待ってください")).act is Act.WAIT
    assert (await talk(conversation, SILENCE)).text == phrases.STILL_WAITING


async def test_an_entry_for_a_person_is_spoken_and_then_handed_over(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(), "同じ請求が二回引き落とされています")
    assert reply.evidence.entry_ids == ("double-charge",)
    assert reply.after is After.HAND_OVER and reply.escalation_reason == "entry"


@dataclass(frozen=True)
class Routed:
    label: str | None
    model_use: ModelUse


class FixedRouter:
    """A router that always says the same; the real one is tested with the real model."""

    def __init__(self, label: str | None, outcome: str = "used") -> None:
        self.label = label
        self.outcome = outcome
        self.asked: list[str] = []

    async def route(self, utterance: str, candidates: Sequence[tuple[str, str]]) -> Routed:
        self.asked.append(utterance)
        return Routed(self.label, ModelUse("fixed", "route", self.outcome, self.label, 1.0))


async def test_a_sure_match_does_not_trouble_the_language_model(new_conversation: NewConversation) -> None:
    router = FixedRouter("none")
    await talk(new_conversation(router), "料金プランを変更したいんですけど")
    assert not router.asked


async def test_a_model_that_is_late_changes_nothing_but_is_noted(new_conversation: NewConversation) -> None:
    silent = FixedRouter(None, "late")
    with_model = await talk(new_conversation(silent), "解約について")
    without = await talk(new_conversation(), "解約について")
    assert with_model.sentences == without.sentences
    if silent.asked:
        assert with_model.evidence.model_uses[0].outcome == "late"


async def test_a_model_cannot_bring_in_an_entry_that_retrieval_did_not_find(new_conversation: NewConversation) -> None:
    reply = await talk(new_conversation(FixedRouter("no-such-entry")), "解約について")
    assert "no-such-entry" not in reply.evidence.entry_ids


_TURNS = st.lists(
    st.one_of(
        st.just(SILENCE),
        st.sampled_from(["0", "1", "2", "5", "*", "#", "12"]).map(key),
        st.sampled_from(
            ["はい", "いいえ", "もう一度", "解約したい", "ふにゃふにゃ", "それはいくら", "待って", "", "。"]
        ).map(said),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=_TURNS)
async def test_whatever_is_said_there_is_always_a_reply_and_no_prompt_more_than_three_times(
    new_conversation: NewConversation, turns: list[CallerTurn]
) -> None:
    conversation = new_conversation()
    await conversation.open()
    prompts: Counter[str] = Counter()
    for turn in turns:
        decision = await conversation.decide(turn)
        conversation.commit(decision)
        assert decision.reply.sentences and all(decision.reply.sentences)
        if decision.reply.act is Act.REASK and turn.kind is TurnKind.SPEECH:
            prompts[decision.reply.text] += 1
        if decision.reply.after is not After.LISTEN:
            break
    assert max(prompts.values(), default=0) <= 3
