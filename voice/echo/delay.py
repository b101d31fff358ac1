"""How late the echo comes, found by phase-transform cross-correlation (GCC-PHAT) of near and far end.

After C. Knapp and G. Carter, "The generalized correlation method for estimation of time delay" (1976): whitening makes
the peak of a reverberant path narrow, and what is no echo (the caller's voice, noise) leaves no peak at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from voice.audio.pcm import Samples

LONGEST_MS: Final = 560
WINDOW_MS: Final = 320
_BAND_HZ: Final = (200.0, 3_500.0)


@dataclass(frozen=True)
class Delay:
    """A delay in samples and how far its peak stands out, in standard deviations of the correlation."""

    samples: int
    peak: float


class DelayFinder:
    """Correlates the latest `WINDOW_MS` of the near end with the far end of `LONGEST_MS` before it as well."""

    def __init__(self, rate_hz: int) -> None:
        self.window = WINDOW_MS * rate_hz // 1000
        self.span = (WINDOW_MS + LONGEST_MS) * rate_hz // 1000
        self._size = 1 << (self.span - 1).bit_length()
        hertz = np.fft.rfftfreq(self._size, 1 / rate_hz)
        self._band = (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])
        self._taper = np.hanning(self.window + 2)[1:-1].astype(np.float32)
        self._sum = np.zeros(self._size, dtype=np.float32)

    def forget(self) -> None:
        """Begin anew: the delay may have changed."""
        self._sum[:] = 0.0

    def find(self, near: Samples, far: Samples) -> Delay:
        """`near` of `window` samples, `far` of `span` samples that end at the same moment."""
        cross = np.fft.rfft(near * self._taper, self._size) * np.conj(np.fft.rfft(far, self._size))
        cross *= self._band / (np.abs(cross) + np.float32(1e-9))
        self._sum *= 0.6
        self._sum += np.fft.irfft(cross, self._size)
        # near[n] = far[span - window + n - delay]: the lag of a match is delay - (span - window).
        offset = self.span - self.window
        lags = np.concatenate([self._sum[-offset:], self._sum[:1]])
        at = int(np.argmax(lags))
        spread = float(np.sqrt(np.mean(np.square(lags)))) + 1e-12
        return Delay(at, float(lags[at]) / spread)
