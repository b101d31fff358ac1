"""The retriever on the sample FAQ, with the real embedder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.faq.entry import FaqBook, FaqEntry, VocabularyTerm
from dialogue.kana import Reader
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.fusion import leads
from dialogue.retrieval.hotwords import hotwords
from dialogue.retrieval.kana import sounds
from dialogue.retrieval.retriever import Retriever
from dialogue.retrieval.thresholds import Thresholds


def _entry(identity: str, title: str, *questions: str, term: tuple[str, str] | None = None) -> FaqEntry:
    vocabulary = (VocabularyTerm(surface=term[0], reading=term[1]),) if term else ()
    return FaqEntry(
        id=identity,
        category="料金",
        title=title,
        questions=questions,
        spoken=f"{title}のご案内です。",
        vocabulary=vocabulary,
    )


BOOK = FaqBook(
    entries=(
        _entry("cancel", "スマホの解約", "解約したいです", "解約の手続きを教えてください", term=("解約", "かいやく")),
        _entry("plan", "料金プランの種類", "料金プランを教えてください", term=("料金プラン", "りょうきんぷらん")),
        _entry("bill", "請求額の確認", "今月の請求額を知りたいです", "請求書はどこで見られますか"),
        _entry("slow", "通信が遅いとき", "インターネットが遅いです", "動画がすぐ止まります"),
        _entry("lost", "スマホの紛失", "スマホをなくしました", "携帯を落としてしまいました"),
    )
)


@pytest.fixture(scope="session")
def embedder(e5: E5Embedder) -> E5Embedder:
    return e5


@pytest.fixture(scope="module")
def retriever(embedder: E5Embedder) -> Retriever:
    return Retriever(BOOK, embedder, Reader())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("えっと、解約したいんですけど", "cancel"),
        ("開約したいんですが", "cancel"),
        ("改訳をお願いしたい", "cancel"),
        ("料金ブランを教えて", "plan"),
        ("スマホを無くしてしまったみたいなんです", "lost"),
    ],
)
def test_the_entry_meant_comes_first_even_when_misheard(retriever: Retriever, said: str, meant: str) -> None:
    assert retriever.search(said)[0].entry_id == meant


def test_small_talk_stays_below_the_answer_threshold(retriever: Retriever) -> None:
    assert retriever.search("昨日は孫と海に行って楽しかったです")[0].score < Thresholds().answer


def test_a_question_of_the_faq_is_answered(retriever: Retriever) -> None:
    best, second = retriever.search("今月の請求額を知りたいです", top=2)
    assert best.matched == "今月の請求額を知りたいです"
    assert best.score >= Thresholds().answer
    assert best.score - second.score >= Thresholds().clarify_margin


def test_another_hypothesis_raises_what_only_it_supports(retriever: Retriever) -> None:
    def score(*alternatives: str) -> float:
        return next(c.score for c in retriever.search("それをやりたいです", alternatives) if c.entry_id == "cancel")

    assert score("解約をやりたいです") > score()


def test_nothing_is_found_for_silence_or_in_an_empty_book(retriever: Retriever, embedder: E5Embedder) -> None:
    assert retriever.search("  ") == []
    assert Retriever(FaqBook(), embedder, Reader()).search("解約したいです") == []


def test_a_book_of_one_entry_can_be_searched(embedder: E5Embedder) -> None:
    only = Retriever(FaqBook(entries=BOOK.entries[:1]), embedder, Reader())
    assert [c.entry_id for c in only.search("解約したいです")] == ["cancel"]


def test_threads_get_the_same_answers(retriever: Retriever) -> None:
    questions = ["解約したいです", "動画が止まります", "請求書が見たい"] * 4
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(retriever.search, questions))
    assert found == [retriever.search(question) for question in questions]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_any_text_gives_sorted_scores_between_zero_and_one(retriever: Retriever, text: str) -> None:
    scores = [candidate.score for candidate in retriever.search(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_passages_are_read_back_from_the_cache_folder(tmp_path: Path) -> None:
    made = E5Embedder(tmp_path).passages(["解約"])
    again = E5Embedder(tmp_path)
    assert "解約" not in repr(list(tmp_path.rglob("*")))
    np.testing.assert_array_equal(again.passages(["解約"]), made)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1.0, rtol=1e-5)


def test_a_broken_cache_file_is_replaced(tmp_path: Path) -> None:
    E5Embedder(tmp_path).passages(["解約"])
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(b"broken")
    E5Embedder(tmp_path).passages(["請求"])
    with np.load(file) as kept:
        assert kept["vectors"].shape == (1, 384)


def test_the_most_asked_term_is_the_first_hotword() -> None:
    assert hotwords(BOOK) == [("解約", "かいやく", 1.0), ("料金プラン", "りょうきんぷらん", 0.7778)]


def test_long_vowels_sound_alike() -> None:
    assert sounds("リョーキン") == sounds("リョウキン")


def test_only_the_first_leads() -> None:
    np.testing.assert_allclose(leads(np.array([1.0, 3.0, 2.5])), [-2.0, 0.5, -0.5])


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_question_word_for_word_is_its_entrys_however_small_the_book(embedder: E5Embedder, count: int) -> None:
    book = FaqBook(entries=BOOK.entries[:count])
    retriever = Retriever(book, embedder, Reader())
    for entry in book.entries:
        for question in entry.questions:
            best = retriever.search(question)[0]
            assert (best.entry_id, best.score >= Thresholds().answer) == (entry.id, True)


def test_a_lone_entry_is_not_the_answer_to_everything(embedder: E5Embedder) -> None:
    retriever = Retriever(FaqBook(entries=BOOK.entries[:1]), embedder, Reader())
    for other in ("天気を教えてください", "ピザを一枚お願いします", "今何時ですか"):
        assert retriever.search(other)[0].score < Thresholds().unsure


def test_a_wording_that_two_entries_share_is_neithers_for_certain(embedder: E5Embedder) -> None:
    shared = "手続きの方法を教えてください"
    book = FaqBook(
        entries=(_entry("a", "解約", shared, "解約したいです"), _entry("b", "契約", shared, "契約したいです"))
    )
    found = Retriever(book, embedder, Reader()).search(shared)
    assert found[0].score < Thresholds().answer
