"""Everything that happens in a call goes through here: to the records for good, to the pages live."""

from __future__ import annotations

from typing import Any

from records.call_log import CallLog
from records.models import EscalationRecord, EventRecord, KpiEvent, TurnRecord
from telephony.clock import CallClock
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCalls

NOT_STORED = frozenset({EventKind.PARTIAL})
"""What is shown live but not kept: partials are superseded by the final within a second."""


class CallJournal:
    """Writes one call's events, turns and escalations. Never blocks and never raises."""

    def __init__(self, call_id: str, clock: CallClock, live: LiveCalls, log: CallLog) -> None:
        self._call_id = call_id
        self._clock = clock
        self._live = live
        self._log = log

    def event(self, kind: EventKind, at_ms: float | None = None, **data: Any) -> None:
        """Something happened, now unless `at_ms` says when."""
        at = int(self._clock.now_ms() if at_ms is None else at_ms)
        self._live.publish(CallEvent(self._call_id, at, kind, data))
        if kind not in NOT_STORED:
            self._log.event(EventRecord(kind=kind.value, at_ms=at, data=data))

    def kpi(self, kind: KpiEvent, **data: Any) -> None:
        """One of the events on which the figures are reckoned."""
        self._log.event(EventRecord(kind=kind.value, at_ms=int(self._clock.now_ms()), data=data))

    def turn(self, turn: TurnRecord) -> None:
        """A turn as far as it is known; the same index again replaces it."""
        self._log.turn(turn)

    def escalation(self, escalation: EscalationRecord) -> None:
        """The caller wants, or needs, a person."""
        self._log.escalation(escalation)
        self.event(EventKind.ESCALATED, reason=escalation.reason, outcome=escalation.outcome.value)
