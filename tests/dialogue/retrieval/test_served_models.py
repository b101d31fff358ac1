"""Embeddings and reranking over HTTP, from a server that runs the real embedder."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import EmbedderError
from dialogue.retrieval.openai_embedder import OpenAIEmbedder
from dialogue.retrieval.reranker import RerankedSearcher, RerankerError, ServedReranker
from dialogue.retrieval.retriever import Retriever
from tests.dialogue.retrieval.model_server import ModelServer


@pytest.fixture
def server(e5: E5Embedder) -> Iterator[ModelServer]:
    with ModelServer(e5) as serving:
        yield serving


@pytest.fixture
def embedder(server: ModelServer) -> Iterator[OpenAIEmbedder]:
    made = OpenAIEmbedder(server.base_url, "e5", batch=2, deadline_s=5.0)
    yield made
    made.close()


def test_vectors_come_in_the_order_of_the_texts(embedder: OpenAIEmbedder, e5: E5Embedder) -> None:
    texts = ["解約", "請求", "紛失"]
    np.testing.assert_allclose(embedder.passages(texts), e5.passages(texts), atol=1e-5)


def test_texts_go_in_batches_and_none_twice(embedder: OpenAIEmbedder, server: ModelServer) -> None:
    embedder.passages(["解約", "請求", "解約", "紛失"])
    embedder.passages(["請求", "変更"])
    assert [body["input"] for body in server.asked] == [["解約", "請求"], ["紛失"], ["変更"]]


def test_a_model_s_prefixes_are_put_before_its_texts(server: ModelServer) -> None:
    made = OpenAIEmbedder(server.base_url, "e5", query_prefix="query: ", passage_prefix="passage: ")
    made.queries(["解約"])
    made.passages(["解約"])
    assert [body["input"] for body in server.asked] == [["query: 解約"], ["passage: 解約"]]


def test_the_key_comes_from_the_environment(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDING_KEY", "secret")
    OpenAIEmbedder(server.base_url, "e5", api_key_env="EMBEDDING_KEY").queries(["解約"])
    assert server.keys == ["Bearer secret"]


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b"{}"),
        (302, b""),
        (200, b"nonsense"),
        (200, b"[]"),
        (200, b'{"data": []}'),
        (200, b'{"data": [{"index": 0, "embedding": ["a"]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [NaN]}]}'),
    ],
)
def test_a_server_that_fails_is_an_error_of_one_type(
    embedder: OpenAIEmbedder, server: ModelServer, status: int, content: bytes
) -> None:
    server.answer = lambda path, body: (status, content)
    with pytest.raises(EmbedderError):
        embedder.queries(["解約"])


def test_a_server_that_is_not_there_is_an_error_too() -> None:
    with pytest.raises(EmbedderError, match="つながりません"):
        OpenAIEmbedder("http://127.0.0.1:9/v1", "e5").queries(["解約"])


def test_a_server_that_does_not_answer_in_time_is_given_up(server: ModelServer) -> None:
    done = threading.Event()

    def hang(path: str, body: object) -> tuple[int, bytes]:
        done.wait(5.0)
        return 200, b"{}"

    server.answer = hang
    with pytest.raises(EmbedderError, match="秒以内"):
        OpenAIEmbedder(server.base_url, "e5", deadline_s=0.05).queries(["解約"])
    done.set()


def entry(entry_id: str, title: str, question: str) -> FaqEntry:
    return FaqEntry(id=entry_id, category="窓口", title=title, questions=(question,), spoken=f"{title}です。")


BOOK = FaqBook(
    entries=(
        entry("cancel", "解約", "解約したいです"),
        entry("bill", "請求", "請求額が知りたいです"),
        entry("lost", "紛失", "スマホをなくしました"),
    )
)


@pytest.fixture(scope="module")
def retriever(e5: E5Embedder) -> Retriever:
    return Retriever(BOOK, e5, Reader(), background=())


def test_a_book_is_searched_with_a_served_embedder(embedder: OpenAIEmbedder) -> None:
    assert Retriever(BOOK, embedder, Reader(), background=()).search("携帯を落とした")[0].entry_id == "lost"


def test_a_reranker_judges_the_first_candidates(retriever: Retriever, server: ModelServer) -> None:
    searcher = RerankedSearcher(retriever, ServedReranker(server.base_url, "judge"), considered=2)
    found = searcher.search("解約したいです")
    assert found[0].entry_id == "cancel"
    (body,) = server.asked
    assert body["query"] == "解約したいです"
    assert len(body["documents"]) == 2


def test_a_reranker_that_is_sure_changes_the_order(retriever: Retriever, server: ModelServer) -> None:
    def lost_is_meant(path: str, body: dict[str, list[str]]) -> tuple[int, bytes]:
        scores = [0.99 if "紛失" in text else 0.0 for text in body["documents"]]
        results = [{"index": n, "relevance_score": score} for n, score in enumerate(scores)]
        return 200, json.dumps({"results": results}).encode()

    server.answer = lost_is_meant
    searcher = RerankedSearcher(retriever, ServedReranker(server.base_url, "judge", deadline_s=5.0))
    before, after = retriever.search("なくしたので請求したい"), searcher.search("なくしたので請求したい")
    assert after[0].entry_id == "lost"
    assert sum(c.score for c in after) <= sum(c.score for c in before) + 0.001


@pytest.mark.parametrize("content", [b"nonsense", b'{"results": []}', b'{"results": [{"index": 7}]}'])
def test_a_reranker_that_fails_leaves_the_order_and_is_told(
    retriever: Retriever, server: ModelServer, content: bytes
) -> None:
    told: list[RerankerError] = []
    server.answer = lambda path, body: (200, content)
    searcher = RerankedSearcher(retriever, ServedReranker(server.base_url, "judge"), on_failure=told.append)
    found: list[Candidate] = searcher.search("解約したいです")
    assert found == retriever.search("解約したいです")
    assert len(told) == 1
