"""A caller's words cut out of a recording: what is muted there is silent here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from records.wav import BYTES_PER_FRAME, HEADER_BYTES
from voice.audio.wav import wav_bytes

MARGIN_MS: Final = 200
LONGEST_MS: Final = 60_000


def caller_clip(recording: Path, rate_hz: int, started_ms: int, ended_ms: int) -> bytes:
    """The caller's side of a stereo recording from just before to just after, as a mono WAV. Blocking.

    At most a minute; empty where the recording ends before. Raises `OSError`.
    """
    begin = max(0, started_ms - MARGIN_MS)
    end = min(ended_ms + MARGIN_MS, begin + LONGEST_MS)
    first, last = (at * rate_hz // 1000 for at in (begin, end))
    with recording.open("rb") as file:
        file.seek(HEADER_BYTES + first * BYTES_PER_FRAME)
        data = file.read(max(0, last - first) * BYTES_PER_FRAME)
    frames = np.frombuffer(data[: len(data) // BYTES_PER_FRAME * BYTES_PER_FRAME], dtype="<i2").reshape(-1, 2)
    return wav_bytes((frames[:, 0] / 32768.0).astype(np.float32), rate_hz)
