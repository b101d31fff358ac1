from hypothesis import given
from hypothesis import strategies as st

from voice.recognition.vocabulary import HotwordList, Term

terms = st.lists(
    st.builds(Term, st.text("解約請求書光 Ａa", max_size=6), st.just(""), st.floats(0, 10, allow_nan=False)),
    max_size=30,
)


def test_the_most_useful_terms_come_first_and_equals_keep_their_order():
    words = HotwordList([Term("請求書"), Term("解約", weight=5.0), Term("光回線")])
    assert words.hotwords(len) == ("解約", "請求書", "光回線")


def test_a_term_given_twice_is_kept_once_with_its_greatest_weight_and_its_reading():
    words = HotwordList([Term("解約", weight=3.0), Term("解約", "カイヤク", 1.0)])
    assert words.terms == (Term("解約", "カイヤク", 3.0),)


def test_full_width_spellings_are_the_same_term():
    assert HotwordList([Term("ＳＩＭカード"), Term("SIMカード")]).hotwords(len) == ("SIMカード",)


def test_a_term_inside_a_chosen_one_is_not_given_twice():
    assert HotwordList([Term("料金プラン", weight=2.0), Term("プラン")]).hotwords(len) == ("料金プラン",)


def test_what_does_not_fit_gives_way_to_a_shorter_term():
    words = HotwordList([Term("解約", weight=3.0), Term("国際ローミング", weight=2.0), Term("故障")])
    assert words.hotwords(len, budget=7) == ("解約", "故障")


@given(terms, st.integers(0, 60))
def test_the_budget_is_never_exceeded_and_no_term_comes_twice(given_terms, budget):
    chosen = HotwordList(given_terms).hotwords(len, budget)
    assert sum(len(word) + 1 for word in chosen) <= budget
    assert len(set(chosen)) == len(chosen)
    assert all(len(word) >= 2 for word in chosen)
