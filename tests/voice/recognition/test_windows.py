import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.recognition.windows import DEFAULT_WINDOWS_S, pad_to_window, split_at_quiet


def noise(seconds):
    return np.random.default_rng(4).normal(0, 0.1, int(16_000 * seconds)).astype(np.float32)


@pytest.mark.parametrize(("seconds", "window"), [(0.2, 10), (10, 10), (10.1, 15), (19, 20), (30, 30)])
def test_speech_goes_into_the_smallest_window_that_holds_it(seconds, window):
    speech = noise(seconds)
    padded = pad_to_window(speech, DEFAULT_WINDOWS_S)
    assert len(padded) == window * 16_000
    assert np.array_equal(padded[: len(speech)], speech)
    assert not padded[len(speech) :].any()


def test_what_fits_nowhere_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        pad_to_window(noise(31))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 120), st.sampled_from([10.0, 30.0]))
def test_pieces_join_to_the_whole_and_none_is_too_long(seconds, longest):
    whole = noise(seconds)
    pieces = split_at_quiet(whole, longest)
    assert np.array_equal(np.concatenate(pieces), whole)
    assert all(len(piece) <= longest * 16_000 for piece in pieces)


def test_the_cut_falls_into_the_pause():
    speech = noise(40)
    speech[int(23.5 * 16_000) : int(23.9 * 16_000)] = 0
    first = len(split_at_quiet(speech)[0]) / 16_000
    assert 23.5 <= first <= 23.9
