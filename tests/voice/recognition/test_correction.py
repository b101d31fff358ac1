from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.recognition.correction import Corrected, TermCorrector
from voice.recognition.vocabulary import Term

TERMS = (
    Term("みなと通信", "みなとつうしん", 3),
    Term("みなと光", "みなとひかり", 3),
    Term("マイみなと", "まいみなと", 3),
    Term("解約", "かいやく", 3),
    Term("解約手続き", "かいやくてつづき", 1),
    Term("料金プラン", "りょうきんぷらん", 3),
    Term("請求", "せいきゅう", 3),
    Term("請求書", "せいきゅうしょ", 2),
    Term("光回線", "ひかりかいせん", 3),
    Term("機種変更", "きしゅへんこう", 3),
    Term("住所変更", "じゅうしょへんこう", 2),
    Term("口座振替", "こうざふりかえ", 2),
    Term("圏外", "けんがい", 2),
    Term("ギガ", "ぎが", 1),
    Term("エムエヌピー", "えむえぬぴー", 2, "MNP"),
    Term("シムカード", "しむかーど", 2, "SIMカード"),
)


@pytest.fixture(scope="module")
def corrector():
    return TermCorrector(TERMS)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("開訳したいんですけど", "解約したいんですけど"),
        ("開約の手続きを教えてください", "解約の手続きを教えてください"),
        ("ローキングランについて", "料金プランについて"),
        ("湊光の件です", "みなと光の件です"),
        ("マイ皆とにログインできません", "マイみなとにログインできません"),
        ("工座振替にしたいです", "口座振替にしたいです"),
        ("成球が高いんです", "請求が高いんです"),
        ("十書変更をお願いします", "住所変更をお願いします"),
        ("家では県外になります", "家では圏外になります"),
    ],
)
def test_what_sounds_like_a_term_becomes_the_term(corrector, heard, meant):
    assert corrector.correct(heard).text == meant


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "はい、そうです。",
        "いくらかかりますか。",
        "解約したいんですけど、料金プランの請求書は届きますか。",
        "電話番号は0312345678です。",
        "明日の朝、妻が会社の帰りに会いに行きます。",
        "健康のために海外の本を改めて読みました。",
    ],
)
def test_what_is_already_right_stays(corrector, heard):
    assert corrector.correct(heard) == Corrected(heard)


def test_a_term_is_written_in_its_display_form(corrector):
    assert corrector.correct("エムエヌピーとシムカード").text == "MNPとSIMカード"


def test_each_correction_is_kept_as_evidence(corrector):
    (made,) = corrector.correct("すみません、開訳の件で").corrections
    assert (made.source, made.term, made.written, made.span) == ("開訳", "解約", "解約", (6, 8))
    assert made.distance == 0.0
    assert made.confidence > 0.9


def test_a_nearer_stretch_is_surer_than_a_farther_one(corrector):
    (near,) = corrector.correct("開訳の件").corrections
    (far,) = corrector.correct("ローキングランの件").corrections
    assert near.confidence > far.confidence
    assert near.distance < far.distance


def test_a_longer_term_may_take_a_right_word_into_itself(corrector):
    assert corrector.correct("解約で続きをお願いします").text == "解約手続きをお願いします"


def test_a_comma_inside_a_term_is_taken_out(corrector):
    assert corrector.correct("みなと、光について").text == "みなと光について"


def test_a_word_of_weight_zero_and_a_very_short_one_are_never_put_in():
    quiet = TermCorrector([Term("解約", "かいやく", 0), Term("ギガ", "ぎが", 3)])
    assert quiet.correct("開訳の木が").corrections == ()


def test_a_term_without_a_reading_counts_by_its_spelling_alone():
    assert TermCorrector([Term("ＡＢＣ光", weight=1, display="エービーシー光")]).correct("ABC光です").text == (
        "エービーシー光です"
    )


def test_without_terms_every_text_passes():
    assert TermCorrector([]).correct("開訳したいです").text == "開訳したいです"


def test_many_calls_at_once_are_corrected_like_one(corrector):
    texts = ["開訳したい", "湊光の件", "県外です", "はい"] * 10
    alone = [corrector.correct(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(corrector.correct, texts)) == alone


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("開訳湊光の皆とマイみなカードローキン解約1、。 aSIM県外"), max_size=14))
def test_any_text_is_the_heard_one_but_for_its_corrections(text):
    corrected = SHARED.correct(text)
    rebuilt, at = [], 0
    for made in corrected.corrections:
        start, end = made.span
        assert at <= start < end <= len(text)
        assert text[start:end] == made.source
        assert 0.0 <= made.confidence <= 1.0
        rebuilt += [text[at:start], made.written]
        at = end
    assert "".join([*rebuilt, text[at:]]) == corrected.text


SHARED = TermCorrector(TERMS)
