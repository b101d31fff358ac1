"""Our log mel features against those that faster-whisper computes of the whole padded window."""

from __future__ import annotations

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio.pcm import Samples
from voice.recognition.log_mel import LogMel
from voice.recognition.windows import pad_to_window


def noise(samples: int, level: float = 0.1) -> Samples:
    return np.random.default_rng(samples).normal(0, level, samples).astype(np.float32)


EXTRACTORS = {bands: FeatureExtractor(feature_size=bands) for bands in (80, 128)}


def reference(samples: Samples, window_s: float, bands: int) -> Samples:
    features: Samples = EXTRACTORS[bands](pad_to_window(samples, (window_s,)), padding=0)
    return features


@pytest.mark.parametrize("bands", [80, 128])
@given(samples=st.integers(1, 32_000), level=st.sampled_from([1e-4, 0.05, 0.9]))
@settings(max_examples=15, deadline=None)
def test_features_of_any_length_equal_the_reference(bands: int, samples: int, level: float) -> None:
    audio = noise(samples, level)
    assert LogMel(bands)(audio, 32_000) == pytest.approx(reference(audio, 2.0, bands), abs=1e-4)


@pytest.mark.parametrize("samples", [160_000, 159_999, 159_900, 159_801, 159_600])
def test_a_window_that_is_full_to_the_edge_is_mirrored_there_as_the_reference_is(samples: int) -> None:
    audio = noise(samples)
    assert LogMel(80)(audio, 160_000) == pytest.approx(reference(audio, 10.0, 80), abs=1e-4)


def test_speech_over_the_telephone_equals_the_reference(on_the_phone) -> None:  # type: ignore[no-untyped-def]
    audio = on_the_phone("解約したいです")
    assert LogMel(80)(audio, 480_000) == pytest.approx(reference(audio, 30.0, 80), abs=1e-4)


def test_silence_has_one_value_everywhere() -> None:
    features = LogMel(80)(np.zeros(16_000, dtype=np.float32), 160_000)
    assert features.shape == (80, 1_000)
    assert features == pytest.approx(np.full_like(features, -1.5))


def test_what_does_not_fit_into_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        LogMel(80)(noise(16_001), 16_000)
