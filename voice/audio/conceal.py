"""Fills what the network lost with what the voice was doing, in the manner of ITU-T G.711 Appendix I.

A lost stretch goes on with the last pitch period of what was heard, fades, and is silent after 60 ms: a voice that
stops for 20 ms sounds to a recogniser like a small っ or a new consonant. The first good samples after a loss are faded
in over the synthetic ones. Nothing is delayed.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from voice.audio.pcm import Samples

_SHORTEST_PITCH_S: Final = 0.0025
_LONGEST_PITCH_S: Final = 0.015
_COMPARED_S: Final = 0.02
_STEADY_S: Final = 0.01
_GONE_S: Final = 0.06
_JOIN_S: Final = 0.004


class Concealer:
    """Follows one caller's stream at `rate_hz`. A loss of 20 ms takes about 0.1 ms to fill.

    Before anything was heard a loss is silence.
    """

    def __init__(self, rate_hz: int, frame_ms: int = 20) -> None:
        self._frame = rate_hz * frame_ms // 1000
        self._lags = (int(_SHORTEST_PITCH_S * rate_hz), int(_LONGEST_PITCH_S * rate_hz))
        self._compared = int(_COMPARED_S * rate_hz)
        self._steady, self._gone = int(_STEADY_S * rate_hz), int(_GONE_S * rate_hz)
        self._join = int(_JOIN_S * rate_hz)
        self._heard: Samples = np.zeros(self._compared + self._lags[1], dtype=np.float32)
        self._period: Samples = np.zeros(0, dtype=np.float32)
        self._lost = 0

    def push(self, frame: Samples | None) -> Samples:
        """The next frame as it is to be heard: the frame itself, of any length, or for None one frame made up."""
        return self.conceal(self._frame) if frame is None else self._take(frame)

    def conceal(self, count: int) -> Samples:
        """Make up the next `count` samples, of which nothing arrived."""
        if self._lost == 0:
            self._period = self._last_period()
        made = self._made(count)
        self._lost += count
        return made

    def _take(self, frame: Samples) -> Samples:
        frame = np.asarray(frame, dtype=np.float32)
        if self._lost and len(frame):
            join = min(self._join, len(frame))
            fresh = (np.arange(1, join + 1) / (join + 1)).astype(np.float32)
            frame = np.concatenate([frame[:join] * fresh + self._made(join) * (1 - fresh), frame[join:]])
            self._lost = 0
        self._heard = np.concatenate([self._heard, frame])[-len(self._heard) :]
        return frame

    def _made(self, count: int) -> Samples:
        """The synthetic signal from where it has come to, fading; the state is not changed."""
        at = self._lost + np.arange(count)
        if self._lost >= self._gone or not len(self._period):
            return np.zeros(count, dtype=np.float32)
        gain = np.clip((self._gone - at) / (self._gone - self._steady), 0.0, 1.0)
        made: Samples = (self._period[at % len(self._period)] * gain).astype(np.float32)
        return made

    def _last_period(self) -> Samples:
        """The end of what was heard, one pitch period long: the lag at which it is most like itself."""
        recent = self._heard[-self._compared :].astype(np.float64)
        energy = np.cumsum(np.concatenate([[0.0], np.square(self._heard, dtype=np.float64)]))
        if energy[-1] - energy[-1 - self._compared] <= 0.0:
            return np.zeros(0, dtype=np.float32)
        lags = np.arange(self._lags[0], self._lags[1] + 1)
        ends = len(self._heard) - lags
        alike = np.correlate(self._heard.astype(np.float64), recent, mode="valid")[ends - self._compared]
        size = np.sqrt(np.maximum(energy[ends] - energy[ends - self._compared], 1e-12))
        return self._heard[-int(lags[int(np.argmax(alike / size))]) :].copy()
