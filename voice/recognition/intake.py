"""What a recogniser takes in: any samples made safe, and nothing that holds no voice at all."""

from __future__ import annotations

from typing import Final

import numpy as np

from voice.audio.level import rms_dbfs
from voice.audio.pcm import Samples, duration_ms

_SHORTEST_MS: Final = 60.0
_QUIETEST_DBFS: Final = -65.0


def made_safe(samples: Samples) -> Samples:
    """The samples as one row of float32 within -1 to 1, whatever they were."""
    row = np.asarray(samples, dtype=np.float32).reshape(-1)
    clean: Samples = np.clip(np.nan_to_num(row, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    return clean


def is_silent(samples: Samples) -> bool:
    """Whether the samples are too short or too quiet for a word; a level that never changes is no sound either."""
    return duration_ms(samples) < _SHORTEST_MS or rms_dbfs(samples - np.mean(samples)) < _QUIETEST_DBFS
