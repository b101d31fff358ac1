"""The features of a text's end."""

from hypothesis import given
from hypothesis import strategies as st

from voice.turn.end_text import TextFeatures

NAMER = TextFeatures()


def test_the_last_characters_and_the_last_word_are_named() -> None:
    assert {"c1:が", "c2:金が", "s:が"} <= set(NAMER.of("料金が"))


def test_punctuation_does_not_count() -> None:
    assert NAMER.of("料金が高いです。") == NAMER.of("料金が高いです")


def test_the_rule_that_reads_the_ending_is_among_them() -> None:
    assert {"e:complete", "r:polite_end"} <= set(NAMER.of("料金が高いです"))


def test_predicates_are_counted() -> None:
    assert "n:0" in NAMER.of("料金が")
    assert "n:1" in NAMER.of("料金が高い")


def test_no_words_have_a_name_too() -> None:
    assert NAMER.of(" 。") == ("none",)


@given(st.text(max_size=50))
def test_every_text_has_features_each_once(text: str) -> None:
    found = NAMER.of(text)
    assert found
    assert len(found) == len(set(found))
