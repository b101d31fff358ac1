"""ITU-T G.711: the telephone network's 8 bit codes, mu-law (Japan, North America) and A-law (elsewhere).

Both directions are table look-ups built once from the standard's own arithmetic, so a frame costs microseconds.
Decoded samples are the standard's integer levels left-aligned in 16 bit, divided by 32768. Encoding picks the level
that is nearest, so a decoded sample always encodes to a code of the same level.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import Samples

RATE_HZ: Final = 8_000

MULAW_SILENCE: Final = 0xFF
"""The mu-law code of zero."""

ALAW_SILENCE: Final = 0xD5
"""The A-law code nearest to zero (the law has no zero: this one is +8 of 32768)."""


def _mulaw_levels() -> NDArray[np.int32]:
    """The 16 bit level of each mu-law code (G.711 table 2: bias 33 of 14 bit, all bits inverted on the wire)."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    exponent, mantissa = (code >> 4) & 0x07, code & 0x0F
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int32)


def _alaw_levels() -> NDArray[np.int32]:
    """The 16 bit level of each A-law code (G.711 table 1: even bits inverted on the wire)."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent, mantissa = (code >> 4) & 0x07, code & 0x0F
    first_segment = (mantissa << 4) + 8
    others = ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    magnitude = np.where(exponent == 0, first_segment, others)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int32)


def _nearest_codes(levels: NDArray[np.int32], zero: int) -> NDArray[np.uint8]:
    """For each 16 bit value (indexed from -32768), the code whose level is nearest; `zero` is the code of 0."""
    order = np.argsort(levels, kind="stable")
    ascending = levels[order]
    boundaries = (ascending[:-1] + ascending[1:]) / 2.0
    codes = order[np.searchsorted(boundaries, np.arange(-32768, 32768), side="left")].astype(np.uint8)
    codes[32768] = zero
    return codes


_MULAW_LEVELS: Final = _mulaw_levels()
_ALAW_LEVELS: Final = _alaw_levels()
_MULAW_DECODED: Final[Samples] = (_MULAW_LEVELS / 32768.0).astype(np.float32)
_ALAW_DECODED: Final[Samples] = (_ALAW_LEVELS / 32768.0).astype(np.float32)
_MULAW_CODES: Final = _nearest_codes(_MULAW_LEVELS, MULAW_SILENCE)
_ALAW_CODES: Final = _nearest_codes(_ALAW_LEVELS, ALAW_SILENCE)


def _positions(samples: Samples) -> NDArray[np.int32]:
    finite = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    scaled: NDArray[np.int32] = np.clip(np.rint(finite * 32768.0), -32768, 32767).astype(np.int32)
    return scaled + 32768


def mulaw_encode(samples: Samples) -> bytes:
    """Encode 8 kHz samples to one byte each; what exceeds full scale is clipped."""
    return _MULAW_CODES[_positions(samples)].tobytes()


def mulaw_decode(payload: bytes) -> Samples:
    """Decode one byte a sample to 8 kHz samples; every byte is a valid code."""
    return _MULAW_DECODED[np.frombuffer(payload, dtype=np.uint8)]


def alaw_encode(samples: Samples) -> bytes:
    """Encode 8 kHz samples to one byte each; what exceeds full scale is clipped."""
    return _ALAW_CODES[_positions(samples)].tobytes()


def alaw_decode(payload: bytes) -> Samples:
    """Decode one byte a sample to 8 kHz samples; every byte is a valid code."""
    return _ALAW_DECODED[np.frombuffer(payload, dtype=np.uint8)]
