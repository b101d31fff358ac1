"""What finds entries: the embedding model that the settings name, and a reranker where there is one."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from dialogue.matter import Searcher
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.openai_embedder import OpenAIEmbedder
from dialogue.retrieval.reranker import RerankedSearcher, Reranker, RerankerError, ServedReranker
from dialogue.retrieval.retriever import Retriever
from uketsuke.places import Places
from uketsuke.settings import RetrievalSettings

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Finding:
    """The embedder of all indexes, and what judges their first candidates again."""

    embedder: Embedder
    reranker: Reranker | None = None

    @classmethod
    def of(cls, settings: RetrievalSettings, places: Places) -> Finding:
        """As the settings say. Blocking: loads the model."""
        embedder: Embedder = (
            E5Embedder(cache_dir=places.cache / "embeddings")
            if settings.embedder == "e5"
            else OpenAIEmbedder(
                settings.base_url,
                settings.model,
                api_key_env=settings.api_key_env,
                query_prefix=settings.query_prefix,
                passage_prefix=settings.passage_prefix,
            )
        )
        if not settings.reranker_url:
            return cls(embedder)
        reranker = ServedReranker(
            settings.reranker_url,
            settings.reranker_model,
            api_key_env=settings.api_key_env,
            deadline_s=settings.reranker_deadline_s,
        )
        return cls(embedder, reranker)

    def searcher(self, index: Retriever) -> Searcher:
        """The index as conversations search it."""
        return index if self.reranker is None else RerankedSearcher(index, self.reranker, on_failure=_note)


def _note(error: RerankerError) -> None:
    log.warning("reranker_failed", error=str(error))
