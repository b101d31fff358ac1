"""The shipped weights on held-out phrases, freshly spoken, over a telephone line and through the real VAD."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio.pcm import Samples
from voice.turn.aizuchi_audio import HELD_OUT_HALF_TONE, HELD_OUT_KOKORO, Line, on_the_line, speak
from voice.turn.aizuchi_corpus import AIZUCHI, HELD_OUT, INTERRUPTIONS
from voice.turn.aizuchi_examples import from_first_sound
from voice.turn.aizuchi_model import LEAD_MS, WEIGHTS_PATH, SmallAizuchiModel, find_onset, log_mel, relative
from voice.turn.aizuchi_trial import Outcome, play
from voice.vad import SileroModel

QUIET_LINE = Line(level_db=-22, snr_db=30, tilt_db=0.0, pitch=1.0)


@pytest.fixture(scope="module")
def model() -> SmallAizuchiModel:
    return SmallAizuchiModel.load()


@pytest.fixture(scope="module")
def outcomes(model: SmallAizuchiModel) -> list[Outcome]:
    """Every held-out phrase at the held-out pitch of Open JTalk, and some in the held-out voice of Kokoro."""
    silero = SileroModel()
    random = np.random.default_rng(3)
    found = []
    for phrase in (*AIZUCHI, *INTERRUPTIONS):
        if phrase not in HELD_OUT:
            continue
        voices = [f"openjtalk/{HELD_OUT_HALF_TONE}"]
        if len(found) % 5 == 0:
            voices.append(f"kokoro/{HELD_OUT_KOKORO}")
        for voice in voices:
            heard = on_the_line(from_first_sound(speak(voice, phrase, 1.05)), QUIET_LINE, random)
            found.append(play(phrase, phrase in AIZUCHI, heard, model, silero))
    return found


def test_few_unheard_aizuchi_stop_the_agent(outcomes: list[Outcome]) -> None:
    stopped = [o for o in outcomes if o.aizuchi and o.stopped]
    assert len(stopped) <= 0.2 * sum(o.aizuchi for o in outcomes), stopped


def test_most_unheard_interruptions_stop_it_within_300_ms(outcomes: list[Outcome]) -> None:
    others = [o for o in outcomes if not o.aizuchi]
    assert sum(o.stopped and o.after_ms <= 300 for o in others) >= 0.6 * len(others)


def test_nearly_all_unheard_interruptions_stop_it_in_the_end(outcomes: list[Outcome]) -> None:
    others = [o for o in outcomes if not o.aizuchi]
    assert sum(o.stopped for o in others) >= 0.9 * len(others)


def test_the_weights_are_small_enough_to_ship() -> None:
    assert WEIGHTS_PATH.stat().st_size < 300_000


def test_weights_survive_saving(model: SmallAizuchiModel, tmp_path: Path) -> None:
    model.save(tmp_path / "copy.npz")
    copy = SmallAizuchiModel.load(tmp_path / "copy.npz")
    audio = np.random.default_rng(1).standard_normal(16_000).astype(np.float32) * np.float32(0.1)
    assert [copy.probability(audio, t) for t in copy.checkpoints_ms] == [
        model.probability(audio, t) for t in model.checkpoints_ms
    ]


def test_audio_that_does_not_reach_the_checkpoint_is_refused(model: SmallAizuchiModel) -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        model.probability(np.zeros(100, dtype=np.float32), model.checkpoints_ms[0])


@given(st.floats(0.01, 1.0))
def test_loudness_does_not_matter(gain: float) -> None:
    audio = np.random.default_rng(2).standard_normal(4_000).astype(np.float32) * np.float32(0.3)
    assert np.allclose(relative(log_mel(audio)), relative(log_mel(audio * np.float32(gain))), atol=0.05)


@pytest.mark.parametrize("late_ms", [40, 80, 120, 160])
def test_the_onset_is_found_however_late_voice_activity_is(late_ms: int) -> None:
    random = np.random.default_rng(4)
    audio: Samples = (random.standard_normal(16_000) * 0.002).astype(np.float32)
    audio[8_000:] += (random.standard_normal(8_000) * 0.1).astype(np.float32)
    assert find_onset(audio, 8_000 + late_ms * 16) == pytest.approx(8_000, abs=LEAD_MS * 16)
