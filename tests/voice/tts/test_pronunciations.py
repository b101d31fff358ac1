"""The company's own readings: checked when entered, in force from the next sentence."""

import pytest

from voice.tts.dictionary import DictionaryError, Pronunciation, PronunciationDictionary, check_pronunciation


def test_a_word_is_replaced_by_its_reading_in_katakana() -> None:
    dictionary = PronunciationDictionary([Pronunciation("湊", "みなと")])

    assert dictionary.apply("湊通信です。") == "ミナト通信です。"


def test_the_longest_word_wins() -> None:
    dictionary = PronunciationDictionary([Pronunciation("湊", "ソー"), Pronunciation("湊光", "ミナトヒカリ")])

    assert dictionary.apply("湊光と湊") == "ミナトヒカリとソー"


def test_a_word_is_found_in_full_width_and_in_any_case() -> None:
    dictionary = PronunciationDictionary([Pronunciation("Minato 5G", "ミナトファイブジー")])

    assert dictionary.apply("ＭＩＮＡＴＯ　５Ｇ") == "ミナトファイブジー"


def test_a_latin_word_is_not_found_inside_a_longer_one() -> None:
    dictionary = PronunciationDictionary([Pronunciation("SIM", "シム")])

    assert dictionary.apply("SIMPLE SIMカード") == "SIMPLE シムカード"


def test_a_reading_is_not_replaced_again() -> None:
    dictionary = PronunciationDictionary([Pronunciation("港", "ミナト"), Pronunciation("ミナト", "ハーバー")])

    assert dictionary.apply("港") == "ミナト"


def test_replaced_entries_hold_from_the_next_text_on() -> None:
    dictionary = PronunciationDictionary([Pronunciation("湊", "ミナト")])
    before = dictionary.apply("湊")
    dictionary.replace([Pronunciation("湊", "ソー")])

    assert (before, dictionary.apply("湊"), dictionary.version) == ("ミナト", "ソー", 1)


@pytest.mark.parametrize(
    ("surface", "reading", "named"),
    [
        ("", "ミナト", "表記が空欄"),
        ("湊", "", "読みが空欄"),
        ("湊", "minato", "かな以外の文字"),
        ("湊", "港", "かな以外の文字"),
        ("湊", "ーミナト", "から始められません"),
        ("湊\n", "ミナト\nツーシン", "かな以外の文字"),
        ("あ" * 61, "ア", "長すぎます"),
    ],
)
def test_a_wrong_entry_is_named_in_japanese(surface: str, reading: str, named: str) -> None:
    problem = check_pronunciation(Pronunciation(surface, reading))

    assert problem is not None
    assert named in problem


def test_one_wrong_entry_leaves_the_whole_dictionary_as_it_was() -> None:
    dictionary = PronunciationDictionary([Pronunciation("湊", "ミナト")])

    with pytest.raises(DictionaryError) as failure:
        dictionary.replace([Pronunciation("光", "ヒカリ"), Pronunciation("網", "net")])

    assert failure.value.problems[0].startswith("2件目: ")
    assert dictionary.apply("湊光") == "ミナト光"


def test_one_word_with_two_readings_is_refused() -> None:
    with pytest.raises(DictionaryError, match="すでに"):
        PronunciationDictionary([Pronunciation("湊", "ミナト"), Pronunciation("湊", "ソー")])
