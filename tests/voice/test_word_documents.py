"""The published lists of words: what may stand in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recognition.vocabulary import Term
from voice.tts.dictionary import Pronunciation
from voice.word_documents import (
    WordsError,
    dictionary_content,
    pronunciations_of,
    terms_of,
    vocabulary_content,
)


def test_words_come_back_as_they_were_published() -> None:
    terms = (Term("みなと光", "みなとひかり", 3.0, "みなと光"), Term("MNP", "", 1.0, ""))
    readings = (Pronunciation("みなと光", "ミナトヒカリ"),)
    assert terms_of(vocabulary_content(terms)) == terms
    assert pronunciations_of(dictionary_content(readings)) == readings


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"surface": " "}, "語が空欄"),
        ({"surface": "光", "reading": "hikari"}, "ひらがなまたはカタカナ"),
        ({"surface": "光", "weight": 4}, "0から3"),
        ({"surface": "光", "weight": "強い"}, "0から3"),
        ({"surface": "あ" * 61}, "60文字以内"),
        ({"surface": "光\u0000"}, "制御文字"),
    ],
)
def test_a_word_that_cannot_be_used_is_told_by_its_place(row: dict[str, Any], told: str) -> None:
    with pytest.raises(WordsError, match=told) as caught:
        terms_of({"entries": [{"surface": "みなと"}, row]})
    assert [place for place, _ in caught.value.problems] == [1]


def test_the_same_word_twice_is_refused_in_both_lists() -> None:
    with pytest.raises(WordsError, match="2つ以上"):
        terms_of({"entries": [{"surface": "ＳＩＭ"}, {"surface": "sim"}]})
    rows = [{"surface": "SIM", "reading": "シム"}, {"surface": "sim", "reading": "エスアイエム"}]
    with pytest.raises(WordsError, match="すでに") as caught:
        pronunciations_of({"entries": rows})
    assert caught.value.problems[0][0] == 1


@pytest.mark.parametrize("content", [{"entries": "語"}, {"words": []}, {"entries": [1]}, {"entries": [{"x": 1}]}])
def test_another_shape_is_refused(content: dict[str, Any]) -> None:
    for read in (terms_of, pronunciations_of):
        with pytest.raises(WordsError):
            read(content)


@given(
    st.dictionaries(st.sampled_from(["surface", "reading", "weight", "display"]), st.text() | st.floats() | st.none())
)
def test_whatever_is_written_is_read_or_refused(row: dict[str, Any]) -> None:
    for read in (terms_of, pronunciations_of):
        try:
            read({"entries": [row]})
        except WordsError as error:
            assert error.problems
