"""Proposed escalation rules on the calls of the past, beside the running service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from dialogue.escalation.book import RuleBook
from dialogue.escalation.dry_run import DryRun, dry_run
from dialogue.escalation.facts import EntryFact, FactReader
from dialogue.escalation.past import PastCall, PastReader, StoredCall
from records.models import CallDetail, CallSummaryRow
from records.store import Records
from uketsuke.minds import Minds

_PAGE: Final = 100


class RuleTrial:
    """Judges the newest calls by proposed rules and by the live ones. Reading and judging run off the loop."""

    def __init__(self, minds: Minds, records: Records) -> None:
        self._minds = minds
        self._records = records

    async def __call__(self, proposed: RuleBook, last: int) -> DryRun:
        """The result over the newest `last` calls."""
        minds = self._minds
        entries = minds.published.faq.entries
        facts = {each.id: EntryFact(each.id, each.category, ("escalate",) if each.escalate else ()) for each in entries}
        past = PastReader(FactReader(minds.reader), facts.get, minds.company.is_open)
        rows = await self._rows(last)
        calls: list[PastCall] = []
        for row in rows:
            detail = await self._records.calls.get(row.id)
            if detail is not None:
                stored = self._stored(detail, rows)
                calls.append(await asyncio.to_thread(past.read, stored))
        return await asyncio.to_thread(dry_run, calls, proposed, minds.published.rules)

    async def _rows(self, last: int) -> list[CallSummaryRow]:
        rows: list[CallSummaryRow] = []
        while len(rows) < last:
            page = await self._records.calls.list(min(_PAGE, last - len(rows)), rows[-1].id if rows else None)
            rows += page
            if not page:
                break
        return rows

    def _stored(self, detail: CallDetail, rows: Sequence[CallSummaryRow]) -> StoredCall:
        row = detail.row
        turns = [{**asdict(turn), "speaker": turn.speaker.value} for turn in detail.turns]
        return StoredCall(
            row.id, row.started_at, turns, self._minds.profile(row.caller_number, tuple(_hours_before(row, rows)))
        )


def _hours_before(row: CallSummaryRow, rows: Sequence[CallSummaryRow]) -> Iterator[float]:
    for other in rows:
        if row.caller_number and other.caller_number == row.caller_number and other.started_at < row.started_at:
            yield (row.started_at - other.started_at).total_seconds() / 3600
