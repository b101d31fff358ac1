"""What an operator sees the moment they have a call: who, what for, what was said and found, and the calls before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from dashboard.desk.notes import NoteParts
from dashboard.past import lines_of
from dashboard.transcript import Line, LineMask, Transcript
from dashboard.words import ESCALATION_REASONS
from records.masking import masked_number
from records.models import CallDetail, CallSummaryRow
from records.store import Records
from records.waiting import QueueEntry
from telephony.events import EventKind
from telephony.live import LiveCall, LiveCalls

EARLIER: Final = 6
NO_NUMBER: Final = frozenset({"", "anonymous", "restricted", "unknown"})


class ScreenPops:
    """Puts the card together from the running call, so that nothing waits for what is still being written."""

    def __init__(self, records: Records, live: LiveCalls, mask: LineMask) -> None:
        self._records = records
        self._live = live
        self._mask = mask

    async def of(self, call_id: str, unmasked: bool = False) -> dict[str, Any] | None:
        """The card of one call; None when there is none of that id.

        `unmasked`: the number, the collected values and the note stand as they are; the transcript never does.
        """
        live = self._live.get(call_id)
        detail = None if live is not None else await self._records.calls.get(call_id)
        if live is None and detail is None:
            return None
        entry = await self._records.desk.queue.of_call(call_id)
        number = live.from_number if live is not None else detail.row.caller_number if detail is not None else ""
        earlier = await self._earlier(number, call_id)
        return await asyncio.to_thread(self._told, call_id, live, detail, entry, earlier, unmasked)

    async def _earlier(self, number: str, call_id: str) -> Sequence[CallSummaryRow]:
        if number.lower() in NO_NUMBER:
            return []
        rows = await self._records.calls.of_number(number, EARLIER + 1)
        return [row for row in rows if row.id != call_id][:EARLIER]

    def _told(
        self,
        call_id: str,
        live: LiveCall | None,
        detail: CallDetail | None,
        entry: QueueEntry | None,
        earlier: Sequence[CallSummaryRow],
        unmasked: bool,
    ) -> dict[str, Any]:
        number, began, lines, faq = self._of_live(live) if live is not None else self._of_past(detail)
        note = NoteParts.of(_note(entry, detail))
        if not unmasked:
            note = note.covered(self._mask)

        reason = note.reason or (ESCALATION_REASONS.get(entry.reason, entry.reason) if entry is not None else "")
        return {
            "call_id": call_id,
            "running": live is not None,
            "line": live.line if live is not None else detail.row.line if detail is not None else "",
            "caller": number if unmasked else masked_number(number),
            "unmasked": unmasked,
            "started_at": began,
            "waited_s": _waited_s(entry),
            "reason": reason,
            "tone": note.tone,
            "matter": note.matter,
            "next_step": note.next_step,
            "collected": [{"name": name, "value": value} for name, value in note.collected.items()],
            "note": [{"heading": name, "text": text} for name, text in note.parts.items()],
            "last_faq": faq,
            "lines": [asdict(line) for line in lines],
            "earlier": [self._call(row) for row in earlier],
        }

    def _of_live(self, call: LiveCall) -> tuple[str, str, list[Line], dict[str, Any] | None]:
        events = list(call.events)
        evidence = [event.data.get("evidence") or {} for event in events if event.kind is EventKind.DECIDED]
        return call.from_number, call.started_at, Transcript.of(events, self._mask).lines, _last_faq(evidence)

    def _of_past(self, detail: CallDetail | None) -> tuple[str, str, list[Line], dict[str, Any] | None]:
        assert detail is not None
        evidence = [turn.evidence for turn in detail.turns if turn.evidence]
        row = detail.row
        return row.caller_number, row.started_at.isoformat(), lines_of(detail, self._mask), _last_faq(evidence)

    def _call(self, row: CallSummaryRow) -> dict[str, Any]:
        reason = row.escalation_reason
        return {
            "id": row.id,
            "started_at": row.started_at.isoformat(),
            "outcome": row.outcome or "",
            "first_words": self._mask.text(row.first_words),
            "reason": ESCALATION_REASONS.get(reason, reason) if reason else "",
            "duration_s": row.duration_s,
        }


def _note(entry: QueueEntry | None, detail: CallDetail | None) -> str:
    if entry is not None:
        return entry.note
    return detail.escalations[-1].note if detail is not None and detail.escalations else ""


def _waited_s(entry: QueueEntry | None) -> float | None:
    if entry is None or entry.claimed_at is None:
        return None
    return (entry.claimed_at - entry.entered_at).total_seconds()


def _last_faq(evidence: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The entry that was spoken last."""
    for each in reversed(evidence):
        spoken = each.get("entry_ids") or []
        for candidate in each.get("candidates") or []:
            if candidate.get("entry_id") in spoken:
                return {name: candidate.get(name) for name in ("entry_id", "title", "version", "score")}
    return None
