"""Takes away what the linear canceller leaves, and tells the agent's sound from the caller's.

How loud the echo must be in each band is learnt in power: the far end's power, smeared by the room, times a gain. That
does not mind a delay that is wrong by some milliseconds or a loudspeaker that distorts. What stands out from it is the
caller.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import Samples

Powers = NDArray[np.float32]

_BANDS: Final = 18
_HIGHEST_HZ: Final = 3_700.0
_REVERB: Final = 0.9
"""How much of a band's power is still in the room one block (20 ms) later: a hall, to be on the safe side."""
_MARGIN: Final = 4.0
"""An echo may be so much stronger than expected (6 dB)."""
_CALLER_SHARE: Final = 0.35
"""Of what is left of a moment so much must be beyond any echo for the caller to be speaking."""
_LEAST_LEAK: Final = 0.25
"""However well the linear canceller does on the whole, on a new sound it may do no better than this."""
_FLOOR: Final = 0.003
_TAPS: Final = 48
_NOISE: Final = 10 ** (-56 / 10)
"""Power under which nobody speaks."""


class EchoSuppressor:
    """One call's suppressor. `hear_far` gives it the far end block by block, `push` cleans a stretch of near end."""

    def __init__(self, rate_hz: int, block: int) -> None:
        self._block = block
        self._size = 2 * block
        self._bands = _filters(rate_hz, self._size)
        self._window = np.hanning(self._size + 2)[1:-1].astype(np.float32)
        self._spread = _spread(self._bands)
        self._scale = np.float32(1.0 / (self._size * np.mean(np.square(self._window)) * block))
        self._far: Powers = np.zeros(_BANDS, dtype=np.float32)
        self._gain_up: Powers = np.zeros(_BANDS, dtype=np.float32)
        self._gain_down: Powers = np.full(_BANDS, 1e-9, dtype=np.float32)
        self._near_tail: Samples = np.zeros(self._size, dtype=np.float32)
        self._left_tail: Samples = np.zeros(self._size, dtype=np.float32)
        self._predicted_tail: Samples = np.zeros(self._size, dtype=np.float32)
        self._fir: Samples = _unit()
        self._past: Samples = np.zeros(_TAPS - 1, dtype=np.float32)
        self._unheard = 0
        self._leak = 1.0
        self._agreement = 0.0
        self._agreed_power = 0.0
        self._explained = 0.0
        self._standing_out = 0

    @property
    def explained(self) -> float:
        """How much of the latest near end is echo, 0 to 1."""
        return self._explained

    @property
    def trusts(self) -> bool:
        """Whether the linear prediction has proved right since the last `doubt`."""
        return self._agreed_power > 0 and self._agreement > 0.6 * self._agreed_power

    @property
    def follows(self) -> bool:
        """Whether the linear prediction has anything to do with what is heard: less than `trusts`."""
        return self._agreed_power > 0 and self._agreement > 0.25 * self._agreed_power

    def doubt(self) -> None:
        """The delay may have changed: the linear prediction has to prove itself again."""
        self._leak = 1.0
        self._agreement = self._agreed_power = 0.0
        self._past[:] = 0.0

    def hear_far(self, reference: Samples) -> None:
        """The last two blocks of the far end, shifted by the delay."""
        self._far = np.maximum(self._power(reference), np.float32(_REVERB) * self._far)

    def learn(self, near: Samples) -> None:
        """A block of near end that is all echo, one block after another."""
        self._near_tail = np.concatenate([self._near_tail[len(near) :], near])
        self._adjust(self._power(self._near_tail), 0.9)

    def push(self, near: Samples, left: Samples, predicted: Samples) -> Samples:
        """Clean `left` (what the linear canceller made of `near`); returns as many samples."""
        count = len(near)
        self._near_tail = np.concatenate([self._near_tail[count:], near])
        self._left_tail = np.concatenate([self._left_tail[count:], left])
        self._predicted_tail = np.concatenate([self._predicted_tail[count:], predicted])
        self._unheard += count
        before = self._fir
        if self._unheard >= self._block // 2:
            self._unheard = 0
            self._judge()
        source = np.concatenate([self._past, left])
        self._past = source[-(_TAPS - 1) :]
        after = np.convolve(source, self._fir, "valid")
        if before is self._fir:
            return after.astype(np.float32)
        fade = np.linspace(0.0, 1.0, count, dtype=np.float32)
        mixed: Samples = (np.convolve(source, before, "valid") * (1 - fade) + after * fade).astype(np.float32)
        return mixed

    def _judge(self) -> None:
        near, left = self._power(self._near_tail), self._power(self._left_tail)
        echo = self._far * self._gain_up / np.maximum(self._gain_down, 1e-9)
        expected = echo * np.float32(_MARGIN * max(self._leak, _LEAST_LEAK))
        self._compare(near)
        best = left if float(left.sum()) <= 1.5 * float(near.sum()) else near
        rest = np.maximum(best - expected, 0.0)
        total, unexplained, heard = float(best.sum()), float(rest.sum()), float(near.sum())
        loud = total > _NOISE
        caller = loud and unexplained > _CALLER_SHARE * total
        self._standing_out = min(self._standing_out + 1, 4) if caller else max(self._standing_out - 1, 0)
        explained = 1.0 - unexplained / (heard + 1e-12) if loud else 1.0
        self._explained += 0.25 * (min(max(explained, 0.0), 1.0) - self._explained)
        if not caller and float(echo.sum()) > _NOISE / 10:
            if float(self._far.sum()) > 1e-7:
                self._adjust(near, 0.97)
            if self.trusts and heard > _NOISE:
                self._leak += 0.1 * (min(float(left.sum()) / (heard + 1e-12), 1.0) - self._leak)
        if self._standing_out >= 2:
            bands = np.sqrt(rest / (np.maximum(left, 1e-12)))
            self._fir = _shortest(np.maximum(bands, _FLOOR) @ self._spread, self._size)
        else:
            self._fir = np.zeros(_TAPS, dtype=np.float32)

    def _compare(self, near: Powers) -> None:
        """Is the prediction inside the near end? Whatever the caller says, it then correlates with it."""
        half = self._block
        mine, seen = self._predicted_tail[-half:], self._near_tail[-half:]
        power = float(mine @ mine)
        if power > 0.02 * float(seen @ seen):
            self._agreement = 0.85 * self._agreement + float(mine @ seen)
            self._agreed_power = 0.85 * self._agreed_power + power

    def _adjust(self, near: Powers, memory: float) -> None:
        far = self._far
        self._gain_up = np.float32(memory) * self._gain_up + near * far
        self._gain_down = np.float32(memory) * self._gain_down + far * far

    def _power(self, samples: Samples) -> Powers:
        spectrum = np.fft.rfft(samples * self._window)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        return (self._bands @ (power * self._scale)).astype(np.float32)


def _filters(rate_hz: int, size: int) -> Powers:
    """Triangles evenly spaced in mel from 100 Hz up. Shape (bands, bins)."""
    top = 2595 * np.log10(1 + _HIGHEST_HZ / 700)
    bottom = 2595 * np.log10(1 + 100.0 / 700)
    edges = 700 * (10 ** (np.linspace(bottom, top, _BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(size, 1 / rate_hz)
    rising = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _spread(bands: Powers) -> Powers:
    """How a gain for each band becomes one for each bin; beyond the outermost bands theirs goes on."""
    weights: Powers = (bands / np.maximum(bands.sum(axis=0, keepdims=True), 1e-6)).astype(np.float32)
    covered = np.flatnonzero(bands.sum(axis=0) > 1e-6)
    weights[0, : covered[0]] = 1.0
    weights[-1, covered[-1] + 1 :] = 1.0
    return weights


def _unit() -> Samples:
    taps = np.zeros(_TAPS, dtype=np.float32)
    taps[0] = 1.0
    return taps


def _shortest(gains: Powers, size: int) -> Samples:
    """The minimum-phase filter with these gains: it takes away without delaying."""
    cepstrum = np.fft.irfft(np.log(np.maximum(gains, _FLOOR)), size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    taps: Samples = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), size)[:_TAPS].astype(np.float32)
    return taps
