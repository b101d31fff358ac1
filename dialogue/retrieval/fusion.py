"""Several signals to one score that can be read as a probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.retrieval.constants import CALIBRATION, WEIGHTS

Values = NDArray[np.float32]

SIGNALS = ("lexical", "kana", "question", "answer", "nearest")
"""Of an entry: shared words, shared sounds, likeness of meaning to its nearest question, to its nearest other text
(answer, notes, vocabulary), and to its three nearest texts on average."""


@dataclass(frozen=True)
class Fusion:
    """Compares entries by a weighted sum of `SIGNALS`; reads its lead over the best other entry as a probability.

    The lead lets a score stand only where it is alone: two entries that fit equally well are a doubt. The signals
    themselves tell a question about something else, which also has a best entry. `calibration` is (bias, slope of
    the lead, then a slope for each signal) of a logistic.
    """

    weights: tuple[float, ...] = WEIGHTS
    calibration: tuple[float, ...] = CALIBRATION

    def sums(self, signals: Values) -> NDArray[np.float64]:
        """The weighted sums, shape (entries,); `signals` has the shape (entries, signals)."""
        return np.asarray(signals.astype(np.float64) @ np.array(self.weights))

    def scores(self, signals: Values) -> NDArray[np.float64]:
        """Probability of each entry, shape (entries,)."""
        logit = inputs(signals, self.sums(signals)) @ np.array(self.calibration)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -40, 40))))


def inputs(signals: Values, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the logistic sees of every entry, shape (entries, 2 + signals): one, the lead, the signals."""
    return np.column_stack([np.ones(len(sums)), leads(sums), signals.astype(np.float64)])


def leads(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each is ahead of the best other one; negative when it trails. Alone, it is ahead by nothing."""
    if len(sums) < 2:
        return np.zeros_like(sums)
    order = np.argsort(-sums)
    ahead = sums - sums[order[0]]
    ahead[order[0]] = sums[order[0]] - sums[order[1]]
    return np.asarray(ahead)
