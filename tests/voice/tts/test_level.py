"""Telephone level: loud enough, never clipped, no dead air at the head."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio.pcm import Samples
from voice.tts.level import active_rms_dbfs, amplitude, levelled, trimmed

RATE = 8_000


def speechlike(seconds: float, gain: float) -> Samples:
    """Noise under a syllable-like envelope: peaks about 12 dB over its RMS."""
    time = np.arange(int(RATE * seconds)) / RATE
    noise = np.random.default_rng(1).standard_normal(len(time))
    return (gain * noise * np.abs(np.sin(2 * np.pi * 3 * time))).astype(np.float32)


@given(st.floats(0.001, 0.5))
def test_speech_of_any_loudness_comes_out_at_the_target(gain: float) -> None:
    loud = levelled(speechlike(1.0, gain), RATE)

    assert active_rms_dbfs(loud, RATE) == pytest.approx(-20.0, abs=1.0)


@given(st.floats(0.001, 50.0))
def test_no_sample_goes_beyond_the_peak(gain: float) -> None:
    assert np.abs(levelled(speechlike(0.5, gain), RATE)).max() <= amplitude(-3.0) + 1e-6


def test_silence_stays_silent() -> None:
    assert not levelled(np.zeros(RATE, dtype=np.float32), RATE).any()


def test_trimming_keeps_the_asked_head_and_tail() -> None:
    quiet = np.zeros(RATE, dtype=np.float32)
    kept = trimmed(np.concatenate([quiet, speechlike(0.5, 0.1) + 0.05, quiet]), RATE, head_ms=30, tail_ms=250)

    assert len(kept) == pytest.approx(RATE * 0.78, abs=RATE * 0.02)


def test_speech_that_ends_at_once_gets_its_tail_as_silence() -> None:
    kept = trimmed(speechlike(0.5, 0.1) + np.float32(0.05), RATE, head_ms=30, tail_ms=100)

    assert len(kept) == int(RATE * 0.6)
    assert not kept[-RATE // 20 :].any()


def test_the_edges_are_faded_so_that_nothing_clicks() -> None:
    kept = trimmed(np.full(RATE, 0.5, dtype=np.float32), RATE, head_ms=0, tail_ms=0)

    assert kept[0] == 0.0
    assert kept[-1] == 0.0


def test_nothing_trimmed_is_the_pause_alone() -> None:
    assert len(trimmed(np.zeros(0, dtype=np.float32), RATE, 30, 250)) == RATE // 4
