"""A linear echo canceller: a partitioned-block frequency-domain Kalman filter.

After G. Enzner and P. Vary, "Frequency-domain adaptive Kalman filter for acoustic echo control in hands-free
telephones" (Signal Processing 86, 2006), with the echo path cut into partitions of one block each. The Kalman gain
stands in for step size and double-talk control: while the caller speaks the filter hardly moves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import Samples

Spectrum = NDArray[np.complex64]
Powers = NDArray[np.float32]

_STEADINESS: Final = 0.9995
"""How much of the echo path stays from block to block: people move, handsets are turned."""
_FIRST_DOUBT: Final = 0.1
_SMOOTHING: Final = 0.7
_TINY: Final = 1e-6


class EchoCanceller:
    """Predicts the echo of a reference, block by block, and learns from what is left of the near end.

    For each block: `hear_far` with the last two blocks of the reference, which returns the predicted echo, then,
    once the near end is known, `learn` with near end minus prediction.
    """

    def __init__(self, block: int, partitions: int) -> None:
        self._block = block
        self._shape = (partitions, block + 1)
        self._far: Spectrum = np.zeros(self._shape, dtype=np.complex64)
        self.forget()

    @property
    def partitions(self) -> int:
        """How many blocks the echo path is long."""
        return self._shape[0]

    def forget(self) -> None:
        """The echo path is unknown again; the reference stays."""
        self._path: Spectrum = np.zeros(self._shape, dtype=np.complex64)
        self._doubt: Powers = np.full(self._shape, _FIRST_DOUBT, dtype=np.float32)
        self._near: Powers = np.full(self._shape[1], 1e-3, dtype=np.float32)

    def hear_far(self, reference: Samples) -> Samples:
        """Take the reference's last two blocks; returns the echo to expect in this block."""
        self._far[1:] = self._far[:-1]
        self._far[0] = np.fft.rfft(reference)
        echo = np.einsum("pk,pk->k", self._path, self._far)
        predicted: Samples = np.fft.irfft(echo, 2 * self._block)[self._block :].astype(np.float32)
        return predicted

    def learn(self, left: Samples) -> None:
        """Take what is left of the near end in this block once the prediction has been taken off."""
        error = np.fft.rfft(np.concatenate([np.zeros(self._block, dtype=np.float32), left])).astype(np.complex64)
        self._near = (_SMOOTHING * self._near + (1 - _SMOOTHING) * _power(error)).astype(np.float32)
        far = _power(self._far)
        gain = self._doubt / ((self._doubt * far).sum(axis=0) + 2 * self._near + _TINY)
        step = np.fft.irfft(gain * np.conj(self._far) * error, 2 * self._block, axis=1)
        step[:, self._block :] = 0.0
        self._path += np.fft.rfft(step, axis=1)
        kept = _STEADINESS**2
        self._doubt = kept * (1 - 0.5 * gain * far) * self._doubt + (1 - kept) * _power(self._path)


def _power(spectrum: Spectrum) -> Powers:
    power: Powers = np.square(spectrum.real) + np.square(spectrum.imag)
    return power
