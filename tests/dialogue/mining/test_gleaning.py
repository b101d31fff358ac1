"""What is drawn from a call: the question in the caller's words, the operator's statements, nobody's name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.mining.calls import CallLine, PastCall, TurnLink, Who
from dialogue.mining.gleaning import Gleaner
from dialogue.privacy.finder import find_personal

MISSED = CallLine(2, Who.AGENT, "恐れ入りますが、もう一度お聞かせください。", "reask")
TOLD = CallLine(3, Who.OPERATOR, "お電話代わりました。電話帳への掲載は、無料でお取り消しいただけます。")


def asks(text: str, *after: CallLine) -> PastCall:
    return PastCall("call-1", (CallLine(1, Who.CALLER, text), *after))


def texts(call: PastCall) -> list[str]:
    return [asked.text for asked in Gleaner().glean(call)]


def test_a_question_that_the_agent_missed_is_drawn_without_its_fillers() -> None:
    call = asks("あのー、すみません、えーと電話帳に番号を載せたくないんですけど", MISSED)
    assert texts(call) == ["電話帳に番号を載せたくないんですけど"]


def test_the_operators_statement_is_its_answer_and_leads_to_its_turn() -> None:
    asked = Gleaner().glean(asks("電話帳に番号を載せたくないんですけど", MISSED, TOLD))[0]
    assert asked.answer == ("電話帳への掲載は、無料でお取り消しいただけます。",)
    assert asked.link == TurnLink("call-1", 1)
    assert asked.told_at == (TurnLink("call-1", 3),)


def test_a_question_that_the_agent_answered_is_nothing_new() -> None:
    answered = CallLine(2, Who.AGENT, "みなと光は、解約金が4,400円かかります。", "answer")
    assert texts(asks("光の解約金はいくらですか", answered)) == []


@pytest.mark.parametrize(
    "text", ["はい", "オペレーターにつないでください", "もう一度お願いします", "ありがとうございました", "", "うーん"]
)
def test_what_is_no_matter_is_not_drawn(text: str) -> None:
    assert texts(asks(text, MISSED)) == []


@pytest.mark.parametrize(
    "said",
    [
        "少々お待ちください。",
        "お名前をお聞かせいただけますか。",
        "かしこまりました。",
        "ほかにご不明な点はございませんか。",
    ],
)
def test_manners_and_questions_back_are_no_answer(said: str) -> None:
    asked = Gleaner().glean(asks("電話帳に番号を載せたくないんですけど", MISSED, CallLine(3, Who.OPERATOR, said)))
    assert asked[0].answer == ()


def test_an_answer_ends_where_the_caller_asks_something_else() -> None:
    later = CallLine(4, Who.CALLER, "それと、株主優待の券はどうやって使うんですか")
    other = CallLine(5, Who.OPERATOR, "優待券は1枚につき1,000円をお支払いにお使いいただけます。")
    found = Gleaner().glean(asks("電話帳に番号を載せたくないんですけど", MISSED, TOLD, later, other))
    assert [asked.answer for asked in found] == [
        ("電話帳への掲載は、無料でお取り消しいただけます。",),
        ("優待券は1枚につき1,000円をお支払いにお使いいただけます。",),
    ]


def test_who_is_calling_is_left_out_and_the_matter_stays() -> None:
    assert texts(asks("田中と申しますが、電話帳に番号を載せたくないんですけど", MISSED)) == [
        "電話帳に番号を載せたくないんですけど"
    ]


def test_a_sentence_that_names_the_caller_is_no_part_of_an_answer() -> None:
    said = "田中様のご契約は電話番号090-1234-5678です。電話帳への掲載は、無料でお取り消しいただけます。"
    asked = Gleaner().glean(asks("電話帳に番号を載せたくないんですけど", MISSED, CallLine(3, Who.OPERATOR, said)))
    assert asked[0].answer == ("電話帳への掲載は、無料でお取り消しいただけます。",)


NAMES = st.sampled_from(["田中", "佐藤花子", "鈴木一郎", "高橋", "渡辺美咲", "タナカ", "小林"])
NUMBERS = st.from_regex(r"0[789]0-?[1-9][0-9]{3}-?[0-9]{4}|0[1-9]-[1-9][0-9]{3}-[0-9]{4}", fullmatch=True)
FRAMES = st.sampled_from(
    [
        "{name}と申しますが、電話帳に番号を載せたくないんですけど",
        "電話帳に番号を載せたくないんですけど、{name}と申します。電話番号は{number}です",
        "{number}の{name}です。電話帳の掲載をやめたいんですが",
        "私の番号は{number}ですが、電話帳に載せないでもらえますか",
        "電話帳に{number}を載せないでほしいんです",
    ]
)


@settings(max_examples=60, deadline=None)
@given(FRAMES, NAMES, NUMBERS)
def test_no_name_and_no_number_comes_through(frame: str, name: str, number: str) -> None:
    said = frame.format(name=name, number=number)
    told = CallLine(3, Who.OPERATOR, f"{name}様の番号は{number}ですね。掲載の取り消しは無料でございます。")
    for asked in Gleaner().glean(asks(said, MISSED, told)):
        kept = "".join((asked.text, *asked.answer))
        assert number not in kept
        assert name not in kept
        assert not find_personal(kept)


def test_a_long_number_of_no_known_kind_is_left_out_too() -> None:
    assert texts(asks("受付の４７１１９８２２３です、電話帳の掲載をやめたいんですが", MISSED)) == [
        "電話帳の掲載をやめたいんですが"
    ]


def test_a_number_that_is_for_everybody_may_stand_in_an_answer() -> None:
    told = CallLine(3, Who.OPERATOR, "掲載の取り消しは、0120-116-000で承っております。")
    asked = Gleaner().glean(asks("電話帳の掲載をやめたいんですが", MISSED, told))
    assert asked[0].answer == ("掲載の取り消しは、0120-116-000で承っております。",)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Who), st.text(max_size=40), st.sampled_from(["", "reask", "answer"]))))
def test_any_call_can_be_read(lines: list[tuple[Who, str, str]]) -> None:
    call = PastCall("c", tuple(CallLine(n, who, text, act) for n, (who, text, act) in enumerate(lines)))
    for asked in Gleaner().glean(call):
        assert call.lines[asked.link.turn].who is Who.CALLER
