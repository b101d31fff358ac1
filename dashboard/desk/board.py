"""The queue and the presence as every desk shows them, told anew whenever they change."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.notes import NoteParts
from dashboard.transcript import LineMask
from dashboard.words import ESCALATION_REASONS
from records.desk import DeskRecords
from records.masking import masked_number
from records.presence import Presence
from records.waiting import QueueEntry
from telephony.live import LiveCalls


class DeskBoard:
    """Reads the queue and who is there, covers what is personal, and pushes both to the desks."""

    def __init__(self, records: DeskRecords, live: LiveCalls, mask: LineMask, hub: DeskHub) -> None:
        self._records = records
        self._live = live
        self._mask = mask
        self._hub = hub

    async def queue(self) -> list[dict[str, Any]]:
        """Who waits, in the order in which they are to be answered."""
        entries = await self._records.queue.waiting()
        return await asyncio.to_thread(lambda: [self._waiting(n, each) for n, each in enumerate(entries, start=1)])

    async def presence(self) -> list[dict[str, Any]]:
        """Who is there."""
        return [present(each) for each in await self._records.presence.now()]

    async def tell_queue(self) -> None:
        """The queue has changed."""
        self._hub.publish(DeskMessage("queue", {"queue": await self.queue()}))

    async def tell_presence(self) -> None:
        """Somebody's state has changed."""
        self._hub.publish(DeskMessage("presence", {"presence": await self.presence()}))

    def _waiting(self, position: int, entry: QueueEntry) -> dict[str, Any]:
        note = NoteParts.of(entry.note).covered(self._mask)
        call = self._live.get(entry.call_id)
        return {
            "id": entry.id,
            "call_id": entry.call_id,
            "position": position,
            "queue": entry.queue,
            "priority": entry.priority,
            "reason": note.reason or ESCALATION_REASONS.get(entry.reason, entry.reason),
            "matter": note.matter,
            "tone": note.tone,
            "caller": masked_number(call.from_number) if call is not None else "",
            "entered_at": entry.entered_at.isoformat(),
        }


def present(presence: Presence) -> dict[str, Any]:
    """One person's state as it is told."""
    return {
        "user_id": presence.user_id,
        "name": presence.user_name,
        "state": presence.state.value,
        "label": presence.state.label,
        "since": presence.since.isoformat(),
    }


def call_ms(began: datetime, moment: datetime) -> int:
    """A moment on the call's own clock."""
    return max(0, int((moment - began).total_seconds() * 1000))
