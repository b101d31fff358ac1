"""Small data of a running call: its times, its timers, what its tasks report to the actor, one turn's trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from dialogue.manager import Decision
from dialogue.turns import CallerTurn, Reply
from records.models import EndedBy
from telephony.playout import Played
from telephony.protocols.line import KeyPressed, MarkReached, MediaStopped
from voice.ear_events import EarEvent, UtteranceHeard


@dataclass(frozen=True)
class CallRules:
    """Times of a call. Milliseconds unless the name says seconds.

    `answer_window_ms` before the agent's last word, speech is an answer and no longer judged as speech over the agent.
    `filler_after_ms` of thinking the caller is asked to wait, `filler_again_ms` after a first はい; a caller who
    goes on meanwhile is heard out for `hear_out_ms`. A barge-in within `continuation_ms` of the reply's start
    means that the caller had not finished: both parts are one turn.
    A caller waits for a person no longer than `wait_limit_ms`; `max_talk_ms` bounds a call that a person handles.
    Every `switch_ms` it is asked whether the agent may still speak.
    """

    no_input_ms: float = 6_000.0
    wait_ms: float = 120_000.0
    key_gap_ms: float = 1_500.0
    filler_after_ms: float = 400.0
    filler_again_ms: float = 1_500.0
    answer_window_ms: float = 300.0
    continuation_ms: float = 600.0
    hear_out_ms: float = 1_500.0
    decide_deadline_s: float = 4.0
    tool_deadline_s: float = 31.0
    goodbye_ms: float = 1_200.0
    max_call_ms: float = 900_000.0
    max_talk_ms: float = 7_200_000.0
    wait_limit_ms: float = 90_000.0
    switch_ms: float = 1_000.0
    inbox_capacity: int = 256


class Timer(StrEnum):
    """What a call may be waiting for; one deadline each."""

    NO_INPUT = "no_input"
    KEYS = "keys"
    FILLER = "filler"
    HEAR_OUT = "hear_out"
    ANSWER_WINDOW = "answer_window"
    CLOSE = "close"
    MAX_CALL = "max_call"
    WAIT_LIMIT = "wait_limit"
    SWITCH = "switch"


@dataclass(frozen=True)
class PlaybackEnded:
    """An utterance was played to its end, or could not be (`error`). `number` tells which."""

    number: int
    played: Played | None
    error: str | None = None


@dataclass(frozen=True)
class PlaybackSent:
    """The last frame of an utterance is on its way; the caller hears its end at `end_ms`."""

    number: int
    end_ms: float


@dataclass(frozen=True)
class Decided:
    """The mind has decided, or failed to (`error`). `number` tells for which turn, `ahead` that it had been guessed."""

    number: int
    decision: Decision | None
    error: str | None = None
    ahead: bool = False


@dataclass(frozen=True)
class Doubted:
    """The words of turn `number` were not understood; they are being heard a second time."""

    number: int


@dataclass(frozen=True)
class EndCall:
    """Someone outside the conversation ends the call."""

    by: EndedBy
    why: str


@dataclass(frozen=True)
class RoomAnswered:
    """Whether there is somebody to wait for; `number` tells for which turn it was asked."""

    number: int
    entered: bool


@dataclass(frozen=True)
class OperatorHeard:
    """The operator's own words, as the operator's ear has them; `origin_ms` is where that ear's time began."""

    event: EarEvent
    origin_ms: float


@dataclass(frozen=True)
class DeskAsks:
    """The desk wants something done with the call, in its turn; what comes of it, or why not, goes into `done`."""

    do: Callable[[], Awaitable[Any]]
    done: asyncio.Future[Any]


Inbound: TypeAlias = (
    EarEvent
    | KeyPressed
    | MarkReached
    | MediaStopped
    | PlaybackEnded
    | PlaybackSent
    | Decided
    | Doubted
    | EndCall
    | RoomAnswered
    | OperatorHeard
    | DeskAsks
)


@dataclass
class TurnTrace:
    """One exchange, from the caller's words to the agent's last word, with its own timings."""

    number: int
    turn: CallerTurn
    utterance: UtteranceHeard | None = None
    thinking_ms: float = 0.0
    decided_ms: float = 0.0
    first_audio_ms: float | None = None
    reply: Reply | None = None
    decision: Decision | None = None

    def latency(self) -> dict[str, float] | None:
        """Milliseconds after the end of the caller's speech, or None where there was no speech or no answer."""
        if self.utterance is None or self.first_audio_ms is None:
            return None
        zero = self.utterance.speech_end_ms
        return {
            "end_of_turn": round(self.utterance.decided_ms - zero, 1),
            "text": round(self.utterance.ready_ms - zero, 1),
            "decision": round(self.decided_ms - zero, 1),
            "first_audio": round(self.first_audio_ms - zero, 1),
        }
