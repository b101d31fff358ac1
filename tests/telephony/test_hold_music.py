"""The hold music: soft, in the telephone band, and fit to be repeated."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.hold_music import LEVEL_DBFS, hold_music


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_it_is_about_half_a_minute_of_soft_sound(rate_hz: int) -> None:
    music = hold_music(rate_hz)
    assert 20 <= len(music) / rate_hz <= 40
    assert 20 * np.log10(np.sqrt(np.square(music).mean())) == pytest.approx(LEVEL_DBFS, abs=0.1)
    assert np.abs(music).max() < 0.25


def test_it_stays_in_the_telephone_band() -> None:
    power = np.abs(np.fft.rfft(hold_music(16_000))) ** 2
    hertz = np.fft.rfftfreq(len(hold_music(16_000)), 1 / 16_000)
    assert power[(hertz > 200) & (hertz < 3_400)].sum() / power.sum() > 0.98


def test_it_begins_and_ends_in_silence_and_is_never_silent_for_long_between() -> None:
    music = hold_music(8_000)
    assert abs(music[0]) < 1e-3 and np.abs(music[-80:]).max() < 1e-3
    seconds = music[: len(music) // 8_000 * 8_000].reshape(-1, 8_000)
    assert np.sqrt(np.square(seconds[:-1]).mean(axis=1)).min() > 0.003


def test_it_is_made_once() -> None:
    assert hold_music(8_000) is hold_music(8_000)
