from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialogue.contrast import differing, sibling, which


def test_matters_of_one_kind_are_told_apart_by_the_part_in_which_they_differ() -> None:
    assert differing(("スマホの解約方法", "みなと光の解約方法")) == ("スマホ", "みなと光")
    assert which(("スマホの解約方法", "みなと光の解約方法")) == (
        "解約方法についてですね。",
        "スマホでしょうか、それとも、みなと光でしょうか。",
    )


def test_matters_of_different_kinds_are_named_whole() -> None:
    assert which(("料金プランの変更", "機種変更の手続き")) == (
        "料金プランの変更についてでしょうか。",
        "それとも、機種変更の手続きについてでしょうか。",
    )


def test_three_matters_are_asked_about_in_one_breath() -> None:
    assert (
        which(("スマホの修理", "ルーターの修理", "電話機の修理"))[1]
        == "スマホでしょうか、ルーターでしょうか、それとも、電話機でしょうか。"
    )


def test_the_matter_of_the_same_kind_is_found_by_what_was_named_instead() -> None:
    assert sibling("スマホの解約方法", "光", ["料金プランの変更", "みなと光の解約方法"]) == 1
    assert sibling("スマホの解約方法", "スマホ", ["みなと光の解約方法"]) is None
    assert sibling("スマホの解約方法", "光", ["みなと光の解約方法", "光電話の解約方法"]) is None


@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=3, unique=True))
def test_any_titles_make_a_question_that_names_something(titles: list[str]) -> None:
    assert "でしょうか" in "".join(which(titles))
