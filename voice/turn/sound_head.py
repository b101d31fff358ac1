"""How Japanese turns end by sound: a linear reading of what Smart Turn knows, made for the telephone.

Smart Turn's own answer says little about Japanese over 8 kHz mu-law. What its encoder makes of the sound says much:
this head is a logistic regression on that embedding, learnt from human recordings over the line at several levels,
noises and voices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

HEAD_FILE: Final = "sound_head.npz"
LIMIT: Final = 4.0
"""A sound alone never makes more than these log-odds."""


class SoundHeadError(ValueError):
    """The file of weights is damaged; the message says so in Japanese."""


@dataclass(frozen=True)
class SoundHead:
    """Weights, one for each number of the embedding, and a bias. Immutable, so thread-safe; some microseconds."""

    weights: NDArray[np.float32]
    bias: float

    def log_odds(self, embedding: NDArray[np.float32]) -> float:
        """Log-odds of an end, within ±`LIMIT`, by `TurnEndSound.embedding`."""
        return float(np.clip(embedding @ self.weights + self.bias, -LIMIT, LIMIT))

    def save(self, path: Path, provenance: Mapping[str, str]) -> None:
        """Write the weights, with where they come from."""
        lines = np.array([f"{name}: {text}" for name, text in provenance.items()])
        np.savez_compressed(path, weights=self.weights, bias=np.float32(self.bias), provenance=lines)

    @classmethod
    def load(cls, path: Path) -> SoundHead:
        """Read what `save` has written. Raises `SoundHeadError`."""
        try:
            with np.load(path, allow_pickle=False) as data:
                return cls(data["weights"].astype(np.float32).reshape(-1), float(data["bias"]))
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise SoundHeadError(
                f"話し終わり判定の重み({path.name})を読めません。インストールし直してください。"
            ) from error


@cache
def shared_sound_head() -> SoundHead:
    """The weights that come with the program."""
    with as_file(files("voice.turn") / "data" / HEAD_FILE) as path:
        return SoundHead.load(path)
