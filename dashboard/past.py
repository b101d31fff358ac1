"""A past call, read from the records into the same lines that a running call shows."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Final

from dashboard.transcript import SPREADS, Line, LineMask, Spoken, Step, Who, steps_of
from records.models import CallDetail, EventRecord, Speaker, TurnRecord, TurnTimings

NOTE_KINDS: Final = frozenset(
    {
        "keypad", "barge_in", "aizuchi", "resumed", "heard_again", "escalated", "wire_error", "warning", "muted",
        "speakers", "queued", "operator", "whisper",
    }
)  # fmt: skip


def lines_of(detail: CallDetail, mask: LineMask) -> list[Line]:
    """The conversation, with what happened beside it, in order of time; what is personal is covered by `mask`.

    Takes about two milliseconds a turn.
    """
    mask = mask_of_call(detail, mask)
    lines: list[Line] = []
    asked: TurnTimings | None = None
    for turn in detail.turns:
        line = mask.line(_line(turn), turn.personal)
        if turn.speaker is Speaker.CALLER:
            asked = turn.timings
        elif asked is not None:
            # The times of an answer may stand with the question that it answers.
            line = replace(line, steps=line.steps or steps_of_timings(asked))
            asked = None
        lines.append(line)
    lines.extend(mask.line(_note(event)) for event in detail.events if event.kind in NOTE_KINDS)
    return sorted(lines, key=lambda line: line.at_ms)


def mask_of_call(detail: CallDetail, mask: LineMask) -> LineMask:
    """`mask` with what the records say is personal in the caller's turns."""
    for turn in detail.turns:
        if turn.speaker is Speaker.CALLER:
            mask = mask.knowing(turn.text, turn.personal or (), SPREADS)
    return mask


def steps_of_timings(timings: TurnTimings) -> tuple[Step, ...]:
    """The waterfall of a recorded turn; empty where the end of speech was not recorded."""
    end = timings.speech_end_ms
    if end is None:
        return ()
    reached = {
        "end_of_turn": timings.end_of_turn_ms,
        "text": timings.text_ms,
        "decision": timings.decision_ms,
        "first_audio": timings.first_audio_ms,
    }
    return steps_of({name: at - end for name, at in reached.items() if at is not None})


def response_p50_ms(detail: CallDetail) -> float | None:
    """The median wait from the end of the caller's speech to the first sound; None without any."""
    waits = [turn.timings.response_ms for turn in detail.turns if turn.timings.response_ms is not None]
    return median(waits) if waits else None


def _line(turn: TurnRecord) -> Line:
    agent = turn.speaker is not Speaker.CALLER
    who = {Speaker.CALLER: Who.CALLER, Speaker.OPERATOR: Who.OPERATOR}.get(turn.speaker, Who.AGENT)
    transcript = turn.transcript or {}
    rejected = transcript.get("rejected")
    return Line(
        key=f"turn-{turn.index}",
        who=who,
        at_ms=turn.started_ms,
        text=turn.text,
        act=turn.kind if agent else "",
        spoken=Spoken.INTERRUPTED if turn.interrupted else Spoken.DONE,
        heard_text=(turn.heard_text or "") if agent and turn.interrupted else None,
        rejected=str(rejected) if rejected else None,
        evidence=turn.evidence or {},
        steps=steps_of_timings(turn.timings) if agent else (),
        details=transcript,
    )


def _note(event: EventRecord) -> Line:
    return Line(f"note-{event.id}", Who.NOTE, event.at_ms, event.kind, details=event.data)
