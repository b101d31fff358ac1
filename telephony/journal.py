"""Everything that happens in a call goes through here: to the records for good, to the pages live."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogue.privacy.redactor import Redactor
from dialogue.turns import TurnKind
from records.call_log import CallLog
from records.models import EscalationRecord, EventRecord, KpiEvent, Speaker, TurnRecord
from telephony.clock import CallClock
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCalls

NOT_STORED = frozenset({EventKind.PARTIAL, EventKind.OPERATOR_PARTIAL})
"""What is shown live but not kept: partials are superseded by the final within a second."""

WORDS_OF_CALLER = frozenset({EventKind.HEARD, EventKind.NOT_WORDS})
"""What tells where its words are personal (`personal`), for the recording to be silenced there."""


class CallJournal:
    """Writes one call's events, turns and escalations. Never blocks and never raises.

    Nothing passes without the call's `redactor`: cards, codes and My Number reach neither records nor pages.
    """

    def __init__(
        self, call_id: str, clock: CallClock, live: LiveCalls, log: CallLog, redactor: Redactor | None = None
    ) -> None:
        self._call_id = call_id
        self._clock = clock
        self._live = live
        self._log = log
        self.redactor = redactor or Redactor()

    def event(self, kind: EventKind, at_ms: float | None = None, **data: Any) -> None:
        """Something happened, now unless `at_ms` says when."""
        at = int(self._clock.now_ms() if at_ms is None else at_ms)
        written = self._redacted(kind, data)
        self._live.publish(CallEvent(self._call_id, at, kind, written))
        if kind not in NOT_STORED:
            self._log.event(EventRecord(kind=kind.value, at_ms=at, data=written))

    def kpi(self, kind: KpiEvent, **data: Any) -> None:
        """One of the events on which the figures are reckoned."""
        self._log.event(EventRecord(kind=kind.value, at_ms=int(self._clock.now_ms()), data=self.redactor.data(data)))

    def turn(self, turn: TurnRecord) -> None:
        """A turn as far as it is known; the same index again replaces it."""
        pressed = turn.speaker is Speaker.CALLER and turn.kind == TurnKind.KEYPAD.value
        words: dict[str, Any] = self.redactor.data(
            {
                "text": self.redactor.keys(turn.text) if pressed else turn.text,
                "heard_text": turn.heard_text,
                "evidence": turn.evidence,
                "transcript": turn.transcript,
            }
        )
        self._log.turn(replace(turn, **words, personal=self.redactor.personal(words["text"])))

    def escalation(self, escalation: EscalationRecord, title: str = "") -> None:
        """The caller wants, or needs, a person; `title` is the rule's, for people to read."""
        self._log.escalation(replace(escalation, note=self.redactor.text(escalation.note)))
        self.event(EventKind.ESCALATED, reason=escalation.reason, outcome=escalation.outcome.value, title=title)

    def escalation_came(self, escalation: EscalationRecord) -> None:
        """How far a request that was told before has come by now."""
        self._log.escalation(replace(escalation, note=self.redactor.text(escalation.note)))

    def _redacted(self, kind: EventKind, data: dict[str, Any]) -> dict[str, Any]:
        match kind:
            case EventKind.PARTIAL | EventKind.OPERATOR_PARTIAL:
                return self._still_said(self.redactor.partial(str(data.get("text", ""))), data)
            case EventKind.KEYPAD:
                return {**data, "digits": self.redactor.key(str(data.get("digits", "")))}
            case EventKind.HEARD:
                self.redactor.heard(str(data.get("text") or data.get("raw_text") or ""))
            case _:
                pass
        redacted: dict[str, Any] = self.redactor.data(data)
        if kind in WORDS_OF_CALLER:
            words = str(redacted.get("text") or redacted.get("raw_text") or "")
            redacted["personal"] = self.redactor.personal(words)
        return redacted

    def _still_said(self, text: str, data: dict[str, Any]) -> dict[str, Any]:
        # Only where it was asked for: an answer of one name is found by its question alone.
        personal = {"personal": self.redactor.personal(text)} if self.redactor.asked else {}
        return {**data, "text": text, **personal}
