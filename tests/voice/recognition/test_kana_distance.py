import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recognition.kana_distance import distance, morae_of, omission, substitution

kana = st.text([*(chr(code) for code in range(ord("ぁ"), ord("ん") + 1)), "ー", "ッ", "シ", "ヴ", "ァ"], max_size=12)


def apart(one, other):
    return distance(morae_of(one), morae_of(other))


@pytest.mark.parametrize(
    ("reading", "morae"),
    [
        ("かいやく", ["カ", "イ", "ヤ", "ク"]),
        ("せいきゅう", ["セ", "ー", "キュ", "ー"]),
        ("きしゅへんこう", ["キ", "シュ", "ヘ", "ン", "コ", "ー"]),
        ("みなとしょっぷ", ["ミ", "ナ", "ト", "ショ", "ッ", "プ"]),
        ("わいふぁい", ["ワ", "イ", "ファ", "イ"]),
        ("エムエヌピー", ["エ", "ム", "エ", "ヌ", "ピ", "ー"]),
        ("おおさか", ["オ", "ー", "サ", "カ"]),
        ("。解約!", []),
    ],
)
def test_a_reading_is_cut_into_morae(reading, morae):
    assert list(morae_of(reading)) == morae


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ひかり", "しかり"),
        ("しちがつ", "いちがつ"),
        ("じゅうしょ", "じしょ"),
        ("りょうきん", "りょきん"),
        ("みなとしょっぷ", "みなとしょぷ"),
        ("かいせん", "かいぜん"),
        ("えむえぬぴー", "えんえぬぴー"),
        ("けいやく", "けえやく"),
        ("はらいこみ", "ばらいこみ"),
        ("てざりんぐ", "てさりんく"),
    ],
)
def test_what_the_telephone_confuses_is_near(one, other):
    assert apart(one, other) <= 0.55


@pytest.mark.parametrize(
    ("one", "other"), [("かいやく", "けいさつ"), ("ひかり", "あさひ"), ("せいきゅう", "べんきょう")]
)
def test_what_is_another_word_is_far(one, other):
    assert apart(one, other) > 1.0


def test_spellings_of_the_same_sound_are_no_distance_apart():
    assert apart("つうしん", "ツーシン") == 0.0
    assert apart("おおぜい", "オーゼー") == 0.0
    assert apart("ちぢむ", "チジム") == 0.0


@given(kana, kana)
def test_distance_is_the_same_both_ways_and_zero_only_for_the_same_morae(one, other):
    assert apart(one, other) == pytest.approx(apart(other, one))
    assert (apart(one, other) == 0.0) == (morae_of(one) == morae_of(other))


@given(kana, kana)
def test_no_reading_is_farther_than_losing_it_all_and_hearing_the_other(one, other):
    most = sum(map(omission, morae_of(one))) + sum(map(omission, morae_of(other)))
    assert apart(one, other) <= most + 1e-9


@given(kana, kana)
def test_a_substitution_costs_at_most_one(one, other):
    assert all(0.0 <= substitution(a, b) <= 1.0 for a in morae_of(one) for b in morae_of(other))
