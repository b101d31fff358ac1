from __future__ import annotations

import pytest

from dialogue.retrieval.e5 import E5Embedder


@pytest.fixture(scope="session")
def e5() -> E5Embedder:
    """One for all: it remembers what it has embedded."""
    return E5Embedder()
