"""The index in use, with an embedder that counts what it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import EmbedderError, Vectors
from dialogue.retrieval.live import LiveIndex


class Watched:
    """The real embedder, which can be switched off, and what it was asked to embed."""

    def __init__(self, embedder: E5Embedder) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.embedded: list[str] = []
        self.off = False

    def queries(self, texts: Sequence[str]) -> Vectors:
        self._check()
        return self._embedder.queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self._check()
        self.embedded += texts
        return self._embedder.passages(texts)

    def _check(self) -> None:
        if self.off:
            raise EmbedderError("off")


def entry(entry_id: str, title: str, *questions: str, negatives: tuple[str, ...] = ()) -> FaqEntry:
    return FaqEntry(
        id=entry_id, category="窓口", title=title, questions=questions, spoken=f"{title}です。", negatives=negatives
    )


CANCEL = entry("cancel", "解約", "解約したいです")
BILL = entry("bill", "請求", "請求額が知りたいです")
LOST = entry("lost", "紛失", "スマホをなくしました")


@pytest.fixture
def embedder(e5: E5Embedder) -> Watched:
    return Watched(e5)


@pytest.fixture
def live(embedder: Watched) -> Iterator[LiveIndex]:
    index = LiveIndex(embedder, Reader())
    index.publish(FaqBook(entries=(CANCEL, BILL)))
    yield index


def first(live: LiveIndex, text: str) -> str:
    return live.search(text)[0].entry_id


def test_nothing_is_found_before_a_book_is_published(embedder: Watched) -> None:
    assert LiveIndex(embedder, Reader()).search("解約したいです") == []


def test_an_entry_is_found_once_it_is_published(live: LiveIndex) -> None:
    live.publish(FaqBook(version=2, entries=(CANCEL, BILL, LOST)))
    assert first(live, "携帯をなくした") == "lost"


def test_an_edit_embeds_only_what_it_changes(live: LiveIndex, embedder: Watched) -> None:
    embedder.embedded.clear()
    live.publish(FaqBook(version=2, entries=(CANCEL, entry("bill", "請求", "今月はいくらですか"))))
    assert "今月はいくらですか" in embedder.embedded
    assert not any("解約" in text for text in embedder.embedded)


def test_a_retriever_held_on_to_stays_as_it_was(live: LiveIndex) -> None:
    held = live.current
    live.publish(FaqBook(version=2, entries=(LOST,)))
    assert held.search("解約したいです")[0].entry_id == "cancel"
    assert [found.entry_id for found in live.search("解約したいです")] == ["lost"]


def test_what_cannot_be_published_leaves_the_book_before_in_use(live: LiveIndex, embedder: Watched) -> None:
    embedder.off = True
    with pytest.raises(EmbedderError):
        live.publish(FaqBook(version=2, entries=(LOST,)))
    embedder.off = False
    assert first(live, "解約したいです") == "cancel"


def test_a_search_without_the_embedder_goes_by_words_and_sounds_and_is_unsure(
    live: LiveIndex, embedder: Watched
) -> None:
    embedder.off = True
    found = live.search("解約がしたいのですが")
    assert found[0].entry_id == "cancel"
    assert found[0].score <= 0.5


def test_a_book_published_anew_scores_as_one_indexed_from_nothing(live: LiveIndex, embedder: Watched) -> None:
    book = FaqBook(version=3, entries=(LOST, BILL, CANCEL))
    live.publish(FaqBook(version=2, entries=(LOST, BILL)))
    live.publish(book)
    fresh = LiveIndex(embedder, Reader())
    fresh.publish(book)
    for text in ("解約したいです", "開約できますか", "なくした"):
        assert live.search(text) == fresh.search(text)


def test_searches_go_on_while_books_are_published(live: LiveIndex) -> None:
    books = [FaqBook(version=n, entries=(CANCEL, BILL) if n % 2 else (CANCEL, LOST)) for n in range(2, 8)]
    with ThreadPoolExecutor(3) as threads:
        publishing = [threads.submit(live.publish, book) for book in books]
        searching = [threads.submit(first, live, "解約したいです") for _ in range(30)]
        assert {search.result() for search in searching} == {"cancel"}
        assert all(done.result().book.entries[0] == CANCEL for done in publishing)


def test_a_negative_pushes_its_entry_down(embedder: Watched) -> None:
    def score(*negatives: str) -> float:
        index = LiveIndex(embedder, Reader())
        index.publish(FaqBook(entries=(entry("cancel", "解約", "解約したいです", negatives=negatives), BILL, LOST)))
        return next(c.score for c in index.search("新聞を解約したいです") if c.entry_id == "cancel")

    assert score("新聞を解約したいです") < 0.5 * score()
    assert score("天気が知りたいです") == score()
