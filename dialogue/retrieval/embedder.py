"""The seam of meaning: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class EmbedderError(RuntimeError):
    """No vectors could be had. Its text is for the person who runs the system."""


class Embedder(Protocol):
    """Turns texts into L2-normalised float32 vectors, shape (texts, dimensions). Blocking and thread-safe.

    One that runs elsewhere may raise `EmbedderError`.
    """

    @property
    def name(self) -> str:
        """Which weights, for the evidence and for caches on disk."""
        ...

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is asked."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what is searched."""
        ...
