# ruff: noqa: D103
"""The network with its real weights, on silence, noise and a made voice. Run by `make test-speakers`."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from voice.audio.pcm import Samples
from voice.speakers.pyannet import PyanNetSegmenter
from voice.speakers.segmentation import FRAMES, SPEAKERS, WINDOW, tracks
from voice.speakers.spans import total_s

CACHE = Path(os.environ.get("UKETSUKE_CACHE", "~/.cache/uketsuke")).expanduser()


@pytest.fixture(scope="module")
def segmenter() -> PyanNetSegmenter:
    """Loaded once for all tests."""
    return PyanNetSegmenter(CACHE / "models" / "pyannote-segmentation" / "pytorch_model.bin")


def vowel(seconds: float, pitch_hz: float) -> Samples:
    """Pulses of a gliding pitch through three resonances, in syllables: a voice, roughly."""
    time = np.arange(round(seconds * 16_000)) / 16_000
    phase = np.cumsum(pitch_hz * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * time))) / 16_000
    pulses = np.diff(np.floor(phase), prepend=0.0)
    spectrum = np.fft.rfft(pulses)
    hertz = np.fft.rfftfreq(len(pulses), 1 / 16_000)
    gain = sum(1 / (1 + ((hertz - centre) / 90) ** 2) for centre in (650, 1_200, 2_600))
    voiced = np.fft.irfft(spectrum * gain, len(pulses)) * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time))
    return np.asarray(0.3 * voiced / np.abs(voiced).max(), dtype=np.float32)


def test_the_weights_give_three_probabilities_a_frame(segmenter: PyanNetSegmenter) -> None:
    answer = segmenter.activations(np.zeros((2, WINDOW), dtype=np.float32))
    assert answer.shape == (2, FRAMES, SPEAKERS)
    assert 0 <= answer.min() <= answer.max() <= 1


def test_nobody_speaks_in_silence(segmenter: PyanNetSegmenter) -> None:
    assert tracks(np.zeros(160_000, dtype=np.float32), segmenter) == []


def test_a_voice_is_heard_where_it_is(segmenter: PyanNetSegmenter) -> None:
    silence = np.zeros(64_000, dtype=np.float32)
    found = tracks(np.concatenate([silence, vowel(4.0, 130.0), silence]), segmenter)
    spans = [span for track in found for span in track]
    assert total_s(spans) > 2.0
    assert all(3.5 < span.start_s < span.end_s < 8.6 for span in spans)
