"""What the telephone network leaves of a sound: 8 kHz and mu-law, in both directions."""

from __future__ import annotations

import numpy as np

from voice.audio import g711
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import StreamResampler, resample


def as_the_caller_hears(samples: Samples) -> Samples:
    """8 kHz `samples` as they come out of the caller's telephone."""
    return g711.mulaw_decode(g711.mulaw_encode(samples))


def as_a_caller_sounds(samples: Samples) -> Samples:
    """16 kHz `samples` as a call would bring them: down to the telephone's band and up again by the line's filter."""
    narrow = as_the_caller_hears(resample(samples, RATE_HZ, g711.RATE_HZ))
    line = StreamResampler(g711.RATE_HZ, RATE_HZ)
    widened: Samples = np.concatenate([line.push(narrow), line.flush()])
    return widened
