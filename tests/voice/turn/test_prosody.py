"""Pitch, loudness and length of the last sounds before a pause."""

import numpy as np
import pytest

from voice.audio.pcm import Samples
from voice.turn.prosody import Prosody, listen

RATE = 16_000


def voice(from_hz: float, to_hz: float, seconds: float, level: float = 0.3) -> Samples:
    """A buzz like a voice: a gliding pitch with ten harmonics."""
    hertz = np.linspace(from_hz, to_hz, int(RATE * seconds))
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    wave = sum(np.sin(n * phase) / n for n in range(1, 11))
    return (level * np.asarray(wave) / 2).astype(np.float32)


def test_a_fall_at_the_end_lies_below_the_speakers_median() -> None:
    heard = listen(np.concatenate([voice(150, 150, 1.2), voice(150, 100, 0.4)]))
    assert heard.pitch < -0.2
    assert heard.rise < -0.2


def test_a_question_rises() -> None:
    assert listen(np.concatenate([voice(120, 120, 1.2), voice(120, 200, 0.3)])).rise > 0.3


@pytest.mark.parametrize("hertz", [90.0, 130.0, 220.0, 300.0])
def test_a_level_voice_neither_rises_nor_falls(hertz: float) -> None:
    heard = listen(voice(hertz, hertz, 1.5))
    assert abs(heard.rise) < 0.1
    assert abs(heard.pitch) < 0.1


def test_a_voice_that_fades_is_softer_than_itself() -> None:
    assert listen(np.concatenate([voice(150, 150, 1.0), voice(150, 150, 0.3, level=0.03)])).fall_db < -10


def test_breath_after_the_voice_is_no_voice() -> None:
    breath = np.random.default_rng(1).normal(0, 0.08, RATE // 10).astype(np.float32)
    assert 60 <= listen(np.concatenate([voice(150, 150, 1.0), breath])).breath_ms <= 140


def test_loudness_of_the_line_changes_nothing() -> None:
    wave = np.concatenate([voice(150, 150, 1.0), voice(150, 110, 0.4)])
    loud, soft = listen(wave), listen(wave * np.float32(0.1))
    assert loud.pitch == pytest.approx(soft.pitch, abs=0.01)
    assert loud.fall_db == pytest.approx(soft.fall_db, abs=0.1)


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(100, np.float32), np.zeros(RATE, np.float32)])
def test_silence_and_nothing_say_nothing_about_pitch(samples: Samples) -> None:
    heard = listen(samples)
    assert (heard.pitch, heard.rise) == (0.0, 0.0)
    assert isinstance(heard, Prosody)
