"""The seam of synthesis: one sentence in, samples out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice.audio.pcm import Samples


@dataclass(frozen=True)
class Speech:
    """Synthesised mono samples at `rate_hz`."""

    samples: Samples
    rate_hz: int


class Synthesizer(Protocol):
    """Speaks one sentence. Blocking: run it in the `InferencePool`; thread-safe."""

    @property
    def name(self) -> str:
        """Engine and voice, for the evidence, for example `openjtalk/mei`."""
        ...

    def synthesize(self, sentence: str, speed: float = 1.0) -> Speech:
        """Speak `sentence`, which is already normalised for reading; `speed` 0.8 is slower."""
        ...
