"""Three scores to one that can be read as a probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

FEATURES = ("lexical", "semantic", "kana", "lexical_margin", "semantic_margin", "kana_margin")

# Written by `python -m dialogue.retrieval.fit`; never by hand.
BIAS = -6.0
WEIGHTS = (3.0, 4.0, 3.0, 2.0, 6.0, 3.0)


@dataclass(frozen=True)
class Fusion:
    """A logistic over `FEATURES`. The margins let a score stand only where it leads: 0.8 beside another 0.8 is a doubt."""

    bias: float = BIAS
    weights: tuple[float, ...] = WEIGHTS

    def scores(self, values: Values) -> NDArray[np.float64]:
        """Probability of each entry; `values` has the shape (entries, features)."""
        logit = values.astype(np.float64) @ np.array(self.weights) + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -40, 40))))


def features(entries: Values) -> Values:
    """From the best score of each kind and entry, shape (3, entries), to the features, shape (entries, 6).

    A margin is an entry's lead over the best other entry (negative when it trails).
    """
    margins = np.empty_like(entries)
    for kind, scores in enumerate(entries):
        if len(scores) < 2:
            margins[kind] = scores
            continue
        order = np.argsort(-scores)
        margins[kind] = scores - scores[order[0]]
        margins[kind, order[0]] = scores[order[0]] - scores[order[1]]
    return np.concatenate([entries, margins]).T
