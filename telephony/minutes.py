"""What was said in a call, by whom, kept as it happens: rows for the records, events for the pages, lines to sum up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialogue.turns import Act, Reply
from records.models import Speaker, TurnRecord
from telephony.call_types import TurnTrace
from telephony.clock import CallClock
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.turn_records import agent_turn, caller_turn
from voice.ear_events import UtteranceHeard


@dataclass(frozen=True)
class OperatorWords:
    """Something an operator said. `kind`: typed, voice or script; `by` is the operator's name."""

    kind: str
    by: str
    text: str
    heard_text: str
    started_ms: float
    ended_ms: float
    interrupted: bool = False
    transcript: dict[str, Any] | None = None


class Minutes:
    """Takes down each side's turns in order. `acts` are the agent's, `lines` both sides' words."""

    def __init__(self, journal: CallJournal, clock: CallClock) -> None:
        self._journal = journal
        self._clock = clock
        self._records = 0
        self.acts: list[Act] = []
        self.lines: list[str] = []
        self.sounded = False
        """Whether anything at all has reached the caller."""

    def heard(self, number: int, heard: UtteranceHeard) -> None:
        """The caller's words, as they were recognised, and how it was known that they were all."""
        transcript = heard.transcript
        self._journal.event(
            EventKind.HEARD,
            turn=number,
            text=heard.text,
            raw_text=transcript.raw_text or transcript.text,
            values=[f"{value.display}" for value in heard.reading.values] if heard.reading is not None else [],
            corrections=[f"{each.source}→{each.written}" for each in transcript.corrections],
            confidence=transcript.confidence,
            alternatives=[alternative.text for alternative in transcript.alternatives],
            engine=transcript.engine,
            endpoint=heard.endpoint_reason,
            endpoint_probability=heard.endpoint_probability,
            smart_turn=heard.smart_turn,
            started_ms=heard.started_ms,
            speech_end_ms=heard.speech_end_ms,
            took_ms=transcript.took_ms,
        )

    def caller_turn(self, trace: TurnTrace) -> None:
        """The caller's side of an exchange."""
        self._journal.turn(caller_turn(self._next(), trace, self._clock.now_ms()))
        if trace.turn.text:
            self._line("お客様", trace.turn.text)

    def decided(self, number: int, reply: Reply, ahead: bool) -> None:
        """What the agent is about to say, and why."""
        self.acts.append(reply.act)
        self._journal.event(
            EventKind.DECIDED,
            turn=number,
            act=reply.act.value,
            text=reply.text,
            after=reply.after.value,
            evidence=reply.evidence.to_dict(),
            ahead=ahead,
        )

    def agent_turn(self, trace: TurnTrace, heard_text: str, interrupted: bool) -> None:
        """The agent's side, once it is known how much of it reached the caller."""
        self.sounded = self.sounded or trace.first_audio_ms is not None
        self._line("受付", heard_text)
        self._journal.event(EventKind.SPOKEN, turn=trace.number, heard_text=heard_text, interrupted=interrupted)
        self._journal.turn(agent_turn(self._next(), trace, heard_text, interrupted, self._clock.now_ms()))

    def announced(self, text: str) -> None:
        """Something was said on the line's own account, while the caller waits."""
        now_ms = int(self._clock.now_ms())
        self.sounded = True
        self._line("受付", text)
        self._journal.turn(TurnRecord(self._next(), Speaker.AGENT, "announce", now_ms, text=text, heard_text=text))

    def operator_turn(self, words: OperatorWords) -> None:
        """What the operator said, typed or spoken."""
        self._line("担当者", words.heard_text)
        self._journal.turn(
            TurnRecord(
                index=self._next(),
                speaker=Speaker.OPERATOR,
                kind=words.kind,
                started_ms=int(words.started_ms),
                ended_ms=int(words.ended_ms),
                text=words.text,
                heard_text=words.heard_text,
                interrupted=words.interrupted,
                transcript=words.transcript,
                evidence={"decision": "operator", "by": words.by},
            )
        )

    def _line(self, who: str, text: str) -> None:
        self.lines.append(f"{who}: {self._journal.redactor.text(text)}")

    def _next(self) -> int:
        self._records += 1
        return self._records
