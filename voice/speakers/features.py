"""What a voice is like, in figures: the shape of its spectrum and its pitch. Telephone audio at 8 kHz."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import Samples

RATE_HZ: Final = 8_000

_FRAME: Final = 256
_HOP: Final = 80
_BANDS: Final = 24
_LOW_HZ: Final = 200.0
_HIGH_HZ: Final = 3_500.0
_CEPSTRA: Final = 14
_PITCH_LOW_HZ: Final = 65.0
_PITCH_HIGH_HZ: Final = 400.0
_PITCH_FRAME: Final = 400
_VOICED: Final = 0.5
_NEARLY: Final = 0.9
_LOUD_DB: Final = 25.0

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class VoicePrint:
    """Frames of one voice, 10 ms apart: `cepstra` of shape (frames, 14), `pitch` the log2 Hz of voiced frames."""

    cepstra: Matrix
    pitch: Matrix

    @property
    def seconds(self) -> float:
        """How much loud speech it holds."""
        return len(self.cepstra) * _HOP / RATE_HZ

    def __add__(self, other: VoicePrint) -> VoicePrint:
        return VoicePrint(np.concatenate([self.cepstra, other.cepstra]), np.concatenate([self.pitch, other.pitch]))


def voice_print(samples: Samples) -> VoicePrint:
    """Of mono samples at 8 kHz. Frames 25 dB below the loudest (95th percentile) are left out as no speech."""
    frames = _framed(samples, _FRAME)
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME), axis=1)) ** 2
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)
    bands = np.log(power @ _filters() + 1e-8)
    cepstra = bands @ _cosines()
    loud = level > np.percentile(level, 95) - _LOUD_DB if len(level) else np.zeros(0, bool)
    return VoicePrint(cepstra[loud], _pitch(samples))


def _framed(samples: Samples, size: int) -> Matrix:
    if len(samples) < size:
        return np.zeros((0, size))
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::_HOP]
    return np.asarray(windows, dtype=np.float64)


def _filters() -> Matrix:
    """Triangles, evenly spaced in mel, of shape (bins, bands)."""
    mel = np.linspace(_mel(_LOW_HZ), _mel(_HIGH_HZ), _BANDS + 2)
    edges = 700.0 * (np.exp(mel / 1127.0) - 1.0)
    hertz = np.fft.rfftfreq(_FRAME, 1 / RATE_HZ)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling))


def _mel(hertz: float) -> float:
    return float(1127.0 * np.log1p(hertz / 700.0))


def _cosines() -> Matrix:
    """DCT-II without the term of loudness."""
    order = np.arange(1, _CEPSTRA + 1)[None, :]
    place = (np.arange(_BANDS) + 0.5)[:, None]
    return np.asarray(np.cos(np.pi * order * place / _BANDS) * np.sqrt(2.0 / _BANDS))


def _pitch(samples: Samples) -> Matrix:
    """log2 of the fundamental in Hz where the frame is periodic, by normalised autocorrelation."""
    frames = _framed(samples, _PITCH_FRAME)
    if not len(frames):
        return np.zeros(0)
    loud = np.mean(frames**2, axis=1)
    frames = frames[loud > np.percentile(loud, 95) * 0.01]
    frames = (frames - frames.mean(axis=1, keepdims=True)) * np.hanning(_PITCH_FRAME)
    spectrum = np.abs(np.fft.rfft(frames, 1024, axis=1)) ** 2
    correlation = np.fft.irfft(spectrum, axis=1)
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_PITCH_FRAME), 1024)) ** 2)
    low, high = int(RATE_HZ / _PITCH_HIGH_HZ), int(RATE_HZ / _PITCH_LOW_HZ)
    lags = np.arange(low, high + 1)
    score = correlation[:, lags] / (correlation[:, :1] + 1e-9) / (window[lags] / window[0])
    # A period's multiples score as high as the period itself: take the shortest lag that is nearly the best.
    best = np.argmax(score >= _NEARLY * score.max(axis=1, keepdims=True), axis=1)
    voiced = score.max(axis=1) > _VOICED
    return np.asarray(np.log2(RATE_HZ / lags[best[voiced]]))
