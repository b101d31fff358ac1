"""Mines past calls for drafts: takes call after call, keeps only what a draft needs."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from dialogue.mining.calls import Asked, PastCall, TurnLink
from dialogue.mining.clusters import Clusters
from dialogue.mining.drafts import Draft, Drafter
from dialogue.mining.gleaning import Gleaner
from dialogue.mining.space import QuestionSpace

WINDOW: Final = 200
MIN_CALLS: Final = 3
"""A matter that came up in fewer calls is no draft yet."""


@dataclass(frozen=True)
class MinedSoFar:
    """How far the mining is: questions taken in, groups kept."""

    questions: int
    groups: int


class Miner:
    """One run of mining. Blocking (run `take` and `drafts` off the event loop); one thread at a time.

    Memory is bounded by the window and the limits of `clusters`, whatever the number of calls. `known` are turns that
    a person has decided on before: they are passed over.
    """

    def __init__(
        self,
        gleaner: Gleaner,
        space: QuestionSpace,
        clusters: Clusters,
        drafter: Drafter,
        known: Container[TurnLink] = frozenset(),
    ) -> None:
        self._gleaner = gleaner
        self._space = space
        self._clusters = clusters
        self._drafter = drafter
        self._known = known
        self._window: list[Asked] = []
        self._questions = 0

    @property
    def so_far(self) -> MinedSoFar:
        """How far it is."""
        return MinedSoFar(self._questions, len(self._clusters))

    def take(self, call: PastCall) -> None:
        """Take a call in; now and then this groups a whole window."""
        for asked in self._gleaner.glean(call):
            if asked.link in self._known:
                continue
            self._questions += 1
            self._window.append(asked)
            if len(self._window) >= WINDOW:
                self._group()

    def drafts(self, min_calls: int = MIN_CALLS) -> list[Draft]:
        """Drafts of all matters that came up in at least so many calls, the most asked first."""
        self._group()
        often = [cluster for cluster in self._clusters.all() if cluster.calls >= min_calls]
        made = [self._drafter.draft(cluster) for cluster in often]
        return [draft for draft in made if draft is not None]

    def _group(self) -> None:
        if self._window:
            self._clusters.add(self._window, self._space.rows(self._window))
            self._window = []
