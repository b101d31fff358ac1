"""What happens in a call, as typed events: written to the records for good and shown live on the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """The kinds of event. `data` of each is named beside it."""

    STARTED = "started"  # line, from_number, to_number, external_id
    STATE = "state"  # state
    SPEECH_STARTED = "speech_started"  # over_agent
    PARTIAL = "partial"  # text
    HEARD = "heard"  # turn, text, raw_text, corrections, confidence, alternatives, engine, endpoint, speech_end_ms
    HEARD_AGAIN = "heard_again"  # turn, text, alternatives, confidence, took_ms: a second, closer hearing
    NOT_WORDS = "not_words"  # reason: sound that held no words
    DECIDED = "decided"  # turn, act, text, evidence, after, ahead: whether it was thought of before the turn was over
    SPEAKING = "speaking"  # turn, text, voice, from_cache
    SPOKEN = "spoken"  # turn, text, heard_text, interrupted
    LATENCY = "latency"  # turn, and ms after the end of the caller's speech: end_of_turn, text, decision, first_audio
    AIZUCHI = "aizuchi"  # decided_after_ms
    BARGE_IN = "barge_in"  # decided_after_ms, heard_ms
    RESUMED = "resumed"  # turn, why, text: the agent goes on after it stopped for nothing
    KEYPAD = "keypad"  # digits (masked when long)
    ESCALATED = "escalated"  # reason, outcome, title
    QUEUED = "queued"  # reason, queue, priority, escalation_id: the caller waits for a person
    OPERATOR = "operator"  # what: joined, left, hold, resumed, warned, handed_back, ended; name; ms of a hold
    OPERATOR_SAID = "operator_said"  # turn, text, how: typed, voice or script; name, took_ms: from Enter to the sound
    OPERATOR_PARTIAL = "operator_partial"  # text
    WHISPER = "whisper"  # text, name, title: what the agent will say at its next turn
    WIRE_ERROR = "wire_error"  # error
    WARNING = "warning"  # what, detail
    SPEAKERS = "speakers"  # after the call: turns, overlap, double_talk, voice_change
    MUTED = "muted"  # after the call: stretches of the recording made silent: channel, start_ms, end_ms, kind
    SUMMARY = "summary"  # the drafted summary
    ENDED = "ended"  # ended_by, duration_ms, recording


@dataclass(frozen=True)
class CallEvent:
    """One thing that happened, `at_ms` on the call's own clock (0 when the media socket opened)."""

    call_id: str
    at_ms: int
    kind: EventKind
    data: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as it goes over the live socket."""
        return {"call_id": self.call_id, "at_ms": self.at_ms, "kind": self.kind.value, "data": self.data}
