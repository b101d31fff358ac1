"""What the ear tells the call. Times are milliseconds of the caller's audio since the media started."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from voice.audio.pcm import Samples
from voice.recognition.recognizer import Transcript
from voice.turn.heard_text import HeardText


@dataclass(frozen=True)
class SpeechStarted:
    """The caller has begun to speak."""

    at_ms: float
    over_agent: bool


@dataclass(frozen=True)
class PartialHeard:
    """What the caller has said so far."""

    text: str
    at_ms: float


@dataclass(frozen=True)
class WordsGuessed:
    """The caller pauses: what was said, should the turn prove to be over. `text` is as it would be in the utterance."""

    text: str
    transcript: Transcript
    at_ms: float


@dataclass(frozen=True)
class GuessWithdrawn:
    """The caller goes on: the words that were guessed are not the whole of it."""

    at_ms: float


@dataclass(frozen=True)
class UtteranceHeard:
    """The caller's turn is over and was understood.

    `text` is for the mind: without fillers and repairs, numbers and dates in written form; `reading` tells what was
    taken out and which values were said; `transcript.text` is what was said. `decided_ms` is when the turn was found
    to be over, `endpoint_reason` why; `speculative` tells that the words were ready before that. `samples` are the
    utterance's own 16 kHz audio, for a second hearing.
    """

    text: str
    transcript: Transcript
    started_ms: float
    speech_end_ms: float
    decided_ms: float
    ready_ms: float
    endpoint_reason: str
    endpoint_probability: float
    smart_turn: float | None
    speculative: bool
    reading: HeardText | None = None
    samples: Samples = field(repr=False, compare=False, default_factory=lambda: np.zeros(0, dtype=np.float32))


@dataclass(frozen=True)
class NoWords:
    """Sound that turned out to hold no words; `reason` names the guard, or noise, filler, late, failed."""

    reason: str
    at_ms: float
    raw_text: str = ""


@dataclass(frozen=True)
class AizuchiPassed:
    """Speech over the agent that does not take the turn."""

    onset_ms: float
    decided_ms: float
    verdict: str


@dataclass(frozen=True)
class BargeIn:
    """Speech over the agent that takes the turn."""

    onset_ms: float
    decided_ms: float


EarEvent: TypeAlias = (
    SpeechStarted | PartialHeard | WordsGuessed | GuessWithdrawn | UtteranceHeard | NoWords | AizuchiPassed | BargeIn
)
