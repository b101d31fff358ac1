"""A call's records without anybody's words: what is left when words may not be kept, or no longer.

What stays is named, so that a new field is dropped until somebody has decided that it tells nothing of a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from records.models import CallOpened, EscalationRecord, EventRecord, TurnRecord

_EVIDENCE: Final = frozenset(
    {
        "decision",
        "confidence",
        "rule",
        "entry_ids",
        "thresholds",
        "faq_version",
        "rules_version",
        "versions",
        "took_ms",
    }
)
_CANDIDATE: Final = frozenset({"entry_id", "version", "score", "lexical", "semantic", "kana"})
_MODEL_USE: Final = frozenset({"model", "purpose", "outcome", "took_ms"})
_FIRING: Final = frozenset({"rule_id", "queue", "priority"})
_TRANSCRIPT: Final = frozenset({"confidence", "engine"})
_EVENT_WORDS: Final = frozenset(
    {
        "state", "reason", "outcome", "verdict", "why", "what", "engine", "endpoint", "voice", "act", "after", "line",
        "ended_by", "channel", "queue", "how",
    }
)  # fmt: skip
"""Fields of events that hold one of the program's own words."""
KEPT_KINDS: Final = frozenset({"muted", "latency"})
"""Events that hold figures alone, in whatever shape."""


def wordless_call(opened: CallOpened) -> CallOpened:
    """Without who called, and without a recording."""
    return replace(opened, caller_number="", recording_path=None)


def wordless_turn(turn: TurnRecord) -> TurnRecord:
    """Without what was said, heard or understood."""
    return replace(
        turn,
        text="",
        heard_text=None,
        evidence=wordless_evidence(turn.evidence),
        transcript=None if turn.transcript is None else _only(turn.transcript, _TRANSCRIPT),
        personal=None,
    )


def wordless_event(event: EventRecord) -> EventRecord:
    """Without words: numbers and the program's own terms stay."""
    return replace(event, data=wordless_data(event.kind, event.data))


def wordless_data(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's data without words."""
    if kind in KEPT_KINDS:
        return dict(data)
    kept: dict[str, Any] = {name: each for name, each in data.items() if isinstance(each, bool | int | float | None)}
    kept |= {name: value for name, value in data.items() if name in _EVENT_WORDS and isinstance(value, str)}
    if isinstance(data.get("evidence"), Mapping):
        kept["evidence"] = wordless_evidence(data["evidence"])
    return kept


def wordless_escalation(escalation: EscalationRecord) -> EscalationRecord:
    """Without the note for the operator."""
    return replace(escalation, note="")


def wordless_evidence(evidence: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Which branch, rule, entries, scores, versions and models; not what was heard, asked or composed."""
    if evidence is None:
        return None
    kept = _only(evidence, _EVIDENCE)
    kept["candidates"] = [_only(each, _CANDIDATE) for each in evidence.get("candidates") or ()]
    kept["model_uses"] = [_only(each, _MODEL_USE) for each in evidence.get("model_uses") or ()]
    kept["firing"] = _only(evidence.get("firing") or {}, _FIRING)
    return kept


def _only(data: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name in names}
