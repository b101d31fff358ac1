"""Which of the operators' answers stands in a draft."""

from __future__ import annotations

from dialogue.mining.answers import best_answer, likeness
from dialogue.mining.calls import Asked, TurnLink

FREE = "電話帳への掲載は、無料でお取り消しいただけます。"
NEXT_YEAR = "次の年の版から載らなくなります。"


def told(call: str, *sentences: str) -> Asked:
    return Asked(TurnLink(call, 1), "電話帳に載せたくないんですけど", sentences, (TurnLink(call, 5),))


def test_where_nobody_answered_the_answer_is_empty() -> None:
    assert best_answer([told("a"), told("b")]).sentences == ()


def test_the_answer_is_the_one_that_the_others_support() -> None:
    drawn = best_answer([told("a", "それはわかりかねます。"), told("b", FREE), told("c", FREE)])
    assert drawn.sentences == (FREE,)
    assert drawn.supported_by == 2
    assert drawn.told_at == (TurnLink("b", 5),)


def test_of_three_a_sentence_that_nobody_else_says_is_left_out() -> None:
    own = "お客様の場合は来月のご請求からです。"
    drawn = best_answer([told("a", FREE, own, NEXT_YEAR), told("b", FREE, NEXT_YEAR), told("c", FREE, NEXT_YEAR)])
    assert own not in drawn.sentences
    assert drawn.sentences == (FREE, NEXT_YEAR)


def test_the_only_answer_there_is_stands_whole() -> None:
    assert best_answer([told("a", FREE, NEXT_YEAR)]).sentences == (FREE, NEXT_YEAR)


def test_operators_who_tell_other_numbers_are_shown_and_do_not_support_each_other() -> None:
    right, wrong = "手数料は2,200円でございます。", "手数料は3,300円でございます。"
    drawn = best_answer([told("a", right), told("b", right), told("c", wrong)])
    assert drawn.sentences == (right,)
    assert drawn.supported_by == 2
    assert drawn.disagreements == (wrong,)


def test_one_call_that_says_it_twice_counts_once() -> None:
    drawn = best_answer([told("a", FREE), told("a", FREE), told("b", FREE)])
    assert drawn.supported_by == 2


def test_likeness_looks_past_numbers_and_signs() -> None:
    assert likeness("手数料は2,200円です", "手数料は3,300円です。") == 1.0
    assert likeness("手数料は2,200円です。", "店は10時からです。") < 0.5
    assert likeness("", "店は10時からです。") == 0.0
