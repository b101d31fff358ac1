"""From sound to tracks: windows of five seconds for the network, and its answers laid end to end."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples
from voice.speakers.spans import Span, united

WINDOW: Final = 80_000
"""Samples at 16 kHz: the five seconds that the network was trained on."""
FRAMES: Final = 293
SPEAKERS: Final = 3
_STEP: Final = 270
_FIRST: Final = 360  # where the first frame's stretch begins: its field of 991 samples is centred on 495
_HOP_FRAMES: Final = 148
_BATCH: Final = 8
_ON: Final = 0.5
_OFF: Final = 0.35
_SHORTEST_S: Final = 0.12
_GAP_S: Final = 0.2
_SAME_TRACK: Final = 4.0  # frames of common activity

Activity = NDArray[np.float32]


class Segmenter(Protocol):
    """Says who of three unnamed speakers is heard in each frame of a window."""

    def activations(self, windows: Samples) -> Activity:
        """Probabilities of shape (windows, 293, 3), for `windows` of shape (windows, 80000) at 16 kHz."""
        ...


def tracks(samples: Samples, segmenter: Segmenter) -> list[tuple[Span, ...]]:
    """Stretches of speech at 16 kHz, one track for each voice as far as the network could follow it.

    Names of speakers hold within one window; neighbouring windows overlap by half, and a voice that is heard in the
    overlap keeps its track. A voice that pauses for longer begins a new one.
    """
    starts = range(0, max(1, len(samples)), _HOP_FRAMES * _STEP)
    frames = _HOP_FRAMES * (len(starts) - 1) + FRAMES
    weights = np.zeros(frames, dtype=np.float32)
    window_weight = np.minimum(np.arange(1, FRAMES + 1), np.arange(FRAMES, 0, -1)).astype(np.float32)
    sums: list[Activity] = []
    reach: list[tuple[int, int]] = []
    previous: Activity | None = None
    names: list[int | None] = [None] * SPEAKERS
    for number, unordered in enumerate(_answers(samples, starts, segmenter)):
        first = number * _HOP_FRAMES
        answer, names = _aligned(previous, unordered, names)
        weights[first : first + FRAMES] += window_weight
        for speaker in range(SPEAKERS):
            if names[speaker] is None and answer[:, speaker].max() > _ON:
                names[speaker] = len(sums)
                sums.append(np.zeros(frames, dtype=np.float32))
                reach.append((first, first + FRAMES))
            name = names[speaker]
            if name is not None:
                sums[name][first : first + FRAMES] += window_weight * answer[:, speaker]
                reach[name] = (reach[name][0], first + FRAMES)
        previous = answer
    found = [
        active_spans(track[first:last] / weights[first:last], (first * _STEP + _FIRST) / RATE_HZ)
        for track, (first, last) in zip(sums, reach, strict=True)
    ]
    end = Span(0.0, len(samples) / RATE_HZ)
    return [spans for track in found if (spans := _clipped(track, end))]


def active_spans(probability: Activity, start_s: float = 0.0) -> tuple[Span, ...]:
    """Stretches that begin above 0.5 and last until below 0.35; short gaps are closed, short bursts dropped."""
    spans: list[Span] = []
    began: int | None = None
    for frame, value in enumerate([*probability.tolist(), 0.0]):
        if began is None and value > _ON:
            began = frame
        elif began is not None and value < _OFF:
            spans.append(Span(start_s + began * _STEP / RATE_HZ, start_s + frame * _STEP / RATE_HZ))
            began = None
    return tuple(span for span in united(spans, _GAP_S) if span.seconds >= _SHORTEST_S)


def _answers(samples: Samples, starts: range, segmenter: Segmenter) -> Iterable[Activity]:
    for at in range(0, len(starts), _BATCH):
        batch = np.zeros((len(starts[at : at + _BATCH]), WINDOW), dtype=np.float32)
        for row, start in enumerate(starts[at : at + _BATCH]):
            piece = samples[start : start + WINDOW]
            batch[row, : len(piece)] = piece
        yield from segmenter.activations(batch)


def _aligned(previous: Activity | None, answer: Activity, names: list[int | None]) -> tuple[Activity, list[int | None]]:
    """The answer with its speakers in the order of the window before, and which of them keep their track."""
    if previous is None:
        return answer, names
    common = previous[_HOP_FRAMES:].T @ answer[: FRAMES - _HOP_FRAMES]
    order = max(permutations(range(SPEAKERS)), key=lambda p: sum(common[old, new] for old, new in enumerate(p)))
    kept = [name if common[old, order[old]] > _SAME_TRACK else None for old, name in enumerate(names)]
    return answer[:, list(order)], kept


def _clipped(track: tuple[Span, ...], whole: Span) -> tuple[Span, ...]:
    return tuple(Span(s.start_s, min(s.end_s, whole.end_s)) for s in track if s.start_s < whole.end_s)
