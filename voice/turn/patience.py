"""From a probability to a waiting time: what a wait costs, what a cut-off costs, and how long this caller pauses.

If the caller has finished (probability p), each millisecond of waiting costs one. If not, ending the turn after T ms
of silence cuts them off unless they have gone on by then: that costs `price_ms`, a cut-off told in milliseconds of
waiting. Pauses inside turns are log-normal, so S(T) of them last longer than T, and the best wait is the T at which
p * T + (1 - p) * price * S(T) is least. It falls as p grows; what stretches the pauses stretches the wait.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

_STEP_MS: Final = 8
_OUTLIER: Final = 1.5
"""In standard deviations: one very long pause (a search for the bill) does not make a slow speaker."""


@dataclass(frozen=True)
class PauseHabits:
    """Pauses inside turns: the median in ms and the spread (standard deviation of the logarithm).

    The values are those of conversation (log-normal, a median under half a second); `least` and `most` bound how far
    one caller's scale may go from 1, and `prior_weight` is how many pauses the first guess counts for.
    """

    median_ms: float = 450.0
    spread: float = 0.6
    least: float = 0.75
    most: float = 1.7
    prior_weight: float = 4.0

    def __post_init__(self) -> None:
        if not (self.median_ms > 0 and self.spread > 0 and 0 < self.least <= 1 <= self.most and self.prior_weight > 0):
            raise ValueError("間の中央値・ばらつき・重みは正の値に、least は 1 以下、most は 1 以上にしてください。")


class Patience:
    """One caller's scale of pausing: 1 for an average caller, learnt from the pauses they went on after.

    Pauses after which the turn was ended are not seen, so the scale is kept from sinking by its bounds and the prior.
    """

    def __init__(self, habits: PauseHabits = PauseHabits()) -> None:
        self._habits = habits
        self._sum = 0.0
        self._count = 0

    @property
    def scale(self) -> float:
        """How much longer than average this caller's pauses are, within the bounds."""
        mean = self._sum / (self._count + self._habits.prior_weight)
        return min(max(math.exp(mean), self._habits.least), self._habits.most)

    @property
    def seen(self) -> int:
        """How many pauses the scale rests on."""
        return self._count

    def resumed(self, silence_ms: float) -> None:
        """The caller went on after `silence_ms`. What is too short to be a pause is not counted."""
        if silence_ms < 150.0:
            return
        reach = _OUTLIER * self._habits.spread
        self._sum += min(max(math.log(silence_ms / self._habits.median_ms), -reach), reach)
        self._count += 1


@dataclass(frozen=True)
class WaitCurve:
    """The best wait for a probability, of those that can be had: from `shortest_ms` to the hard limit `longest_ms`."""

    habits: PauseHabits = PauseHabits()
    longest_ms: int = 2_500
    shortest_ms: int = 0

    def wait_ms(self, probability: float, price_ms: float, scale: float = 1.0) -> int:
        """Silence at which to end the turn; falls with `probability`, grows with the price and the scale."""
        waits = np.arange(self.shortest_ms, self.longest_ms + _STEP_MS, _STEP_MS, dtype=np.float64)
        cost = probability * waits + (1.0 - probability) * price_ms * _still_silent(waits, self.habits, scale)
        return int(min(waits[int(np.argmin(cost))], self.longest_ms))


def _still_silent(
    waits: np.ndarray[tuple[int], np.dtype[np.float64]], habits: PauseHabits, scale: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """S(T): the share of pauses that last longer. The normal tail by its logistic approximation (error below 0.01)."""
    z = np.log(np.maximum(waits, 1.0) / (habits.median_ms * scale)) / habits.spread
    tail: np.ndarray[tuple[int], np.dtype[np.float64]] = 1.0 / (1.0 + np.exp(1.5976 * z + 0.070566 * z**3))
    return tail
