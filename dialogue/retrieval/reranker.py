"""A second look at the likeliest entries by a model that reads question and entry together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.retrieval.served import ServedModel, ServedModelError

_WORDINGS_SHOWN = 5


class RerankerError(RuntimeError):
    """No judgement could be had. Its text is for the person who runs the system."""


class Reranker(Protocol):
    """Judges how well each document answers a query: one number each, the greater the better. Blocking; thread-safe."""

    def relevance(self, query: str, documents: Sequence[str]) -> list[float]:
        """The documents' relevance, in their order. Raises `RerankerError`."""
        ...


class ServedReranker:
    """`/v1/rerank` as vLLM, llama.cpp and others serve it. `base_url` ends in `/v1`."""

    def __init__(self, base_url: str, model: str, *, api_key_env: str | None = None, deadline_s: float = 0.5) -> None:
        self._server = ServedModel(base_url, deadline_s, api_key_env)
        self._model = model

    def relevance(self, query: str, documents: Sequence[str]) -> list[float]:
        """See `Reranker.relevance`."""
        body = {"model": self._model, "query": query, "documents": list(documents)}
        try:
            return _relevance(self._server.post("/rerank", body), len(documents))
        except ServedModelError as error:
            raise RerankerError(str(error)) from error
        except (LookupError, TypeError, ValueError) as error:
            raise RerankerError(f"{self._model} の返事に順位がありません。") from error

    def close(self) -> None:
        """Close the connections."""
        self._server.close()


class Searching(Protocol):
    """What finds candidates in a book: a `Retriever`."""

    @property
    def book(self) -> FaqBook:
        """What is searched."""
        ...

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """Best first."""
        ...


class RerankedSearcher:
    """A searcher whose first candidates a reranker may put in another order. Never raises for the reranker.

    The probability that the first `considered` candidates hold together stays; how they share it is the geometric
    mean of what both judges say. When the reranker fails, `on_failure` is told and the order stays.
    """

    def __init__(
        self,
        searcher: Searching,
        reranker: Reranker,
        considered: int = 5,
        on_failure: Callable[[RerankerError], None] | None = None,
    ) -> None:
        self._searcher, self._reranker, self._considered = searcher, reranker, considered
        self._on_failure = on_failure

    @property
    def book(self) -> FaqBook:
        """What is searched."""
        return self._searcher.book

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """As the searcher's, the first ones judged again."""
        found = self._searcher.search(text, alternatives, max(top, self._considered))
        first, rest = found[: self._considered], found[self._considered :]
        if len(first) > 1:
            entries = {entry.id: entry for entry in self.book.entries}
            try:
                relevance = self._reranker.relevance(text, [_document(entries[one.entry_id]) for one in first])
            except RerankerError as error:
                if self._on_failure is not None:
                    self._on_failure(error)
            else:
                first = _shared_anew(first, relevance)
        return sorted([*first, *rest], key=lambda one: -one.score)[:top]


def _shared_anew(found: Sequence[Candidate], relevance: Sequence[float]) -> list[Candidate]:
    whole = sum(one.score for one in found)
    if whole <= 0:
        return list(found)
    judged = _shares(relevance)
    mean = [math.sqrt(one.score / whole * share) for one, share in zip(found, judged, strict=True)]
    scores = [min(1.0, whole * part / max(sum(mean), 1e-12)) for part in mean]
    return [replace(one, score=round(score, 4)) for one, score in zip(found, scores, strict=True)]


def _shares(relevance: Sequence[float]) -> list[float]:
    """Numbers in [0, 1] are taken for probabilities, others for logits."""
    if all(0.0 <= value <= 1.0 for value in relevance):
        odds = [max(value, 1e-6) for value in relevance]
    else:
        odds = [math.exp(value - max(relevance)) for value in relevance]
    return [value / sum(odds) for value in odds]


def _document(entry: FaqEntry) -> str:
    return "\n".join((entry.title, *entry.questions[:_WORDINGS_SHOWN], entry.spoken))


def _relevance(answer: Any, count: int) -> list[float]:
    values = [math.nan] * count
    for one in answer["results"]:
        place = int(one["index"])
        if not 0 <= place < count:
            raise ValueError(place)
        values[place] = float(one["relevance_score"])
    if not all(math.isfinite(value) for value in values):
        raise ValueError(values)
    return values
