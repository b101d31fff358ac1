"""Fitting audio into the few window lengths that the encoder is run on.

Whisper was trained on 30 s windows, and its cost grows faster than their length. On human telephone speech (Common
Voice in mu-law, whisper-base) a window of 10 s hears as well as one of 30 s at an eighth of the time; shorter
windows hear worse: 8 s by 0.7 points of CER for utterances up to 3 s, 6 s by 4, 5 s by 8, for at most 40 ms gained.
It is the waveform that is padded with silence, not the features.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from voice.audio.pcm import RATE_HZ, Samples

LONGEST_S: Final = 30.0
DEFAULT_WINDOWS_S: Final = (10.0, 15.0, 20.0, 30.0)

_CUT_NEAR_S: Final = 25.0
_CUT_WITHIN_S: Final = 4.0
_QUIET_S: Final = 0.2


def pad_to_window(samples: Samples, windows_s: Sequence[float] = DEFAULT_WINDOWS_S) -> Samples:
    """Pad with silence to the smallest of `windows_s` (ascending) that holds the samples."""
    length = next((n for w in windows_s if (n := int(w * RATE_HZ)) >= len(samples)), None)
    if length is None:
        raise ValueError(f"{len(samples)} samples do not fit into any of the windows {tuple(windows_s)}")
    padded: Samples = np.zeros(length, dtype=np.float32)
    padded[: len(samples)] = samples
    return padded


def split_at_quiet(samples: Samples, longest_s: float = LONGEST_S) -> list[Samples]:
    """Cut what is longer than `longest_s` at a quiet place near five sixths of that; no sample is lost."""
    pieces: list[Samples] = []
    while len(samples) > longest_s * RATE_HZ:
        scale = longest_s / LONGEST_S
        cut = _quietest(samples, (_CUT_NEAR_S - _CUT_WITHIN_S) * scale, (_CUT_NEAR_S + _CUT_WITHIN_S) * scale)
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]


def _quietest(samples: Samples, from_s: float, to_s: float) -> int:
    first, size = int(from_s * RATE_HZ), int(_QUIET_S * RATE_HZ)
    energy = np.cumsum(np.square(samples[first : int(to_s * RATE_HZ)], dtype=np.float64))
    return first + int(np.argmin(energy[size:] - energy[:-size])) + size // 2
