"""Groups questions that ask the same, window by window, in memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dialogue.mining.calls import Asked, TurnLink
from dialogue.mining.space import Matrix
from dialogue.normalize import strip_fillers


@dataclass(frozen=True)
class ClusterLimits:
    """`join`: two groups become one when their members are so alike on average (of 1.8 at most).

    So many groups are kept at most from window to window, and so many wordings, answers and links of each.
    """

    join: float = 0.4
    clusters: int = 400
    wordings: int = 12
    answers: int = 16
    links: int = 100


@dataclass
class Cluster:
    """Questions that ask the same. `total` is the sum of their rows; `last_seen` counts windows."""

    total: Matrix
    size: int = 1
    last_seen: int = 0
    wordings: dict[str, str] = field(default_factory=dict)
    answers: list[Asked] = field(default_factory=list)
    links: list[TurnLink] = field(default_factory=list)

    @property
    def mean(self) -> Matrix:
        """The mean row: a dot product of two means is the average likeness of their members."""
        return self.total / np.float32(self.size)

    @property
    def calls(self) -> int:
        """In how many different calls it was asked (of the links that are kept)."""
        return len({link.call_id for link in self.links})


class Clusters:
    """Average linkage over each window together with the groups so far; the rarest are forgotten beyond the limit."""

    def __init__(self, limits: ClusterLimits = ClusterLimits()) -> None:
        self._limits = limits
        self._kept: list[Cluster] = []
        self._windows = 0
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, questions: Sequence[Asked], rows: Matrix) -> None:
        """Take a window in. It costs the square of window and groups together: give it a few hundred at a time."""
        self._windows += 1
        fresh = [_single(asked, row, self._windows) for asked, row in zip(questions, rows, strict=True)]
        self._kept = self._merged([*self._kept, *fresh])
        self._forget()

    def all(self) -> list[Cluster]:
        """The groups, the greatest first."""
        return sorted(self._kept, key=lambda cluster: (-cluster.size, cluster.last_seen))

    def _merged(self, groups: list[Cluster]) -> list[Cluster]:
        if len(groups) < 2:
            return groups
        means = np.stack([group.mean for group in groups])
        likeness = means @ means.T
        np.fill_diagonal(likeness, -np.inf)
        alive = np.ones(len(groups), dtype=bool)
        best = likeness.argmax(axis=1)
        while True:
            scores = np.where(alive, likeness[np.arange(len(groups)), best], -np.inf)
            one = int(scores.argmax())
            other = int(best[one])
            if scores[one] < self._limits.join:
                break
            self._join(groups[one], groups[other])
            alive[other] = False
            likeness[other, :] = likeness[:, other] = -np.inf
            means[one] = groups[one].mean
            row = np.where(alive, means @ means[one], -np.inf)
            row[one] = -np.inf
            likeness[one, :] = likeness[:, one] = row
            self._look_again(likeness, best, alive, one, other)
        return [group for group, lives in zip(groups, alive, strict=True) if lives]

    def _look_again(
        self, likeness: Matrix, best: NDArray[np.intp], alive: NDArray[np.bool_], one: int, other: int
    ) -> None:
        """Who was nearest to either of the two that became one looks for its nearest anew."""
        for place in np.flatnonzero(alive & ((best == one) | (best == other))):
            best[place] = likeness[place].argmax()
        best[one] = likeness[one].argmax()
        nearer = alive & (likeness[:, one] > likeness[np.arange(len(best)), best])
        best[nearer] = one

    def _join(self, into: Cluster, other: Cluster) -> None:
        limits = self._limits
        into.total = into.total + other.total
        into.size += other.size
        into.last_seen = max(into.last_seen, other.last_seen)
        for key, wording in other.wordings.items():
            if len(into.wordings) < limits.wordings:
                into.wordings.setdefault(key, wording)
        into.answers = (into.answers + other.answers)[: limits.answers]
        into.links = (into.links + other.links)[: limits.links]

    def _forget(self) -> None:
        excess = len(self._kept) - self._limits.clusters
        if excess > 0:
            rarest = sorted(self._kept, key=lambda cluster: (cluster.size, cluster.last_seen))[:excess]
            gone = {id(cluster) for cluster in rarest}
            self.forgotten += sum(cluster.size for cluster in rarest)
            self._kept = [cluster for cluster in self._kept if id(cluster) not in gone]


def _single(asked: Asked, row: Matrix, window: int) -> Cluster:
    answers = [asked] if asked.answer else []
    return Cluster(row, 1, window, {strip_fillers(asked.text): asked.text}, answers, [asked.link])
