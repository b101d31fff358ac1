"""What comes of one sentence of a caller: right, wrong, asked back, handed over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bench.mind_play import NO, YES, Came, Played, Player, Saying, typed
from bench.mind_sets import Asked
from dialogue.evidence import Evidence
from dialogue.faq.entry import FaqEntry
from dialogue.state import ConversationState, Decision, Option
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind

BILL = FaqEntry(
    id="bill", category="c", title="請求金額の確認", questions=("請求",), spoken="毎月10日に確定いたします。"
)
HIGH = FaqEntry(id="high", category="c", title="金額が高い理由", questions=("高い",), spoken="通話料が主な理由です。")
CLAIM = FaqEntry(
    id="claim", category="c", title="苦情", questions=("苦情",), spoken="担当者が伺います。", escalate=True
)
ENTRIES = {entry.id: entry for entry in (BILL, HIGH, CLAIM)}


def reply(
    *sentences: str,
    act: Act = Act.ANSWER,
    ids: tuple[str, ...] = (),
    after: After = After.LISTEN,
    expects: Expects = Expects.FREE,
) -> Reply:
    return Reply(sentences, act, Evidence(decision="test", entry_ids=ids), after=after, expects=expects)


def answer(entry: FaqEntry) -> Reply:
    return reply(entry.spoken, ids=(entry.id,))


class ScriptedMind:
    """Gives replies in order, with the options that each leaves open, and keeps what it was told."""

    def __init__(self, *replies: tuple[Reply, Sequence[FaqEntry]]) -> None:
        self._replies = list(replies)
        self._state = ConversationState()
        self.told: list[str] = []

    @property
    def state(self) -> ConversationState:
        return self._state

    async def decide(self, turn: CallerTurn) -> Decision:
        self.told.append(turn.text)
        given, offered = self._replies.pop(0)
        options = tuple(Option(entry.id, entry.title) for entry in offered)
        return Decision(given, replace(self._state, options=options))

    def commit(self, decision: Decision) -> None:
        self._state = decision.state

    def heard(self, text: str) -> None:
        """Nothing of it changes what is scripted."""


def play(mind: ScriptedMind, *accepted: str, saying: Saying | None = None) -> Played:
    asked = Asked("料金のことで", frozenset(accepted), "second", "plain")
    return asyncio.run(Player(lambda: mind, ENTRIES.get).play(asked, saying or typed(asked)))


def confirming(entry: FaqEntry) -> tuple[Reply, Sequence[FaqEntry]]:
    return reply("でしょうか。", act=Act.CLARIFY, expects=Expects.YES_NO), (entry,)


def test_the_accepted_entry_spoken_at_once_is_right() -> None:
    played = play(ScriptedMind((answer(BILL), ())), "bill")
    assert (played.right, played.at_once, played.wrong, played.came) == (True, True, False, Came.ANSWERED)


def test_any_of_several_accepted_entries_is_right() -> None:
    assert play(ScriptedMind((answer(HIGH), ())), "bill", "high").right


def test_another_entry_is_wrong() -> None:
    played = play(ScriptedMind((answer(HIGH), ())), "bill")
    assert (played.right, played.wrong) == (False, True)


def test_two_answers_of_which_one_is_not_accepted_are_wrong() -> None:
    both = reply(BILL.spoken, HIGH.spoken, ids=("bill", "high"))
    played = play(ScriptedMind((both, ())), "bill")
    assert (played.right, played.wrong) == (False, True)


def test_yes_to_the_right_question_leads_to_a_right_answer_that_was_not_at_once() -> None:
    mind = ScriptedMind(confirming(BILL), (answer(BILL), ()))
    played = play(mind, "bill")
    assert (played.right, played.at_once, played.came) == (True, False, Came.CONFIRMED)
    assert mind.told[1] == YES


def test_of_several_matters_the_right_one_is_picked_by_its_title() -> None:
    mind = ScriptedMind(
        (reply("どちらでしょうか。", act=Act.CLARIFY, expects=Expects.CHOICE), (HIGH, BILL)), (answer(BILL), ())
    )
    assert play(mind, "bill").came is Came.CLARIFIED
    assert mind.told[1] == "請求金額の確認です"


def test_a_wrong_question_is_denied_and_the_matter_said_once_more() -> None:
    mind = ScriptedMind(confirming(HIGH), (reply("別の言い方で", act=Act.REASK), ()), (answer(BILL), ()))
    assert play(mind, "bill").right
    assert mind.told == ["料金のことで", NO, "料金のことで"]


def test_a_wrong_answer_after_the_question_is_wrong() -> None:
    mind = ScriptedMind(confirming(HIGH), (reply("別の言い方で", act=Act.REASK), ()), (answer(HIGH), ()))
    assert play(mind, "bill").wrong


def test_a_second_question_back_is_not_right_and_not_wrong() -> None:
    mind = ScriptedMind(confirming(HIGH), (reply("別の言い方で", act=Act.REASK), ()), confirming(BILL))
    played = play(mind, "bill")
    assert (played.right, played.wrong) == (False, False)


def test_a_hand_over_is_right_where_the_entry_itself_hands_over() -> None:
    handed = reply("担当の者に引き継ぎます。", act=Act.HAND_OVER, after=After.HAND_OVER)
    assert play(ScriptedMind((handed, ())), "claim").right
    played = play(ScriptedMind((handed, ())), "bill")
    assert (played.right, played.wrong, played.came) == (False, False, Came.HANDED_OVER)


def test_out_of_scope_is_wrong_as_soon_as_any_entry_is_spoken() -> None:
    assert play(ScriptedMind((answer(BILL), ()))).wrong
    handed = reply(CLAIM.spoken, "引き継ぎます。", act=Act.HAND_OVER, after=After.HAND_OVER, ids=("claim",))
    assert play(ScriptedMind((handed, ()))).wrong


def test_out_of_scope_a_question_back_is_denied_and_nothing_is_repeated() -> None:
    mind = ScriptedMind(confirming(BILL), (reply("別の言い方で", act=Act.REASK), ()))
    played = play(mind)
    assert (played.wrong, played.came) == (False, Came.CONFIRMED)
    assert mind.told == ["料金のことで", NO]


def test_what_is_not_understood_is_heard_again_before_anything_is_said() -> None:
    mind = ScriptedMind((reply("別の言い方で", act=Act.REASK), ()), (answer(BILL), ()))
    again = CallerTurn(TurnKind.SPEECH, "請求のことで")
    saying = Saying(CallerTurn(TurnKind.SPEECH, "正午のことで", provisional=True), lambda: again)
    played = play(mind, "bill", saying=saying)
    assert (played.at_once, played.came, played.heard) == (True, Came.ANSWERED, "正午のことで")
    assert mind.told == ["正午のことで", "請求のことで"]


def test_a_second_hearing_that_only_asks_back_does_not_replace_a_first_question() -> None:
    mind = ScriptedMind(confirming(BILL), confirming(HIGH), (answer(BILL), ()))
    saying = Saying(CallerTurn(TurnKind.SPEECH, "せいきゅう"), lambda: CallerTurn(TurnKind.SPEECH, "たかい"))
    assert play(mind, "bill", saying=saying).right
