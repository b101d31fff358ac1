"""How loud speech is, and bringing it to a telephone's level.

Levels are in dBFS of a mono stretch in [-1, 1]: a full-scale square wave is 0 dBFS RMS. Active level is measured in
the manner of ITU-T P.56: pauses do not count.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice.audio.pcm import RATE_HZ, Samples

SILENCE_DBFS: Final = -120.0
"""What digital silence measures."""

SPEECH_DBFS: Final = -20.0
"""Active speech level that is comfortable on a telephone."""

PEAK_DBFS: Final = -3.0
"""Peaks stay below this: room for the codec and for mixing."""

_FRAME_S: Final = 0.02
_PAUSE_BELOW_LOUDEST_DB: Final = 25.0
_MOST_GAIN_DB: Final = 30.0
_KNEE: Final = 0.7


def rms_dbfs(samples: Samples) -> float:
    """Root mean square level of the whole stretch."""
    return _dbfs(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0)


def peak_dbfs(samples: Samples) -> float:
    """Level of the largest sample."""
    return _dbfs(float(np.max(np.abs(samples))) if len(samples) else 0.0)


def speech_dbfs(samples: Samples, rate_hz: int = RATE_HZ) -> float:
    """RMS level of the frames of 20 ms that are not pauses (within 25 dB of the loud ones)."""
    size = int(rate_hz * _FRAME_S)
    if len(samples) < size:
        return rms_dbfs(samples)
    frames = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    power = np.mean(np.square(frames), axis=1)
    loud = float(np.percentile(power, 95))
    active = power[power >= loud * 10 ** (-_PAUSE_BELOW_LOUDEST_DB / 10)]
    return _dbfs(float(np.sqrt(active.mean())))


def normalize_to(
    samples: Samples, dbfs: float = SPEECH_DBFS, ceiling_dbfs: float = PEAK_DBFS, rate_hz: int = RATE_HZ
) -> Samples:
    """Bring speech to an active level of `dbfs` with no sample above `ceiling_dbfs`.

    Peaks bend smoothly into the ceiling instead of being cut. Silence stays silence, and nothing is raised by more
    than 30 dB: what needs more is noise.
    """
    level = speech_dbfs(samples, rate_hz)
    if level <= SILENCE_DBFS:
        # A single click in silence has no active level, but it has a peak.
        return soften_peaks(samples, ceiling_dbfs)
    gain = 10 ** (min(dbfs - level, _MOST_GAIN_DB) / 20)
    return soften_peaks(samples * np.float32(gain), ceiling_dbfs)


def soften_peaks(samples: Samples, ceiling_dbfs: float = PEAK_DBFS) -> Samples:
    """Leave what is below 70 % of the ceiling as it is, and bend what is above so that it never exceeds it."""
    ceiling = 10 ** (ceiling_dbfs / 20)
    knee = ceiling * _KNEE
    size = np.abs(samples)
    bent = knee + (ceiling - knee) * np.tanh((size - knee) / (ceiling - knee))
    softened: Samples = np.where(size <= knee, samples, np.copysign(bent, samples)).astype(np.float32)
    return softened


def _dbfs(amplitude: float) -> float:
    return max(SILENCE_DBFS, 20.0 * float(np.log10(amplitude))) if amplitude > 0 else SILENCE_DBFS
