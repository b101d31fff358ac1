"""The seam of recognition: samples in, words with their evidence out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from voice.audio.pcm import Samples
from voice.recognition.correction.corrector import Correction


@dataclass(frozen=True)
class Hypothesis:
    """One reading of the audio. `score` is the mean log probability of a token."""

    text: str
    score: float


@dataclass(frozen=True)
class RecognitionOptions:
    """What a caller of the recogniser may ask for.

    `hotwords` are terms to favour, most important first. `beam_size` 1 is greedy. `alternatives` is how many
    further hypotheses to keep (needs a beam at least that wide). `speech_ms` is how much of the samples the VAD took
    for voice, if it is known: evidence for the guards.
    """

    hotwords: tuple[str, ...] = ()
    beam_size: int = 1
    alternatives: int = 0
    speech_ms: float | None = None


@dataclass(frozen=True)
class Transcript:
    """What was heard, and how sure.

    `confidence` is in [0, 1] (exp of the mean token log probability). `rejected` names the guard that emptied
    `text` (for example "no_speech", "repetition", "known_invention"); `raw_text` keeps what was rejected, and what was
    written before `corrections` put the company's words in.
    """

    text: str
    confidence: float
    no_speech_probability: float
    audio_ms: float
    took_ms: float
    alternatives: tuple[Hypothesis, ...] = field(default=())
    rejected: str | None = None
    raw_text: str = ""
    engine: str = ""
    corrections: tuple[Correction, ...] = ()


class Recognizer(Protocol):
    """Turns one stretch of 16 kHz speech into words. Blocking: run it in the `InferencePool`; thread-safe."""

    @property
    def name(self) -> str:
        """Engine and model, for the evidence, for example `whisper-base/int8`."""
        ...

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        """Recognise 16 kHz mono `samples`. Never raises for odd audio: silence gives an empty text."""
        ...
