"""Several signals to one score that can be read as a probability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.retrieval.constants import LEARNT_CALIBRATION, LEARNT_WEIGHTS, PLAIN_CALIBRATION, PLAIN_WEIGHTS

Values = NDArray[np.float32]

SIGNALS = ("lexical", "kana", "question", "answer", "nearest", "centre", "learnt")
"""Of an entry: shared words, shared sounds, likeness of meaning to its nearest question, to its nearest other text
(answer, notes, vocabulary), to its three nearest texts on average, to the middle of its texts, and what the book's
own classifier says (0 where it has none)."""

NONE_SIGNALS = ("background", "none", "strange")
"""Of a query: likeness to the nearest sentence that is no entry's matter, what the classifier says for that, and the
share of its words' information that no entry has."""


@dataclass(frozen=True, eq=False)
class Signals:
    """What is known of a query: `entries`, shape (entries, SIGNALS), and `none`, shape (NONE_SIGNALS,)."""

    entries: Values
    none: Values


@dataclass(frozen=True)
class Fusion:
    """Compares entries by a weighted sum of `SIGNALS`; reads its lead over the best other entry as a probability.

    The lead lets a score stand only where it is alone: two entries that fit equally well are a doubt. The signals
    themselves tell a question about something else, which also has a best entry. `calibration` is (bias, slope of
    the lead, then a slope for each of `SIGNALS` and of `NONE_SIGNALS`) of a logistic.
    """

    weights: tuple[float, ...]
    calibration: tuple[float, ...]

    def sums(self, signals: Signals) -> NDArray[np.float64]:
        """The weighted sums, shape (entries,)."""
        return np.asarray(signals.entries.astype(np.float64) @ np.array(self.weights))

    def scores(self, signals: Signals) -> NDArray[np.float64]:
        """Probability of each entry, shape (entries,)."""
        logit = inputs(signals, self.sums(signals)) @ np.array(self.calibration)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -40, 40))))


LEARNT = Fusion(LEARNT_WEIGHTS, LEARNT_CALIBRATION)
"""For books with a classifier."""
PLAIN = Fusion(PLAIN_WEIGHTS, PLAIN_CALIBRATION)
"""For books with too few wordings, or too many entries, for one."""


def inputs(signals: Signals, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the logistic sees of every entry, shape (entries, 2 + signals): one, the lead, the signals."""
    count = len(sums)
    none = np.broadcast_to(signals.none.astype(np.float64), (count, len(signals.none)))
    return np.column_stack([np.ones(count), leads(sums), signals.entries.astype(np.float64), none])


def leads(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each is ahead of the best other one; negative when it trails. Alone, it is ahead of nothing at all."""
    if len(sums) < 2:
        return sums
    order = np.argpartition(-sums, 1)[:2]
    first, second = order if sums[order[0]] >= sums[order[1]] else order[::-1]
    ahead = sums - sums[first]
    ahead[first] = sums[first] - sums[second]
    return np.asarray(ahead)
