from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.context import Context, Topic, Understanding, readings_of

PLAN = Topic("plan-change", "料金プランの変更", "プランを変えたい")
CANCEL = Topic("mobile-cancel", "スマホの解約方法", "スマホを解約したいんですが")
AFTER_TWO = Context((PLAN, CANCEL), "スマホを解約したいんですが")


def test_a_turn_that_stands_by_itself_is_taken_as_it_is() -> None:
    (reading,) = readings_of("データの残量を確認する方法を教えてもらえますか", AFTER_TWO)
    assert reading.how is Understanding.AS_ASKED


@pytest.mark.parametrize(
    "text", ["じゃあ、それはいくら？", "手数料はかかりますか", "その場合はいつからですか", "どこでできますか"]
)
def test_an_ellipsis_leans_on_the_last_topic(text: str) -> None:
    reading = readings_of(text, AFTER_TWO)[0]
    assert reading.how is Understanding.IN_CONTEXT and reading.about == CANCEL
    assert reading.query.startswith("スマホの解約方法、")


def test_without_a_topic_an_ellipsis_stands_by_itself() -> None:
    assert [reading.how for reading in readings_of("それはいくら？", Context())] == [Understanding.AS_ASKED]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("いや、光のほうです", "光"),
        ("スマホじゃなくて光です", "光"),
        ("違います、光なんですけど", "光"),
        ("光のほうはどうですか", "光"),
    ],
)
def test_a_correction_names_what_is_meant_and_excludes_what_was_refused(text: str, named: str) -> None:
    reading = readings_of(text, AFTER_TWO)[0]
    assert reading.how is Understanding.CORRECTED
    assert reading.named == named and "mobile-cancel" in reading.excluded


def test_a_correction_of_one_word_replaces_it_in_the_question() -> None:
    assert readings_of("スマホじゃなくて光です", AFTER_TWO)[0].query == "光を解約したいんですが"


def test_a_no_to_the_follow_up_question_is_no_correction() -> None:
    asked = Context((CANCEL,), "スマホを解約したい", follow_up_asked=True)
    assert readings_of("いいえ、住所も変えたいんです", asked)[0].how is not Understanding.CORRECTED


def test_one_more_matter_is_no_correction() -> None:
    assert readings_of("いえ、あと支払い方法も変えたいんです", AFTER_TWO)[0].how is Understanding.AS_ASKED


def test_going_back_returns_to_the_topic_before_the_last() -> None:
    reading = readings_of("さっきの話に戻りますけど", AFTER_TWO)[0]
    assert (reading.how, reading.about, reading.bare) == (Understanding.RETURNED, PLAN, True)


def test_going_back_by_name_returns_to_the_named_topic_with_the_new_question() -> None:
    reading = readings_of("さっきの解約の話なんですけど、いつまでに言えばいいですか", AFTER_TWO)[0]
    assert reading.about == CANCEL and not reading.bare
    assert reading.query.endswith("いつまでに言えばいいですか")


def test_the_first_matter_is_the_first_topic() -> None:
    three = Context((PLAN, CANCEL, Topic("bill-high", "請求が高い")), "請求が高い")
    assert readings_of("最初の件なんですけど", three)[0].about == PLAN


@given(st.text(max_size=60))
def test_whatever_is_said_the_last_reading_is_the_words_as_they_stand(text: str) -> None:
    readings = readings_of(text, AFTER_TWO)
    assert readings[-1].how is Understanding.AS_ASKED and 1 <= len(readings) <= 3
