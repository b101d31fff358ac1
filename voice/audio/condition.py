"""Brings an utterance to the level that the recogniser was taught on, when it is far from it."""

from __future__ import annotations

from typing import Final

from voice.audio.level import normalize_to, speech_dbfs
from voice.audio.pcm import Samples

_QUIETEST_DBFS: Final = -30.0
_LOUDEST_DBFS: Final = -12.0


def condition(samples: Samples) -> Samples:
    """The whole 16 kHz utterance at a level that is heard well; same length.

    An active level between -30 and -12 dBFS is left as it is: there Whisper does not care, and a change of 2 dB only
    shuffles its errors. What is fainter or louder is brought to -20 dBFS.
    """
    if _QUIETEST_DBFS <= speech_dbfs(samples) <= _LOUDEST_DBFS:
        return samples
    return normalize_to(samples)
