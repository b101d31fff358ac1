"""A running turn's trace as rows of the records."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from records.models import Speaker, TurnRecord, TurnTimings
from telephony.call_types import TurnTrace


def caller_turn(index: int, trace: TurnTrace, now_ms: float) -> TurnRecord:
    """The caller's side of an exchange, as soon as it is known."""
    heard = trace.utterance
    transcript: dict[str, Any] | None = None
    if heard is not None:
        transcript = {
            "text": heard.transcript.text,
            "confidence": heard.transcript.confidence,
            "no_speech_probability": heard.transcript.no_speech_probability,
            "alternatives": [{"text": a.text, "score": a.score} for a in heard.transcript.alternatives],
            "engine": heard.transcript.engine,
            "endpoint": heard.endpoint_reason,
            "smart_turn": heard.smart_turn,
            "raw_text": heard.transcript.raw_text,
            "corrections": [asdict(each) for each in heard.transcript.corrections],
        }
        if heard.reading is not None:
            transcript["fillers"] = list(heard.reading.fillers)
            transcript["repairs"] = [asdict(each) for each in heard.reading.repairs]
            transcript["values"] = [asdict(each) for each in heard.reading.values]
    return TurnRecord(
        index=index,
        speaker=Speaker.CALLER,
        kind=trace.turn.kind.value,
        started_ms=int(heard.started_ms if heard is not None else now_ms),
        ended_ms=int(heard.speech_end_ms if heard is not None else now_ms),
        text=trace.turn.text or trace.turn.digits,
        transcript=transcript,
    )


def agent_turn(index: int, trace: TurnTrace, heard_text: str, interrupted: bool, now_ms: float) -> TurnRecord:
    """The agent's side, once it is known how much of it was heard."""
    reply, heard = trace.reply, trace.utterance
    response = None
    if heard is not None and trace.first_audio_ms is not None:
        response = trace.first_audio_ms - heard.speech_end_ms
    return TurnRecord(
        index=index,
        speaker=Speaker.AGENT,
        kind=reply.act.value if reply is not None else "",
        started_ms=int(trace.first_audio_ms if trace.first_audio_ms is not None else now_ms),
        ended_ms=int(now_ms),
        text=reply.text if reply is not None else "",
        heard_text=heard_text,
        interrupted=interrupted,
        timings=TurnTimings(
            speech_end_ms=heard.speech_end_ms if heard is not None else None,
            end_of_turn_ms=heard.decided_ms if heard is not None else None,
            text_ms=heard.ready_ms if heard is not None else None,
            decision_ms=trace.decided_ms or None,
            first_audio_ms=trace.first_audio_ms,
            response_ms=response,
        ),
        evidence=reply.evidence.to_dict() if reply is not None else None,
    )
