"""Whether the voice on one channel becomes another one in mid-call, and when.

Speech before each pause is compared with the speech after it, in two ways. Figures of the voice (spectrum, pitch)
find the pause where both sides differ most. There the segmentation network is asked: pieces of both sides are
joined to windows of five seconds, and it says whether it hears one speaker or two. A logistic rule puts both
together (`voice.speakers.rule`); `bench/speakers.py` says how often it errs. No speaker is identified or remembered.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from voice.audio.pcm import RATE_HZ as WIDE_HZ
from voice.audio.pcm import Samples
from voice.audio.resample import resample
from voice.speakers.features import RATE_HZ, Matrix, VoicePrint, voice_print
from voice.speakers.segmentation import FRAMES, WINDOW, Segmenter
from voice.speakers.spans import Span, united

_TURN_GAP_S: Final = 0.6
_EARLY_S: Final = 5.0
_LATE_S: Final = 4.0
_LOOK_AHEAD_S: Final = 12.0
_SPLICES: Final = 6
_SEAM_FRAMES: Final = 7
_HEARD: Final = 0.3


@dataclass(frozen=True)
class Evidence:
    """How two stretches of speech differ: `shape` and `spread` of the spectrum (log), `pitch` in octaves, and
    `splice`, from 0 (the network hears one speaker) to 1 (two)."""

    shape: float
    spread: float
    pitch: float
    splice: float = 0.0

    @property
    def figures_alone(self) -> float:
        """What the figures say without the network; only for finding the place."""
        return self.shape + self.spread + 2.0 * self.pitch


@dataclass(frozen=True)
class ChangeRule:
    """Weights of the evidence, and the confidence from which a change is flagged."""

    bias: float
    shape: float
    spread: float
    pitch: float
    splice: float
    flag_from: float

    def confidence(self, evidence: Evidence) -> float:
        """From 0 to 1 that the two stretches are of two speakers."""
        logit = (
            self.bias
            + self.shape * evidence.shape
            + self.spread * evidence.spread
            + self.pitch * evidence.pitch
            + self.splice * evidence.splice
        )
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True)
class VoiceChange:
    """At `at_s` someone else began to speak on the channel, with this confidence (0 to 1)."""

    at_s: float
    confidence: float


@dataclass(frozen=True)
class Suspect:
    """The pause at which the voices differ most: speech after `at_s` against the speech before."""

    at_s: float
    evidence: Evidence


def find_change(samples: Samples, speech: Sequence[Span], segmenter: Segmenter, rule: ChangeRule) -> VoiceChange | None:
    """The change of voice in `samples` (8 kHz), looking at `speech` only; None when it is one voice throughout,
    or when there is too little speech (5 s before, 4 s after) to tell."""
    suspect = likeliest_change(samples, speech, segmenter)
    if suspect is None:
        return None
    confidence = rule.confidence(suspect.evidence)
    return VoiceChange(suspect.at_s, confidence) if confidence >= rule.flag_from else None


def likeliest_change(samples: Samples, speech: Sequence[Span], segmenter: Segmenter) -> Suspect | None:
    """Where a change would be if there were one, with the evidence of that place."""
    turns = united(speech, _TURN_GAP_S)
    pieces = [samples[round(t.start_s * RATE_HZ) : round(t.end_s * RATE_HZ)] for t in turns]
    prints = [voice_print(piece) for piece in pieces]
    best: tuple[Evidence, int, int] | None = None
    for at in range(1, len(turns)):
        until = at
        while until < len(turns) and sum(t.seconds for t in turns[at:until]) < _LOOK_AHEAD_S:
            until += 1
        early, late = _joined(prints[:at]), _joined(prints[at:until])
        if early.seconds < _EARLY_S or late.seconds < _LATE_S or not len(early.pitch) or not len(late.pitch):
            continue
        evidence = compare(early, late)
        if best is None or evidence.figures_alone > best[0].figures_alone:
            best = evidence, at, until
    if best is None:
        return None
    figures, at, until = best
    heard = splice(np.concatenate(pieces[:at]), np.concatenate(pieces[at:until]), segmenter)
    return Suspect(turns[at].start_s, Evidence(figures.shape, figures.spread, figures.pitch, heard))


def compare(early: VoicePrint, late: VoicePrint) -> Evidence:
    """The figures of two voices against each other; each must hold some voiced speech."""
    one, other = _covariance(early.cepstra), _covariance(late.cepstra)
    share = len(early.cepstra) / (len(early.cepstra) + len(late.cepstra))
    apart = early.cepstra.mean(axis=0) - late.cepstra.mean(axis=0)
    shape = float(apart @ np.linalg.solve(share * one + (1 - share) * other, apart))
    spread = _volume((one + other) / 2) - (_volume(one) + _volume(other)) / 2
    pitch = abs(float(np.median(early.pitch) - np.median(late.pitch)))
    return Evidence(math.log(shape + 0.01), math.log(max(spread, 0.0) + 0.01), pitch)


def splice(early: Samples, late: Samples, segmenter: Segmenter, seed: int = 7) -> float:
    """How far the network gives two names to pieces of `early` and `late` (8 kHz) put into one window: 0 to 1."""
    random = np.random.default_rng(seed)
    windows = np.zeros((_SPLICES, WINDOW), dtype=np.float32)
    for row in range(_SPLICES):
        pair = [_piece(early, random), _piece(late, random)]
        joined = np.concatenate(pair if row % 2 == 0 else pair[::-1])
        windows[row] = resample(joined, RATE_HZ, WIDE_HZ)[:WINDOW]
    half = FRAMES // 2
    apart = []
    for answer in segmenter.activations(windows):
        left, right = _shares(answer[: half - _SEAM_FRAMES]), _shares(answer[half + _SEAM_FRAMES :])
        apart.append(0.5 * float(np.abs(left - right).sum()))
    return float(np.mean(apart))


def _shares(answer: Matrix) -> Matrix:
    """Which share of the speech each name has."""
    heard = (answer * (answer.max(axis=1, keepdims=True) > _HEARD)).mean(axis=0)
    return np.asarray(heard / (heard.sum() + 1e-6), dtype=np.float64)


def _piece(speech: Samples, random: np.random.Generator) -> Samples:
    """2.5 s of it from anywhere, at an even level; what is shorter is repeated."""
    length = WINDOW // 4
    if len(speech) < length:
        speech = np.tile(speech, -(-length // max(1, len(speech))))
    start = int(random.integers(0, len(speech) - length + 1))
    piece = speech[start : start + length]
    return np.asarray(piece * (0.05 / (float(np.sqrt(np.mean(np.square(piece)))) + 1e-6)), dtype=np.float32)


def _joined(prints: Sequence[VoicePrint]) -> VoicePrint:
    return VoicePrint(np.concatenate([one.cepstra for one in prints]), np.concatenate([one.pitch for one in prints]))


def _covariance(cepstra: Matrix) -> Matrix:
    return np.asarray(np.cov(cepstra.T) + 0.005 * np.eye(cepstra.shape[1]))


def _volume(covariance: Matrix) -> float:
    return float(np.linalg.slogdet(covariance)[1])
