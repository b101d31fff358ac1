"""A whole call's decisions made again while the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from dashboard.api.calls import ReplayedDecision, ReplayReport
from dashboard.reasons import departure_of
from dialogue.replay import ReplayError, departures
from records.models import CallDetail, Speaker
from records.store import Records
from uketsuke.minds import Minds, RunSearch
from uketsuke.replaying import decide_again, premises_are_kept


class CallReplay:
    """Makes every decision of a call again, in the calls' spare time and without touching what is live."""

    def __init__(self, minds: Minds, records: Records, run: RunSearch) -> None:
        self._minds = minds
        self._records = records
        self._run = run

    async def __call__(self, detail: CallDetail) -> ReplayReport:
        """Whether each comes out the same; one that cannot be made again says why."""
        minds = await asyncio.to_thread(self._minds.beside, self._minds.published, self._run)
        decisions = []
        for turn in detail.turns:
            evidence = turn.evidence or {}
            if turn.speaker is Speaker.AGENT and premises_are_kept(evidence):
                decisions.append(await self._again(turn.index, turn.text, evidence, minds))
        return ReplayReport(
            decisions=decisions,
            same=sum(each.same for each in decisions),
            different=sum(not each.same and not each.problem for each in decisions),
            impossible=sum(bool(each.problem) for each in decisions),
        )

    async def _again(self, turn: int, text: str, evidence: Mapping[str, Any], minds: Minds) -> ReplayedDecision:
        try:
            again = await decide_again(evidence, minds, self._records)
        except ReplayError as error:
            return ReplayedDecision(turn=turn, same=False, differences=[], problem=str(error))
        found = [departure_of(each.what, each.before, each.now) for each in departures(evidence, text, again)]
        return ReplayedDecision(turn=turn, same=not found, differences=found, problem="")
