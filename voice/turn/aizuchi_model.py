"""Does the first instant of speech over the agent sound like an aizuchi? A tiny network on telephone-band log-mels.

Words come too late to stop the agent within 300 ms, so sound must tell はい from 違います after a few tenths of a
second. There is one small network for each of a few lengths of speech (the cascade's checkpoints); the weights are made
by `python -m voice.turn.train_aizuchi` and lie beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples

Array = NDArray[np.float32]

WEIGHTS_PATH: Final = Path(__file__).parent / "data" / "aizuchi.npz"
LEAD_MS: Final = 20
"""The window begins this long before the onset, so that a soft consonant (は, そ) is inside."""

BANDS: Final = 20
"""Mel bands of a frame."""
KERNEL: Final = 5
"""Frames that the first layer sees at once; it steps by two."""

_HOP: Final = RATE_HZ // 100
_WINDOW: Final = RATE_HZ // 40
_FFT: Final = 512
_LOOK_BACK_MS: Final = 180
_USUAL_DELAY_MS: Final = 60
_DEPTH: Final = 7.0
"""Nepers below the loudest that still count (30 dB): deeper is the line's noise."""


class AizuchiClassifier(Protocol):
    """Judges speech by its sound, at a few lengths of speech."""

    @property
    def checkpoints_ms(self) -> tuple[int, ...]:
        """Lengths of speech, rising, at which it can judge."""
        ...

    def probability(self, samples: Samples, checkpoint_ms: int) -> float:
        """P(aizuchi) of 16 kHz audio that begins `LEAD_MS` before the onset and holds `checkpoint_ms` of speech."""
        ...

    def threshold(self, checkpoint_ms: int) -> float:
        """Below this probability the speech is taken for an interruption at this checkpoint."""
        ...


@cache
def _mel_filters() -> Array:
    """Triangles from 150 to 3,600 Hz, evenly spaced in mel: what a telephone lets through. Shape (bands, bins)."""
    edges_mel = np.linspace(_mel(150.0), _mel(3_600.0), BANDS + 2)
    edges = 700.0 * (10 ** (edges_mel / 2595.0) - 1)
    bins = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1 + hertz / 700.0))


def log_mel(samples: Samples) -> Array:
    """Log-mels of 25 ms every 10 ms, wholly inside `samples`. Shape (frames, bands)."""
    if len(samples) < _WINDOW:
        return np.zeros((0, BANDS), dtype=np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    spectrum = np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), _FFT)
    power = np.square(np.abs(spectrum)).astype(np.float32)
    mel: Array = np.log(power @ _mel_filters().T + np.float32(1e-9))
    return mel


def frame_count(checkpoint_ms: int) -> int:
    """How many frames of `log_mel` a checkpoint sees."""
    return ((checkpoint_ms + LEAD_MS) * RATE_HZ // 1000 - _WINDOW) // _HOP + 1


def relative(mel: Array) -> Array:
    """Log-mels relative to the loudest of their window (the last two axes), the line's noise cut off below."""
    loud = np.quantile(mel, 0.97, axis=(-2, -1), keepdims=True)
    cut: Array = (np.clip(mel - loud, -_DEPTH, 1.0) + _DEPTH / 2).astype(np.float32)
    return cut


def find_onset(samples: Samples, trigger: int) -> int:
    """Where speech began, in samples, given that voice activity noticed it at sample `trigger`.

    Voice activity notices 40 to 150 ms late. The level is followed back from there to where it falls under the
    middle (in dB) between the quietest and the loudest at hand, by at most `_LOOK_BACK_MS`. Where speech hardly
    stands out from the line, the usual delay is taken off.
    """
    region = samples[max(0, trigger - RATE_HZ * 4 // 10) : trigger]
    count = len(region) // _HOP
    if count < 3:
        return trigger - len(region)
    level = np.log10(np.square(region[-count * _HOP :]).reshape(count, _HOP).mean(axis=1) + 1e-10) * 10
    recent = level[-_LOOK_BACK_MS // 10 :]
    loudest, quietest = float(recent.max()), float(np.quantile(level, 0.1))
    if loudest - quietest < 8.0:
        return trigger - min(len(region), _USUAL_DELAY_MS * RATE_HZ // 1000)
    floor = max(loudest - 24.0, (loudest + quietest) / 2)
    onset = int(recent.argmax())
    quiet = 0
    for frame in range(onset, -1, -1):
        quiet = 0 if recent[frame] >= floor else quiet + 1
        if quiet > 2:
            break
        if quiet == 0:
            onset = frame
    return trigger - (len(recent) - onset) * _HOP


def unfold(window: Array) -> Array:
    """Neighbouring frames side by side, every second frame: (..., frames, bands) to (..., steps, KERNEL * bands)."""
    steps = (window.shape[-2] - KERNEL) // 2 + 1
    parts = [window[..., k : k + 2 * steps - 1 : 2, :] for k in range(KERNEL)]
    return np.concatenate(parts, axis=-1)


@dataclass(frozen=True)
class Network:
    """One checkpoint's network: a convolution over time, a hidden layer over all of it, a logistic output.

    Shapes: `kernel` (KERNEL * BANDS, channels), `hidden` (steps * channels, units), `out` (units,).
    """

    kernel: Array
    kernel_bias: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    out_bias: float
    threshold: float

    def probability(self, window: Array) -> float:
        """P(aizuchi) of one window of relative log-mels, shape (frames, bands)."""
        local = np.maximum(0.0, unfold(window) @ self.kernel + self.kernel_bias)
        whole = np.maximum(0.0, local.reshape(-1) @ self.hidden + self.hidden_bias)
        return float(1.0 / (1.0 + np.exp(-np.clip(whole @ self.out + self.out_bias, -30, 30))))


class SmallAizuchiModel:
    """The shipped networks. Immutable, so thread-safe; one judgement takes about 0.1 ms."""

    def __init__(self, networks: dict[int, Network]) -> None:
        self._networks = dict(sorted(networks.items()))

    @classmethod
    def load(cls, path: Path = WEIGHTS_PATH) -> SmallAizuchiModel:
        """Read the weights. Raises `OSError` or `KeyError` when the file is missing or of another kind."""
        with np.load(path) as data:
            networks = {
                int(t): Network(
                    kernel=data[f"kernel_{t}"].astype(np.float32),
                    kernel_bias=data[f"kernel_bias_{t}"].astype(np.float32),
                    hidden=data[f"hidden_{t}"].astype(np.float32),
                    hidden_bias=data[f"hidden_bias_{t}"].astype(np.float32),
                    out=data[f"out_{t}"].astype(np.float32),
                    out_bias=float(data[f"out_bias_{t}"]),
                    threshold=float(data[f"threshold_{t}"]),
                )
                for t in data["checkpoints_ms"]
            }
        return cls(networks)

    def save(self, path: Path) -> None:
        """Write the weights in half precision."""
        arrays: dict[str, NDArray[Any]] = {"checkpoints_ms": np.array(list(self._networks), dtype=np.int32)}
        for t, network in self._networks.items():
            for name in ("kernel", "kernel_bias", "hidden", "hidden_bias", "out"):
                arrays[f"{name}_{t}"] = getattr(network, name).astype(np.float16)
            arrays[f"out_bias_{t}"] = np.array(network.out_bias, dtype=np.float32)
            arrays[f"threshold_{t}"] = np.array(network.threshold, dtype=np.float32)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    @property
    def checkpoints_ms(self) -> tuple[int, ...]:
        """Lengths of speech, rising, at which it can judge."""
        return tuple(self._networks)

    def probability(self, samples: Samples, checkpoint_ms: int) -> float:
        """P(aizuchi) of 16 kHz audio that begins `LEAD_MS` before the onset and holds `checkpoint_ms` of speech."""
        frames = frame_count(checkpoint_ms)
        mel = log_mel(samples[: (checkpoint_ms + LEAD_MS) * RATE_HZ // 1000])
        if len(mel) < frames:
            raise ValueError(f"{len(samples)} samples do not reach the checkpoint at {checkpoint_ms} ms")
        return self._networks[checkpoint_ms].probability(relative(mel))

    def threshold(self, checkpoint_ms: int) -> float:
        """Below this probability the speech is taken for an interruption at this checkpoint."""
        return self._networks[checkpoint_ms].threshold
