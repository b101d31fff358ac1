"""The one sample format of the house.

Inside `voice` and `telephony`, audio is mono float32 in [-1, 1] at 16 kHz (`Samples`), in frames of 20 ms.
Only protocols (wire) and recordings (files) hold int16 or G.711 bytes.
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""Mono float32 samples in [-1, 1]; the rate is stated by whoever hands them over, 16 kHz unless said."""

Pcm16: TypeAlias = NDArray[np.int16]
"""Mono 16 bit samples, native byte order."""

RATE_HZ: Final = 16_000
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = RATE_HZ * FRAME_MS // 1000

SILENCE_FRAME: Final[Samples] = np.zeros(FRAME_SAMPLES, dtype=np.float32)


def to_pcm16(samples: Samples) -> Pcm16:
    """Round float samples to 16 bit, clipping what exceeds full scale."""
    scaled: Samples = np.clip(np.rint(samples * 32767.0), -32768, 32767)
    return scaled.astype(np.int16)


def from_pcm16(pcm: Pcm16) -> Samples:
    """Scale 16 bit samples to float32 in [-1, 1)."""
    return (pcm.astype(np.float32)) / np.float32(32768.0)


def duration_ms(samples: Samples, rate_hz: int = RATE_HZ) -> float:
    """Length in milliseconds."""
    return len(samples) * 1000.0 / rate_hz
