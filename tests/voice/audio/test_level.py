import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voice.audio.level import SILENCE_DBFS, normalize_to, peak_dbfs, rms_dbfs, soften_peaks, speech_dbfs


def talk_with_pauses(amplitude):
    rng = np.random.default_rng(3)
    burst = rng.normal(0, amplitude, 8_000) * np.hanning(8_000)
    return np.concatenate([burst, np.zeros(24_000), burst]).astype(np.float32)


def test_a_full_scale_square_wave_is_zero_dbfs():
    square = np.where(np.arange(1_600) % 16 < 8, 1.0, -1.0).astype(np.float32)
    assert rms_dbfs(square) == pytest.approx(0.0)
    assert peak_dbfs(square) == pytest.approx(0.0)


def test_digital_silence_has_a_finite_level_and_stays_silent():
    silence = np.zeros(1_600, dtype=np.float32)
    assert rms_dbfs(silence) == peak_dbfs(silence) == speech_dbfs(silence) == SILENCE_DBFS
    assert np.array_equal(normalize_to(silence), silence)
    assert rms_dbfs(silence[:0]) == SILENCE_DBFS


def test_pauses_do_not_count_toward_the_level_of_speech():
    talk = talk_with_pauses(0.1)
    assert speech_dbfs(talk) > rms_dbfs(talk) + 3


@pytest.mark.parametrize("amplitude", [0.01, 0.05, 0.3])
def test_quiet_and_loud_voices_come_to_the_same_level(amplitude):
    leveled = normalize_to(talk_with_pauses(amplitude), dbfs=-20.0)
    assert speech_dbfs(leveled) == pytest.approx(-20.0, abs=1.0)


@given(hnp.arrays(np.float32, st.integers(1, 2_000), elements=st.floats(-4, 4, width=32)))
@example(np.append(np.zeros(639, dtype=np.float32), np.float32(1.0)))
def test_no_peak_ever_exceeds_the_ceiling(samples):
    assert peak_dbfs(normalize_to(samples, ceiling_dbfs=-3.0)) <= -3.0 + 1e-3


def test_softening_keeps_the_order_of_samples_and_leaves_small_ones_alone():
    ramp = np.linspace(-2, 2, 4_001, dtype=np.float32)
    soft = soften_peaks(ramp, -3.0)
    assert np.all(np.diff(soft) >= 0)
    quiet = np.abs(ramp) < 0.45
    assert np.array_equal(soft[quiet], ramp[quiet])


def test_noise_near_silence_is_not_blown_up_to_speech():
    hiss = np.random.default_rng(1).normal(0, 1e-4, 16_000).astype(np.float32)
    assert rms_dbfs(normalize_to(hiss)) < -45
