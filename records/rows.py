"""Between the tables' rows and the seam's dataclasses. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from records.models import (
    AiSegment,
    CallOpened,
    CallState,
    CallSummaryRow,
    CallWarning,
    Direction,
    EndedBy,
    EscalationOutcome,
    EscalationRecord,
    EventRecord,
    RecordingRecord,
    RecordingState,
    Speaker,
    TurnRecord,
    TurnTimings,
)
from records.plain import clean_text, plain

Row = Mapping[str, Any]


def call_values(call: CallOpened) -> dict[str, Any]:
    """A new line of `calls`."""
    return {
        "id": call.id,
        "line": call.line,
        "direction": call.direction.value,
        "caller_number": clean_text(call.caller_number),
        "called_number": clean_text(call.called_number),
        "external_id": call.external_id,
        "worker": call.worker,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "state": CallState.LIVE.value,
        "faq_version": call.faq_version,
        "rules_version": call.rules_version,
        "voice": call.voice,
        "recogniser": call.recogniser,
        "recording_path": None if call.recording_path is None else str(call.recording_path),
        "warnings": [],
    }


def turn_values(call_id: str, turn: TurnRecord) -> dict[str, Any]:
    """A line of `turns`; keys are column names."""
    return {
        "call_id": call_id,
        "turn_index": turn.index,
        "speaker": turn.speaker.value,
        "kind": clean_text(turn.kind),
        "started_ms": round(turn.started_ms),
        "ended_ms": None if turn.ended_ms is None else round(turn.ended_ms),
        "text": clean_text(turn.text),
        "heard_text": None if turn.heard_text is None else clean_text(turn.heard_text),
        "interrupted": turn.interrupted,
        "timings": plain(turn.timings),
        "evidence": plain(turn.evidence),
        "transcript": plain(turn.transcript),
        "personal": plain(turn.personal),
    }


def event_values(call_id: str, event: EventRecord, sequence: int) -> dict[str, Any]:
    """A line of `events`."""
    return {
        "id": event.id,
        "call_id": call_id,
        "sequence": sequence,
        "at_ms": round(event.at_ms),
        "at": event.at,
        "kind": clean_text(event.kind),
        "data": plain(event.data),
    }


def escalation_values(call_id: str, escalation: EscalationRecord) -> dict[str, Any]:
    """A line of `escalations`."""
    return {
        "id": escalation.id,
        "call_id": call_id,
        "at": escalation.at,
        "reason": clean_text(escalation.reason),
        "outcome": escalation.outcome.value,
        "note": clean_text(escalation.note),
    }


def recording_values(call_id: str, recording: RecordingRecord) -> dict[str, Any]:
    """A line of `recordings`."""
    return {
        "path": str(recording.path),
        "call_id": call_id,
        "rate_hz": recording.rate_hz,
        "started_at": recording.started_at,
        "duration_ms": recording.duration_ms,
        "state": recording.state.value,
        "sha256": recording.sha256,
        "sidecar_path": None if recording.sidecar_path is None else str(recording.sidecar_path),
        "ai_segments": plain(recording.ai_segments),
        "reason": recording.reason,
        "lost_ms": recording.lost_ms,
    }


def turn_of(row: Row) -> TurnRecord:
    """A turn as it was stored."""
    return TurnRecord(
        index=row["turn_index"],
        speaker=Speaker(row["speaker"]),
        kind=row["kind"],
        started_ms=row["started_ms"],
        ended_ms=row["ended_ms"],
        text=row["text"],
        heard_text=row["heard_text"],
        interrupted=row["interrupted"],
        timings=TurnTimings(**row["timings"]),
        evidence=row["evidence"],
        transcript=row["transcript"],
        personal=row["personal"],
    )


def event_of(row: Row) -> EventRecord:
    """An event as it was stored."""
    return EventRecord(
        kind=row["kind"],
        at_ms=row["at_ms"],
        data=row["data"],
        at=row["at"],
        sequence=row["sequence"],
        id=row["id"],
    )


def escalation_of(row: Row) -> EscalationRecord:
    """An escalation as it was stored."""
    return EscalationRecord(
        reason=row["reason"],
        outcome=EscalationOutcome(row["outcome"]),
        note=row["note"],
        at=row["at"],
        id=row["id"],
    )


def recording_of(row: Row) -> RecordingRecord:
    """A recording as it was stored."""
    return RecordingRecord(
        path=Path(row["path"]),
        rate_hz=row["rate_hz"],
        started_at=row["started_at"],
        duration_ms=row["duration_ms"],
        state=RecordingState(row["state"]),
        sha256=row["sha256"],
        sidecar_path=None if row["sidecar_path"] is None else Path(row["sidecar_path"]),
        ai_segments=tuple(AiSegment(**segment) for segment in row["ai_segments"]),
        reason=row["reason"],
        lost_ms=row["lost_ms"],
    )


def warnings_of(stored: list[Any]) -> tuple[CallWarning, ...]:
    """A call's warnings as they were stored."""
    return tuple(CallWarning(**warning) for warning in stored)


def merged_warnings(stored: list[Any], new: tuple[CallWarning, ...]) -> list[dict[str, Any]]:
    """The stored warnings with the new ones, one a code."""
    by_code = {warning.code: warning for warning in (*warnings_of(stored), *new)}
    return [plain(warning) for warning in by_code.values()]


def summary_row_of(row: Row) -> CallSummaryRow:
    """One line in a list of calls."""
    return CallSummaryRow(
        id=row["id"],
        line=row["line"],
        direction=Direction(row["direction"]),
        caller_number=row["caller_number"],
        called_number=row["called_number"],
        started_at=row["started_at"],
        answered_at=row["answered_at"],
        ended_at=row["ended_at"],
        ended_by=None if row["ended_by"] is None else EndedBy(row["ended_by"]),
        outcome=row["outcome"],
        state=CallState(row["state"]),
        faq_version=row["faq_version"],
        turn_count=row["turn_count"],
        first_words=row["first_words"] or "",
        escalation_reason=row["escalation_reason"],
        recording_state=None if row["recording_state"] is None else RecordingState(row["recording_state"]),
        warning_count=len(row["warnings"]),
    )
