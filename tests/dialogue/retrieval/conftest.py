from __future__ import annotations

import pytest

from dialogue.retrieval.e5 import E5Embedder
from tests.embedding import kept_embedder


@pytest.fixture(scope="session")
def e5() -> E5Embedder:
    """One for all: it remembers what it has embedded."""
    return kept_embedder()
