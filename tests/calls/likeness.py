"""How like two sounds are, whatever a recogniser makes of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from voice.audio.pcm import Samples

_FRAME_MS = 20


def sounds_alike(heard: Samples, spoken: Samples, rate_hz: int) -> float:
    """From 0 to 1: the best agreement of the two loudness curves, wherever `spoken` begins in `heard`."""
    curve, wanted = _loudness(heard, rate_hz), _loudness(spoken, rate_hz)
    if len(curve) < len(wanted):
        curve = np.concatenate([curve, np.zeros(len(wanted) - len(curve))])
    windows = np.lib.stride_tricks.sliding_window_view(curve, len(wanted))
    centred = windows - windows.mean(axis=1, keepdims=True)
    target = wanted - wanted.mean()
    norms = np.linalg.norm(centred, axis=1) * np.linalg.norm(target)
    return float(np.max(centred @ target / np.where(norms > 0, norms, 1.0)))


def reads_alike(text: str, spoken: str) -> float:
    """From 0 to 1: how much of the signs the two texts share, in order. Telephone speech is heard with mistakes."""
    return fuzz.ratio(text, spoken) / 100


def _loudness(samples: Samples, rate_hz: int) -> NDArray[np.float64]:
    frame = rate_hz * _FRAME_MS // 1000
    whole = np.asarray(samples[: len(samples) // frame * frame], dtype=np.float64).reshape(-1, frame)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)))
