"""Embeddings of any server that speaks the OpenAI API: vLLM, llama.cpp, Ollama, text-embeddings-inference."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np

from dialogue.retrieval.embedder import EmbedderError, Vectors
from dialogue.retrieval.served import ServedModel, ServedModelError

_MOST_QUERIES_KEPT = 2_000


class OpenAIEmbedder:
    """`/v1/embeddings` of one model. Blocking; thread-safe; raises `EmbedderError`.

    `base_url` ends in `/v1`. Texts go in batches of `batch`, each within `deadline_s`. `query_prefix` and
    `passage_prefix` are put before texts for models that want them (`query: `, `検索クエリ: `). Passages stay in
    memory for good, of the queries the last 2,000.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key_env: str | None = None,
        deadline_s: float = 5.0,
        batch: int = 32,
        query_prefix: str = "",
        passage_prefix: str = "",
    ) -> None:
        self._server = ServedModel(base_url, deadline_s, api_key_env)
        self._model, self._batch = model, batch
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        self._lock = threading.Lock()
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        self._passages: OrderedDict[str, Vectors] = OrderedDict()
        self._dimensions = 0

    @property
    def name(self) -> str:
        """The served model's name."""
        return self._model

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, dimensions)."""
        rows = self._rows(texts, self._queries, self._query_prefix)
        with self._lock:
            while len(self._queries) > _MOST_QUERIES_KEPT:
                self._queries.popitem(last=False)
        return rows

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (texts, dimensions)."""
        return self._rows(texts, self._passages, self._passage_prefix)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _rows(self, texts: Sequence[str], known: OrderedDict[str, Vectors], prefix: str) -> Vectors:
        with self._lock:
            found = {text: known[text] for text in texts if text in known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        for at in range(0, len(missing), self._batch):
            part = missing[at : at + self._batch]
            made = self._embed([prefix + text for text in part])
            found.update(zip(part, made, strict=True))
            with self._lock:
                known.update(zip(part, made, strict=True))
        return np.stack([found[text] for text in texts]) if texts else np.zeros((0, self._dimensions), np.float32)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        try:
            answer = self._server.post("/embeddings", {"model": self._model, "input": list(texts)})
            rows = _vectors(answer, len(texts))
        except ServedModelError as error:
            raise EmbedderError(str(error)) from error
        except (LookupError, TypeError, ValueError) as error:
            raise EmbedderError(f"{self._model} の返事に埋め込みがありません。") from error
        with self._lock:
            self._dimensions = self._dimensions or rows.shape[1]
            if rows.shape[1] != self._dimensions:
                raise EmbedderError(f"{self._model} の埋め込みの長さが変わりました。")
        return rows


def _vectors(answer: Any, count: int) -> Vectors:
    listed = sorted(answer["data"], key=lambda one: one["index"])
    rows = np.array([one["embedding"] for one in listed], dtype=np.float32)
    if rows.ndim != 2 or len(rows) != count or not np.isfinite(rows).all():
        raise ValueError(rows.shape)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
