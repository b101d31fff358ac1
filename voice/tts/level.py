"""Level and silence of synthesised speech, as a telephone wants them."""

from __future__ import annotations

from typing import Final

import numpy as np

from voice.audio.pcm import Samples

TARGET_RMS_DBFS: Final = -20.0
"""Speech level while it is active: about -20 dBFS leaves G.711 its headroom and is heard well on a handset."""

PEAK_DBFS: Final = -3.0
"""No sample goes beyond this."""

_KNEE_DBFS: Final = -9.0
_BLOCK_MS: Final = 10
_ACTIVE_BELOW_LOUDEST_DB: Final = 30.0
_AUDIBLE_BELOW_LOUDEST_DB: Final = 42.0
_FLOOR: Final = 1e-5
_FADE_MS: Final = 4


def amplitude(dbfs: float) -> float:
    """Turn decibels below full scale into a factor."""
    return float(10.0 ** (dbfs / 20.0))


def active_rms_dbfs(samples: Samples, rate_hz: int) -> float:
    """RMS over the 10 ms blocks within 30 dB of the loudest one, in dBFS; -inf for silence."""
    blocks = _block_rms(samples, rate_hz)
    if blocks.size == 0 or blocks.max() < _FLOOR:
        return float("-inf")
    active = blocks[blocks > blocks.max() * amplitude(-_ACTIVE_BELOW_LOUDEST_DB)]
    return float(20.0 * np.log10(np.sqrt(np.mean(active**2))))


def levelled(samples: Samples, rate_hz: int, target_dbfs: float = TARGET_RMS_DBFS) -> Samples:
    """Bring active speech to `target_dbfs` and bend what would exceed -3 dBFS smoothly under it. Silence stays."""
    rms = active_rms_dbfs(samples, rate_hz)
    if not np.isfinite(rms):
        return samples.astype(np.float32)
    loud = _bent(samples.astype(np.float64) * amplitude(target_dbfs - rms))
    # Bending takes a little energy away: one correction brings the level back to the target.
    after = active_rms_dbfs(loud.astype(np.float32), rate_hz)
    return _bent(loud * amplitude(min(target_dbfs - after, 2.0))).astype(np.float32)


def trimmed(samples: Samples, rate_hz: int, head_ms: float, tail_ms: float) -> Samples:
    """Keep `head_ms` of quiet before the first audible block and exactly `tail_ms` after the last, with soft edges."""
    blocks = _block_rms(samples, rate_hz)
    if blocks.size == 0 or blocks.max() < _FLOOR:
        return np.zeros(int(rate_hz * tail_ms / 1000), dtype=np.float32)
    audible = np.flatnonzero(blocks > blocks.max() * amplitude(-_AUDIBLE_BELOW_LOUDEST_DB))
    block = _block_samples(rate_hz)
    start = max(0, int(audible[0]) * block - int(rate_hz * head_ms / 1000))
    end = min(len(samples), (int(audible[-1]) + 1) * block)
    tail = int(rate_hz * tail_ms / 1000)
    kept = np.zeros(end - start + tail, dtype=np.float32)
    natural_end = min(len(samples), end + tail)
    kept[: natural_end - start] = samples[start:natural_end]
    return _with_soft_edges(kept, rate_hz)


def _bent(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    knee, ceiling = amplitude(_KNEE_DBFS), amplitude(PEAK_DBFS)
    size = np.abs(samples)
    room = ceiling - knee
    bent = np.where(size > knee, knee + room * np.tanh((size - knee) / room), size)
    return np.asarray(np.copysign(bent, samples), dtype=np.float64)


def _with_soft_edges(samples: Samples, rate_hz: int) -> Samples:
    length = min(len(samples) // 2, rate_hz * _FADE_MS // 1000)
    if length > 0:
        ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
        samples[:length] *= ramp
        samples[-length:] *= ramp[::-1]
    return samples


def _block_samples(rate_hz: int) -> int:
    return max(1, rate_hz * _BLOCK_MS // 1000)


def _block_rms(samples: Samples, rate_hz: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    block = _block_samples(rate_hz)
    count = -(-len(samples) // block)
    padded = np.zeros(count * block, dtype=np.float64)
    padded[: len(samples)] = samples
    return np.asarray(np.sqrt(np.mean(padded.reshape(count, block) ** 2, axis=1)), dtype=np.float64)
