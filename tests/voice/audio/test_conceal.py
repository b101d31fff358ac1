import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio.conceal import Concealer

RATE = 8_000
FRAME = 160


def voice(seconds=2.0, pitch_hz=130.0):
    """A steady vowel: harmonics of the pitch."""
    t = np.arange(int(RATE * seconds)) / RATE
    return sum(0.2 / k * np.sin(2 * np.pi * pitch_hz * k * t) for k in (1, 2, 3, 5)).astype(np.float32)


def frames(samples):
    return [samples[at : at + FRAME] for at in range(0, len(samples), FRAME)]


def heard_with_losses(samples, lost):
    concealer = Concealer(RATE)
    return np.concatenate([concealer.push(None if i in lost else frame) for i, frame in enumerate(frames(samples))])


def error_db(heard, said):
    return 10 * np.log10(np.mean((heard - said) ** 2) / np.mean(said**2))


def test_without_a_loss_the_voice_is_untouched():
    said = voice()
    assert np.array_equal(heard_with_losses(said, lost=()), said)


@pytest.mark.parametrize("pitch_hz", [90.0, 130.0, 210.0, 320.0])
def test_a_lost_frame_goes_on_with_the_pitch_and_is_far_nearer_than_silence(pitch_hz):
    said, lost = voice(pitch_hz=pitch_hz), {20, 45, 70}
    silent = said.copy()
    for i in lost:
        silent[i * FRAME : (i + 1) * FRAME] = 0
    assert error_db(heard_with_losses(said, lost), said) < error_db(silent, said) - 6


def test_a_long_loss_is_silent_after_sixty_milliseconds():
    heard = heard_with_losses(voice(), lost=range(50, 60))
    made = heard[50 * FRAME : 60 * FRAME]
    assert np.abs(made[:FRAME]).max() > 0.1
    assert not made[3 * FRAME :].any()


def test_the_voice_comes_back_without_a_click():
    heard = heard_with_losses(voice(), lost={50, 51})
    steps = np.abs(np.diff(heard))
    assert steps[49 * FRAME : 54 * FRAME].max() < 2 * np.abs(np.diff(voice())).max()


def test_before_anything_was_heard_a_loss_is_silence():
    assert not Concealer(RATE).push(None).any()


def test_a_gap_of_any_length_is_filled_to_the_sample():
    concealer = Concealer(RATE)
    concealer.push(voice(0.5))
    assert len(concealer.conceal(77)) == 77
    assert len(concealer.conceal(0)) == 0


@given(
    st.lists(st.none() | hnp.arrays(np.float32, st.integers(0, 400), elements=st.floats(-1, 1, width=32)), max_size=12)
)
def test_whatever_is_lost_the_stream_keeps_its_length_and_never_grows_louder(pushed):
    concealer = Concealer(RATE)
    heard = [concealer.push(frame) for frame in pushed]
    assert [len(out) for out in heard] == [FRAME if frame is None else len(frame) for frame in pushed]
    loudest = max((np.abs(frame).max(initial=0.0) for frame in pushed if frame is not None), default=0.0)
    assert all(np.abs(out).max(initial=0.0) <= loudest + 1e-6 for out in heard)
