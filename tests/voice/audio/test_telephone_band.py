"""What the telephone network leaves of a sound."""

import numpy as np

from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.telephone_band import as_a_caller_sounds


def tone(hz: float) -> Samples:
    wave: Samples = (0.4 * np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ)).astype(np.float32)
    return wave


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples[2000:-2000]))))


def test_a_voice_passes_and_what_lies_above_the_band_does_not() -> None:
    voice, hiss = as_a_caller_sounds(tone(800)), as_a_caller_sounds(tone(6_000))
    assert abs(level(voice) / level(tone(800)) - 1) < 0.05
    assert level(hiss) < 0.01 * level(tone(6_000))


def test_it_stays_as_long_as_it_was_and_nothing_stays_nothing() -> None:
    assert len(as_a_caller_sounds(tone(800))) == RATE_HZ
    assert len(as_a_caller_sounds(np.zeros(0, dtype=np.float32))) == 0
