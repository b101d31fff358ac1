"""The seam of the records: plain frozen data, in and out. Times `*_ms` are on the call's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from records.clock import utc_now
from records.ids import new_id


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallState(StrEnum):
    """Whether the call still runs. Its finer states are events."""

    LIVE = "live"
    ENDED = "ended"


class EndedBy(StrEnum):
    """What ended a call. `CRASH` is written only by the next start's recovery."""

    CALLER = "caller"
    AGENT = "agent"
    OPERATOR = "operator"
    ERROR = "error"
    TIMEOUT = "timeout"
    HAND_OVER = "hand_over"
    CRASH = "crash"


class Speaker(StrEnum):
    """Whose turn it was."""

    CALLER = "caller"
    AGENT = "agent"
    OPERATOR = "operator"


class EscalationOutcome(StrEnum):
    """How far a request for a person came."""

    REQUESTED = "requested"
    QUEUED = "queued"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK_BOOKED = "callback_booked"
    OUT_OF_HOURS = "out_of_hours"
    FAILED = "failed"


class RecordingState(StrEnum):
    """What can be said of a recording's file. `RECOVERED` was cut short by a crash and made whole after it."""

    RECORDING = "recording"
    FINISHED = "finished"
    FAILED = "failed"
    RECOVERED = "recovered"


class KpiEvent(StrEnum):
    """The events on which the figures of a contact centre are reckoned; other kinds are free text."""

    OFFERED = "offered"
    SHORT_ABANDON = "short_abandon"
    BOT_ANSWERED = "bot_answered"
    BOT_ENGAGED = "bot_engaged"
    BOT_COMPLETED = "bot_completed"
    CALLER_HANGUP_IN_BOT = "caller_hangup_in_bot"
    ESC_REQUESTED = "esc_requested"
    ESC_QUEUED = "esc_queued"
    ESC_ANSWERED = "esc_answered"
    ESC_ABANDONED = "esc_abandoned"
    CALLBACK_BOOKED = "callback_booked"
    CALLBACK_DONE = "callback_done"
    OP_TALK_START = "op_talk_start"
    OP_TALK_END = "op_talk_end"
    HOLD = "hold"
    ACW_START = "acw_start"
    ACW_END = "acw_end"
    SURVEY = "survey"
    RECONTACT = "recontact"


@dataclass(frozen=True)
class CallOpened:
    """A call as it begins. `caller_number` stands as the line gave it; `worker` names the process that owns it.

    `recording_path` is where the finished recording will lie, if there is one.
    """

    line: str
    caller_number: str = ""
    called_number: str = ""
    direction: Direction = Direction.INBOUND
    external_id: str | None = None
    started_at: datetime = field(default_factory=utc_now)
    answered_at: datetime | None = None
    faq_version: int | None = None
    rules_version: int | None = None
    voice: str = ""
    recogniser: str = ""
    recording_path: Path | None = None
    recording_rate_hz: int = 8_000
    worker: str = "local"
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class TurnTimings:
    """Where a turn's time went. All on the call's clock, except `response_ms`.

    `response_ms` is the wait the caller felt: from the end of speech to the first audio at the ear.
    """

    speech_end_ms: float | None = None
    end_of_turn_ms: float | None = None
    text_ms: float | None = None
    decision_ms: float | None = None
    first_audio_ms: float | None = None
    response_ms: float | None = None


@dataclass(frozen=True)
class TurnRecord:
    """One turn. Writing the same `index` again replaces it: an agent's turn is known in full once it was heard.

    `text` is what was recognised (caller) or decided (agent); `heard_text` what of it really reached the ear.
    `evidence` explains the decision, `transcript` the recognition (confidence, alternatives, engine). `personal`
    says where `text` tells of a person: `kind`, `start` and `end` of each stretch.
    """

    index: int
    speaker: Speaker
    kind: str
    started_ms: int
    ended_ms: int | None = None
    text: str = ""
    heard_text: str | None = None
    interrupted: bool = False
    timings: TurnTimings = TurnTimings()
    evidence: dict[str, Any] | None = None
    transcript: dict[str, Any] | None = None
    personal: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class EventRecord:
    """Something that happened. `sequence` is its place in the call, given when it is stored."""

    kind: str
    at_ms: int
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=utc_now)
    sequence: int | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class EscalationRecord:
    """A request for a person. Writing the same `id` again replaces it, as its outcome becomes known."""

    reason: str
    outcome: EscalationOutcome = EscalationOutcome.REQUESTED
    note: str = ""
    at: datetime = field(default_factory=utc_now)
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class CallWarning:
    """Something a supervisor should know of a call's record. One a `code`: a later one replaces the former."""

    code: str
    message: str
    count: int = 1


@dataclass(frozen=True)
class AiSegment:
    """A stretch of a recording that a machine spoke (EU AI Act, Article 50(2)); `voice` is model and voice."""

    start_ms: int
    end_ms: int
    text: str
    voice: str


@dataclass(frozen=True)
class RecordingRecord:
    """One recording: caller on the left, agent on the right. Its time 0 is the call's time 0, `started_at`.

    `lost_ms` is audio that came too late or too far ahead to be placed. `reason` says, in Japanese, why a
    recording failed or is cut short.
    """

    path: Path
    rate_hz: int
    started_at: datetime
    duration_ms: int
    state: RecordingState
    sha256: str | None = None
    sidecar_path: Path | None = None
    ai_segments: tuple[AiSegment, ...] = ()
    reason: str | None = None
    lost_ms: int = 0


@dataclass(frozen=True)
class CallClosed:
    """A call as it ends. `outcome` is the call's result in one word, for example `answered` or `hand_over`."""

    ended_by: EndedBy
    outcome: str
    ended_at: datetime = field(default_factory=utc_now)
    recording: RecordingRecord | None = None
    warnings: tuple[CallWarning, ...] = ()


@dataclass(frozen=True)
class CallSummaryRow:
    """One line in a list of calls. `first_words` is the first thing the caller said that was understood."""

    id: str
    line: str
    direction: Direction
    caller_number: str
    called_number: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: EndedBy | None
    outcome: str | None
    state: CallState
    faq_version: int | None
    turn_count: int
    first_words: str
    escalation_reason: str | None
    recording_state: RecordingState | None
    warning_count: int

    @property
    def duration_s(self) -> float | None:
        """How long the call lasted; None while it runs."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True)
class CallDetail:
    """Everything about one call, in order."""

    row: CallSummaryRow
    external_id: str | None
    worker: str
    voice: str
    recogniser: str
    summary: dict[str, Any] | None
    warnings: tuple[CallWarning, ...]
    turns: tuple[TurnRecord, ...]
    events: tuple[EventRecord, ...]
    escalations: tuple[EscalationRecord, ...]
    recordings: tuple[RecordingRecord, ...]


@dataclass(frozen=True)
class FaqVersionInfo:
    """One line in the FAQ's history. `changed` are the ids of entries that are new or differ from before."""

    version: int
    published_at: datetime
    author: str
    note: str
    sha256: str
    entry_count: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class FaqVersion:
    """A published FAQ. Each entry of `content` is a dict with its `id` and its own `version`."""

    info: FaqVersionInfo
    content: tuple[dict[str, Any], ...]

    @property
    def version(self) -> int:
        """The number of the whole FAQ."""
        return self.info.version


@dataclass(frozen=True)
class Recovery:
    """What a start found of a former crash: calls that were closed, and their recordings."""

    call_ids: tuple[str, ...]
    recordings: tuple[RecordingRecord, ...]
