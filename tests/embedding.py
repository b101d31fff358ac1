"""The embedding model for tests, with what it embedded before: a fresh one takes a minute for the sample FAQ."""

from __future__ import annotations

from dialogue.retrieval.e5 import E5Embedder
from voice.models.store import default_cache_dir


def kept_embedder() -> E5Embedder:
    """The real model over the vectors kept in the user's cache."""
    return E5Embedder(cache_dir=default_cache_dir() / "embeddings")
