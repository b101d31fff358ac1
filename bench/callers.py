"""The callers' voices: sample scripts rendered to sound on first use and kept in the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from samples.render import render, render_noise
from samples.scripts import Step
from voice.audio.pcm import Samples
from voice.audio.wav import read_wav, write_wav
from voice.tts.kokoro import KokoroVoice
from voice.tts.openjtalk import OpenJTalkVoice
from voice.tts.reading import prepare_for_reading
from voice.tts.synthesizer import Synthesizer

VOICES: Final = ("openjtalk", "kokoro")
KOKORO_CALLER: Final = "jm_kumo"
"""Not the agent's own voice: a caller should sound like someone else."""
RATE_HZ: Final = 8_000


class CallerVoice:
    """Renders a script's steps in one voice. Rendered sound lies in `folder`, by what was said and how."""

    def __init__(self, name: str, cache: Path) -> None:
        self.name = name
        self._folder = cache / "callers" / name
        self._models = cache / "models" / "kokoro"
        self._synthesizer: Synthesizer | None = None

    def __call__(self, step: Step) -> Samples:
        """The step's sound at 8 kHz."""
        if step.noise is not None:
            return render_noise(step.noise.seconds, step.noise.snr_db, rate_hz=RATE_HZ)
        if step.say is None:
            raise ValueError("a step without words has no sound")
        return self.say(step.say, step.noise_snr_db)

    def say(self, text: str, noise_snr_db: float | None = None) -> Samples:
        """`text` (with its `[ms]` pauses) as this caller says it."""
        key = hashlib.sha256(f"2|{self.name}|{text}|{noise_snr_db}".encode()).hexdigest()[:32]
        kept = self._folder / f"{key}.wav"
        if kept.is_file():
            return read_wav(kept).mono
        samples = render(text, self._speaker(), rate_hz=RATE_HZ, noise_snr_db=noise_snr_db)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        write_wav(part, samples, RATE_HZ)
        part.replace(kept)
        return samples

    def _speaker(self) -> Callable[[str], tuple[Samples, int]]:
        if self._synthesizer is None:
            self._synthesizer = (
                KokoroVoice(self._models, voice=KOKORO_CALLER) if self.name == "kokoro" else OpenJTalkVoice()
            )
        synthesizer = self._synthesizer

        def speak(text: str) -> tuple[Samples, int]:
            speech = synthesizer.synthesize(prepare_for_reading(text))
            return speech.samples, speech.rate_hz

        return speak
