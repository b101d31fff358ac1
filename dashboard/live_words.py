"""Events and standing of running calls as pages are told them: nothing personal, and sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from dashboard import words
from dashboard.past import NOTE_KINDS
from dashboard.reasons import hearing_of, reasons_of
from dashboard.transcript import SPREADS, LineMask, mask_of_hearing, steps_of
from dialogue.escalation.tone import IN_JAPANESE
from records.masking import masked_number
from records.plain import to_json
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCall

OWN_NAMES: Final = frozenset({EventKind.OPERATOR, EventKind.OPERATOR_SAID, EventKind.WHISPER})
"""Kinds whose `name` is a colleague's, not a caller's."""


@dataclass(frozen=True)
class Told:
    """One event as it goes out, as plain data and as JSON written once; `mask` is its call's from here on."""

    call_id: str
    data: Mapping[str, Any]
    json: str
    mask: LineMask


def told_of(event: CallEvent, mask: LineMask) -> Told:
    """`event` under its call's mask. A decision or an evidence of many words takes some milliseconds.

    A decision gets its `reasons`, a hearing its `hearing`, a latency its `steps`, a note its `sentence`.
    """
    kept = mask_of_hearing(mask, event.data, SPREADS) if event.kind is EventKind.HEARD else mask
    # What a short name covers in its own event is not covered in all others: a surname may be a part of many words.
    data = mask_of_hearing(kept, event.data).data(event.data)
    if event.kind in OWN_NAMES and "name" in event.data:
        data["name"] = event.data["name"]
    match event.kind:
        case EventKind.DECIDED:
            found = reasons_of(data.get("evidence") or {})
            data["reasons"] = None if found is None else found.model_dump()
            data["act_name"] = words.of(words.ACTS, data["act"]) if data.get("act") else ""
        case EventKind.OPERATOR_SAID:
            data["act_name"] = words.of(words.SAID_BY, data["how"]) if data.get("how") else ""
        case EventKind.LATENCY:
            data["steps"] = [
                {"name": each.name, "from_ms": each.from_ms, "to_ms": each.to_ms, "took_ms": each.took_ms}
                for each in steps_of(data)
            ]
        case EventKind.HEARD:
            data["hearing"] = [each.model_dump() for each in hearing_of(data)]
        case _ if event.kind.value in NOTE_KINDS:
            data["sentence"] = words.note(event.kind.value, data)
        case _:
            pass
    whole = {"call_id": event.call_id, "at_ms": event.at_ms, "kind": event.kind.value, "data": data}
    return Told(event.call_id, whole, to_json(whole), kept)


def facts_of(call: LiveCall) -> dict[str, Any]:
    """How a running call stands, in the words of the floor. Times are ISO, lengths milliseconds."""
    facts = call.facts
    responses = list(facts.responses_ms)
    return {
        "call_id": call.call_id,
        "line": call.line,
        "line_name": words.of(words.LINES, call.line),
        "from_number": masked_number(call.from_number),
        "to_number": call.to_number,
        "caller": words.caller(call.line, masked_number(call.from_number)),
        "started_at": call.started_at,
        "state": call.state,
        "state_name": words.of(words.STATES, call.state),
        "topic": facts.topic,
        "entry_id": facts.entry_id,
        "tone": facts.tone.value,
        "tone_name": IN_JAPANESE[facts.tone],
        "harassment": facts.harassment,
        "reason": words.reason(facts.reason, {facts.reason: facts.reason_title}) if facts.reason else "",
        "waiting_since": _moment(call.started_at, facts.queued_at_ms),
        "operator": facts.operator,
        "latency_p50_ms": median(responses) if responses else None,
        "latency_last_ms": responses[-1] if responses else None,
    }


def _moment(started_at: str, at_ms: int | None) -> str | None:
    if at_ms is None:
        return None
    return (datetime.fromisoformat(started_at) + timedelta(milliseconds=at_ms)).isoformat()
