"""The seam of meaning: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Embeds texts as unit vectors, so that a dot product is the cosine. Blocking and thread-safe."""

    @property
    def name(self) -> str:
        """Which model, for the evidence."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """What a caller says: shape (len(texts), dimensions)."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """What is searched: shape (len(texts), dimensions)."""
        ...
