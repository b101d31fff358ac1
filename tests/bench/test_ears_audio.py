import numpy as np
import pytest

from bench.ears_audio import (
    Noises,
    at_level,
    hold_music,
    lines,
    no_voice,
    over_lossy_telephone,
    over_telephone,
    read_noises,
)
from voice.audio.level import rms_dbfs, speech_dbfs
from voice.audio.wav import write_wav

RATE = 16_000


def tone(hz, seconds=1.0, amplitude=0.3):
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(int(RATE * seconds)) / RATE)).astype(np.float32)


def hiss(seconds=1.0):
    return np.random.default_rng(2).normal(0, 0.1, int(RATE * seconds)).astype(np.float32)


NOISES = Noises((hiss(0.4),), tuple(tone(200 + 50 * i) for i in range(8)))


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
def test_noise_lies_as_far_below_the_speech_as_asked(snr_db):
    said = tone(440, 2.0)
    mixed = NOISES.beside(said, snr_db, seed=1)
    speech = at_level(said, -23.0)
    assert rms_dbfs(mixed - speech) == pytest.approx(-23.0 - snr_db, abs=0.2)


def test_babble_is_of_several_voices_and_the_same_for_the_same_clip():
    said = tone(440)
    assert np.array_equal(NOISES.babble(said, 10.0, seed=4), NOISES.babble(said, 10.0, seed=4))
    assert not np.array_equal(NOISES.babble(said, 10.0, seed=4), NOISES.babble(said, 10.0, seed=5))


def test_three_in_a_hundred_frames_are_lost_and_the_concealed_line_is_nearer_to_the_whole():
    said = tone(150, 20.0)
    whole = over_telephone(said)
    silent = over_lossy_telephone(said, 7, concealed=False)
    made_up = over_lossy_telephone(said, 7, concealed=True)
    lost = np.mean([rms_dbfs(silent[at : at + 320]) < -40 for at in range(3_200, len(silent) - 320, 320)])
    assert 0.01 < lost < 0.06
    assert rms_dbfs(made_up - whole) < rms_dbfs(silent - whole) - 6


def test_every_line_keeps_the_length_of_what_was_said():
    said = tone(440)
    assert {len(line(said, 3)) for line in lines(NOISES).values()} == {RATE}


def test_the_quiet_line_is_quiet_and_the_clipped_one_loud():
    every = lines(NOISES)
    assert speech_dbfs(every["quiet_40dbfs"](tone(440), 0)) == pytest.approx(-40, abs=1)
    assert speech_dbfs(every["clipped_12db"](tone(440), 0)) > -12


def test_hold_music_sounds_and_does_not_clip():
    pieces = hold_music(2.0)
    assert len(pieces) == 5
    assert all(len(piece) == 2 * RATE for piece in pieces.values())
    assert all(rms_dbfs(piece) > -40 and np.abs(piece).max() < 0.5 for piece in pieces.values())
    assert not no_voice(1.0)["silence"].any()


def test_impulse_responses_are_not_taken_for_noises(tmp_path):
    write_wav(tmp_path / "hens.wav", hiss(0.1), RATE)
    write_wav(tmp_path / "impulse_response_0.wav", hiss(0.1), RATE)
    assert len(read_noises(tmp_path)) == 1
