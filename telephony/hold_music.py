"""Hold music: a soft melody of our own, made in code for the telephone band. No recording of anybody's is used."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from voice.audio.pcm import Samples

BEAT_S: Final = 0.5
LEVEL_DBFS: Final = -32.0
_RELEASE_S: Final = 1.6
_PARTIALS: Final = ((1.0, 1.0), (2.0, 0.32), (3.0, 0.10), (4.01, 0.04))
"""A struck bar or a soft string: few partials, the upper ones faint and a little apart."""

_MELODY: Final = (
    (76, 2), (79, 1), (81, 1), (79, 2), (76, 2), (74, 2), (76, 1), (74, 1), (72, 4),
    (69, 2), (72, 1), (74, 1), (76, 2), (79, 2), (74, 3), (76, 1), (74, 4),
    (76, 2), (79, 1), (81, 1), (84, 2), (81, 2), (79, 2), (76, 1), (74, 1), (72, 4),
    (69, 2), (74, 2), (72, 1), (71, 1), (72, 6),
)  # fmt: skip
"""The tune: MIDI note and beats. A pentatonic line, with one leading note before it comes to rest."""

_CHORDS: Final = (
    (60, 64, 67), (57, 60, 64), (62, 65, 69), (60, 64, 67), (57, 60, 64), (60, 64, 67), (62, 67, 71), (62, 67, 71),
    (60, 64, 67), (57, 60, 64), (62, 65, 69), (60, 64, 67), (57, 60, 64), (62, 67, 71), (60, 64, 67), (60, 64, 67),
)  # fmt: skip
"""The accompaniment: one broken chord for four beats, as many as the tune has."""


@cache
def hold_music(rate_hz: int) -> Samples:
    """About half a minute at `rate_hz`, read-only. It begins and ends in silence, so that it can be repeated."""
    beats = sum(length for _, length in _MELODY)
    sound = np.zeros(int((beats * BEAT_S + _RELEASE_S) * rate_hz), dtype=np.float64)
    at = 0.0
    for note, length in _MELODY:
        _strike(sound, rate_hz, note, at * BEAT_S, 1.0)
        at += length
    for bar, chord in enumerate(_CHORDS[: beats // 4]):
        for step, note in enumerate((*chord, chord[1])):
            _strike(sound, rate_hz, note, (bar * 4 + step) * BEAT_S, 0.4)
    sound *= 10 ** (LEVEL_DBFS / 20) / float(np.sqrt(np.square(sound).mean()))
    music: Samples = sound.astype(np.float32)
    music.flags.writeable = False
    return music


def _strike(sound: np.ndarray, rate_hz: int, note: int, at_s: float, force: float) -> None:
    """Add one note that is struck and fades away."""
    begin = int(at_s * rate_hz)
    time_s = np.arange(min(int(_RELEASE_S * rate_hz), len(sound) - begin)) / rate_hz
    pitch_hz = 440.0 * 2 ** ((note - 69) / 12)
    envelope = np.minimum(time_s / 0.02, 1.0) * np.exp(-2.2 * time_s) * np.minimum((_RELEASE_S - time_s) / 0.1, 1.0)
    for multiple, share in _PARTIALS:
        # The telephone carries nothing above 3400 Hz: such a partial would only come back as an alias.
        if pitch_hz * multiple < 3_300.0:
            sound[begin : begin + len(time_s)] += (
                force * share * envelope * np.sin(2 * np.pi * pitch_hz * multiple * time_s)
            )
