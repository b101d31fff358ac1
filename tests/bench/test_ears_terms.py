import numpy as np

from bench.ears_terms import Said, sample_terms, spoken_terms
from voice.recognition.vocabulary import Term


def silence(sentence):
    return np.zeros(80 * len(sentence), dtype=np.float32)


def test_the_sample_company_gives_its_words_with_readings_and_display_forms():
    terms = {term.surface: term for term in sample_terms()}
    assert len(terms) > 200
    assert terms["エムエヌピー"].written == "MNP"
    assert all(term.reading for term in terms.values())


def test_words_that_sound_the_same_are_said_once_and_no_more_than_asked():
    terms = [
        Term("補償", "ほしょう", 2),
        Term("保証", "ほしょう"),
        Term("解約", "かいやく", 3),
        Term("請求", "せいきゅう"),
    ]
    assert [said.term.surface for said in spoken_terms(terms, silence)] == ["解約", "補償", "請求"]
    assert len(spoken_terms(terms, silence, most=2)) == 2


def test_a_word_counts_as_recalled_in_either_spelling():
    said = Said(
        Term("シムカード", "しむかーど", display="SIMカード"), "シムカードを調べてもらえますか。", silence("ん")
    )
    assert said.recalled_in("SIM カードを調べて")
    assert said.recalled_in("シムカードを、調べて")
    assert not said.recalled_in("済むカードを調べて")


def test_a_word_that_would_be_misread_is_said_by_its_reading():
    heard = []
    spoken_terms([Term("払込票", "はらいこみひょう")], lambda sentence: heard.append(sentence) or silence(sentence))
    assert "はらいこみひょう" in heard[0] or "払込票" in heard[0]
