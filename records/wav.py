"""The WAV container of a recording: 16 bit PCM, stereo, a header of 44 bytes that can be rewritten in place."""

from __future__ import annotations

import struct
from typing import Final

HEADER_BYTES: Final = 44
CHANNELS: Final = 2
BYTES_PER_FRAME: Final = 2 * CHANNELS
"""One sample of both channels."""

MAX_DATA_BYTES: Final = 0xFFFF_FFFF - HEADER_BYTES
"""What the format's 32 bit sizes can say: 37 hours at 8 kHz."""


def header(rate_hz: int, data_bytes: int) -> bytes:
    """A RIFF/WAVE header for `data_bytes` of interleaved stereo PCM16."""
    size = min(data_bytes, MAX_DATA_BYTES)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        HEADER_BYTES - 8 + size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        CHANNELS,
        rate_hz,
        rate_hz * BYTES_PER_FRAME,
        BYTES_PER_FRAME,
        16,
        b"data",
        size,
    )
