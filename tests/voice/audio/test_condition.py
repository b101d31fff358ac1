import numpy as np
import pytest

from voice.audio.condition import condition
from voice.audio.level import SPEECH_DBFS, normalize_to, peak_dbfs, speech_dbfs


def talk(dbfs):
    rng = np.random.default_rng(3)
    burst = rng.normal(0, 0.1, 16_000) * np.hanning(16_000)
    return normalize_to(np.concatenate([burst, np.zeros(8_000)]).astype(np.float32), dbfs)


@pytest.mark.parametrize("dbfs", [-28.0, -20.0, -14.0])
def test_an_ordinary_level_is_left_alone(dbfs):
    said = talk(dbfs)
    assert condition(said) is said


@pytest.mark.parametrize("dbfs", [-48.0, -40.0, -33.0])
def test_a_faint_voice_is_brought_to_the_level_of_speech(dbfs):
    assert speech_dbfs(condition(talk(dbfs))) == pytest.approx(SPEECH_DBFS, abs=0.5)


def test_a_voice_that_clips_is_brought_down_without_a_sample_at_full_scale():
    loud = np.clip(talk(-20.0) * 12, -1.0, 1.0).astype(np.float32)
    assert peak_dbfs(condition(loud)) <= -3.0 + 1e-3


def test_silence_stays_silence_and_nothing_stays_nothing():
    silence = np.zeros(16_000, dtype=np.float32)
    assert np.array_equal(condition(silence), silence)
    assert len(condition(silence[:0])) == 0
