"""Gathers the tracks of a mono recording into speakers, by what their voices are like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from voice.audio.pcm import Samples
from voice.speakers.change import compare
from voice.speakers.features import RATE_HZ, VoicePrint, voice_print
from voice.speakers.spans import Span, at_once, total_s, united, without

MOST_SPEAKERS: Final = 3
_ENOUGH_S: Final = 1.5
_STRANGERS: Final = 1.9
"""Figures above which two voices are two speakers; from the development voices."""


def grouped(samples: Samples, tracks: Sequence[tuple[Span, ...]]) -> list[tuple[Span, ...]]:
    """At most three speakers, in the order in which they first speak. `samples` at 8 kHz.

    The nearest pair of voices becomes one until all differ and there are no more than three. Tracks with less than
    1.5 s of speech of their own cannot found a speaker: they go to the nearest.
    """
    if not tracks:
        return []
    crowd = at_once(tracks)
    voices = [(list(track), _print(samples, without(track, crowd))) for track in tracks]
    founders = [voice for voice in voices if voice[1].seconds >= _ENOUGH_S and len(voice[1].pitch)]
    rest = [voice for voice in voices if not any(voice is founder for founder in founders)]
    while len(founders) > 1:
        apart, left, right = min(
            (_apart(founders[i][1], founders[j][1]), i, j) for i in range(len(founders)) for j in range(i)
        )
        if apart > _STRANGERS and len(founders) <= MOST_SPEAKERS:
            break
        spans, voice = founders.pop(left)
        founders[right] = (founders[right][0] + spans, founders[right][1] + voice)
    if not founders:
        return [united(span for track in tracks for span in track)]
    for spans, voice in rest:
        nearest = min(founders, key=lambda founder: _apart(founder[1], voice)) if len(voice.pitch) else founders[0]
        nearest[0].extend(spans)
    speakers = [united(spans) for spans, _ in founders]
    return sorted((spans for spans in speakers if total_s(spans) > 0), key=lambda spans: spans[0])


def _apart(one: VoicePrint, other: VoicePrint) -> float:
    if min(len(one.cepstra), len(other.cepstra)) < 3 or not len(one.pitch) or not len(other.pitch):
        return float("inf")
    return compare(one, other).figures_alone


def _print(samples: Samples, spans: Sequence[Span]) -> VoicePrint:
    prints = [voice_print(samples[round(s.start_s * RATE_HZ) : round(s.end_s * RATE_HZ)]) for s in spans]
    none = VoicePrint(np.zeros((0, 14)), np.zeros(0))
    return sum(prints, start=none)
