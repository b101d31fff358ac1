"""Pauses by sound: what a call would give to the model, and the same from elsewhere."""

import numpy as np

from bench.turn_hearing import NOTICE_MS
from bench.turn_sounds import PauseSound

RATE = 16_000
AFTER = RATE * 160 // 1000


def a_pause() -> PauseSound:
    tone = 0.1 * np.sin(np.arange(RATE) * 2 * np.pi * 220 / RATE)
    return PauseSound(np.concatenate([tone, np.zeros(AFTER)]).astype(np.float32), "end", "a")


def test_the_model_is_given_speech_and_the_silence_after_which_calls_ask() -> None:
    assert len(a_pause().as_heard()) == RATE + int(NOTICE_MS * RATE / 1000)


def test_from_elsewhere_the_same_speech_comes_faster_or_slower_and_never_too_loud() -> None:
    heard = [a_pause().elsewhere(np.random.default_rng(n)) for n in range(12)]
    lengths = {len(samples) for samples in heard}
    assert len(lengths) > 6
    assert all(0.8 * RATE < length < 1.4 * RATE for length in lengths)
    assert all(float(np.max(np.abs(samples))) <= 1.1 for samples in heard)


def test_the_same_seed_gives_the_same_sound() -> None:
    first, again = (a_pause().elsewhere(np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again)
