"""Callbacks at the desk: booked by people or promised in calls, taken, done; and the events the figures rest on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from dashboard.auth.principal import Principal
from dashboard.desk.board import call_ms
from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.notes import NoteParts
from dashboard.transcript import LineMask
from dashboard.words import ESCALATION_REASONS
from records.callbacks import Callback
from records.clock import utc_now
from records.masking import masked_number
from records.models import EventRecord, KpiEvent
from records.store import Records

LOOKED_BACK: Final = timedelta(days=7)
"""At a start promises may be as old as this; from then on they are met within seconds."""
RECENT: Final = timedelta(hours=3)
SHOWN: Final = 100


class CallingBack:
    """Keeps the promises; `within` is how soon a caller is to be called back."""

    def __init__(self, records: Records, mask: LineMask, hub: DeskHub, within: timedelta) -> None:
        self._records = records
        self._mask = mask
        self._hub = hub
        self._within = within
        self._looks_back = LOOKED_BACK

    async def book(
        self, call_id: str, number: str, reason: str, note: str = "", within: timedelta | None = None
    ) -> Callback:
        """Promise a callback; a call that has one keeps it."""
        callback, new = await self._records.desk.callbacks.book(
            call_id, number, reason, utc_now() + (within or self._within), note
        )
        if new:
            await self._kpi(callback, KpiEvent.CALLBACK_BOOKED, due_at=callback.due_at.isoformat())
            await self.tell()
        return callback

    async def book_promised(self) -> int:
        """Book what was promised in calls; how many."""
        promised = await self._records.desk.callbacks.promised(utc_now() - self._looks_back)
        for each in promised:
            parts = NoteParts.of(each.escalation.note).covered(self._mask)
            reason = parts.matter or parts.reason or ESCALATION_REASONS.get(each.escalation.reason, "")
            await self.book(each.call_id, each.number, reason, each.escalation.note)
        self._looks_back = RECENT
        return len(promised)

    async def assign(self, who: Principal, callback_id: str) -> Callback | None:
        """Take care of one; None when somebody else does, or it is done."""
        taken = await self._records.desk.callbacks.assign(callback_id, who.id, who.name)
        if taken is not None:
            await self.tell()
        return taken

    async def finish(self, who: Principal, callback_id: str, note: str) -> Callback | None:
        """The caller was called back; None when it was done before."""
        done = await self._records.desk.callbacks.finish(callback_id, who.id, who.name, note)
        if done is not None:
            await self._kpi(
                done, KpiEvent.CALLBACK_DONE, in_time=done.in_time, due_at=done.due_at.isoformat(), user=who.id
            )
            await self.tell()
        return done

    async def list(self, done: bool = False) -> list[dict[str, Any]]:
        """Those to be done, the most pressing first; or those done, the latest first."""
        callbacks = self._records.desk.callbacks
        return [self.told(each) for each in await (callbacks.done(SHOWN) if done else callbacks.open(SHOWN))]

    async def tell(self) -> None:
        """The list has changed."""
        self._hub.publish(DeskMessage("callbacks", {"callbacks": await self.list()}))

    def told(self, callback: Callback) -> dict[str, Any]:
        """One as it is shown, covered."""
        return {
            "id": callback.id,
            "call_id": callback.call_id,
            "number": masked_number(callback.number),
            "reason": self._mask.text(callback.reason),
            "booked_at": callback.booked_at.isoformat(),
            "due_at": callback.due_at.isoformat(),
            "state": callback.state.value,
            "owner": callback.owner,
            "owner_name": callback.owner_name,
            "done_at": callback.done_at.isoformat() if callback.done_at is not None else None,
            "in_time": callback.in_time if callback.done_at is not None else None,
        }

    async def _kpi(self, callback: Callback, kind: KpiEvent, **data: object) -> None:
        detail = await self._records.calls.get(callback.call_id)
        # A promise that was made in the call has told the figures already.
        known = detail is not None and kind is KpiEvent.CALLBACK_BOOKED and any(e.kind == kind for e in detail.events)
        if detail is not None and not known:
            now = utc_now()
            event = EventRecord(kind.value, call_ms(detail.row.started_at, now), {"callback": callback.id, **data}, now)
            await self._records.calls.add_event(callback.call_id, event)
