"""Trains one checkpoint's network in numpy.

Beside the question that matters (aizuchi or not) the network is asked, while it learns, for the first phonemes: so it
learns to hear sounds rather than to remember phrases, and human speech teaches it without teaching that people never
say はい. The heads for the phonemes are thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice.turn.aizuchi_model import BANDS, KERNEL, Array, Network, unfold

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lessons:
    """What to learn from: windows (n, frames, bands), targets (n,), their weights (n,), phonemes (n, places)."""

    windows: Array
    aizuchi: Array
    weights: Array
    phonemes: Ints
    sounds: int


@dataclass(frozen=True)
class Pace:
    """Size of the network and length of training; the weights are averaged over the last few hundred steps."""

    channels: int = 28
    units: int = 36
    epochs: int = 20
    batch: int = 128
    rate: float = 2e-3
    decay: float = 2e-4
    dropout: float = 0.2
    noise: float = 0.2
    phoneme_weight: float = 0.5
    averaging: float = 0.002


def fit(lessons: Lessons, pace: Pace = Pace(), seed: int = 0) -> Network:
    """Learn by Adam with a cosine rate; returns the network with its threshold at one half."""
    random = np.random.default_rng(seed)
    count, frames, _ = lessons.windows.shape
    steps = (frames - KERNEL) // 2 + 1
    places = lessons.phonemes.shape[1]
    weights = _start(random, pace, steps, places * lessons.sounds)
    averages = [w.copy() for w in weights]
    firsts = [np.zeros_like(w) for w in weights]
    seconds = [np.zeros_like(w) for w in weights]
    step = 0
    total = pace.epochs * (count // pace.batch)
    for _ in range(pace.epochs):
        order = random.permutation(count)
        for begin in range(0, count - pace.batch + 1, pace.batch):
            chosen = order[begin : begin + pace.batch]
            gradients = _gradients(weights, lessons, chosen, pace, random)
            step += 1
            rate = pace.rate * 0.5 * (1 + np.cos(np.pi * step / total)) + 1e-5
            for i, gradient in enumerate(gradients):
                regular = gradient + pace.decay * weights[i] if weights[i].ndim > 1 else gradient
                firsts[i] += (0.1 * (regular - firsts[i])).astype(np.float32)
                seconds[i] += (0.001 * (np.square(regular) - seconds[i])).astype(np.float32)
                slope = (firsts[i] / (1 - 0.9**step)) / (np.sqrt(seconds[i] / (1 - 0.999**step)) + 1e-8)
                weights[i] = (weights[i] - rate * slope).astype(np.float32)
                averages[i] += (pace.averaging * (weights[i] - averages[i])).astype(np.float32)
    kernel, kernel_bias, hidden, hidden_bias, out, out_bias, _, _ = averages
    return Network(kernel, kernel_bias, hidden, hidden_bias, out[:, 0], float(out_bias[0]), 0.5)


def probabilities(network: Network, windows: Array) -> Array:
    """P(aizuchi) of many windows (n, frames, bands) at once."""
    local = np.maximum(0.0, unfold(windows) @ network.kernel + network.kernel_bias)
    whole = np.maximum(0.0, local.reshape(len(windows), -1) @ network.hidden + network.hidden_bias)
    result: Array = 1.0 / (1.0 + np.exp(-np.clip(whole @ network.out + network.out_bias, -30, 30)))
    return result


def _start(random: np.random.Generator, pace: Pace, steps: int, sounds: int) -> list[Array]:
    def layer(inputs: int, outputs: int) -> list[Array]:
        spread = np.sqrt(2 / inputs)
        return [
            (random.standard_normal((inputs, outputs)) * spread).astype(np.float32),
            np.zeros(outputs, dtype=np.float32),
        ]

    return [
        *layer(KERNEL * BANDS, pace.channels),
        *layer(steps * pace.channels, pace.units),
        *layer(pace.units, 1),
        *layer(pace.units, sounds),
    ]


def _gradients(
    weights: list[Array], lessons: Lessons, chosen: Ints, pace: Pace, random: np.random.Generator
) -> list[Array]:
    kernel, kernel_bias, hidden, hidden_bias, out, out_bias, sound, sound_bias = weights
    size = len(chosen)
    windows = lessons.windows[chosen]
    windows = windows + pace.noise * random.standard_normal(windows.shape, dtype=np.float32)
    windows = _mask_bands(windows, random)
    local_in = unfold(windows)
    local = np.maximum(0.0, local_in @ kernel + kernel_bias)
    flat = local.reshape(size, -1)
    keep = (random.random(flat.shape, dtype=np.float32) > pace.dropout) / np.float32(1 - pace.dropout)
    flat = flat * keep
    whole = np.maximum(0.0, flat @ hidden + hidden_bias)

    p = 1.0 / (1.0 + np.exp(-np.clip(whole @ out[:, 0] + out_bias[0], -30, 30)))
    error = ((p - lessons.aizuchi[chosen]) * lessons.weights[chosen] / size).astype(np.float32)[:, None]
    sounds_error = _sounds_error(whole @ sound + sound_bias, lessons.phonemes[chosen], lessons.sounds)
    sounds_error *= np.float32(pace.phoneme_weight / size)

    whole_error = (error @ out.T + sounds_error @ sound.T) * (whole > 0)
    flat_error = (whole_error @ hidden.T) * keep
    local_error = flat_error.reshape(local.shape) * (local > 0)
    return [
        np.tensordot(local_in, local_error, axes=([0, 1], [0, 1])),
        local_error.sum(axis=(0, 1)),
        flat.T @ whole_error,
        whole_error.sum(axis=0),
        whole.T @ error,
        error.sum(axis=0),
        whole.T @ sounds_error,
        sounds_error.sum(axis=0),
    ]


def _sounds_error(logits: Array, truth: Ints, sounds: int) -> Array:
    """Softmax minus the truth, for each place."""
    by_place = logits.reshape(len(truth), -1, sounds)
    shares = np.exp(by_place - by_place.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    rows, places = np.indices(truth.shape)
    shares[rows, places, truth] -= 1.0
    error: Array = shares.reshape(len(truth), -1).astype(np.float32)
    return error


def _mask_bands(windows: Array, random: np.random.Generator) -> Array:
    """Silence two neighbouring bands of each window, so that no single band is relied upon."""
    first = random.integers(0, BANDS - 1, size=len(windows))
    bands = np.arange(BANDS)[None, :]
    masked = (bands == first[:, None]) | (bands == first[:, None] + 1)
    result: Array = np.where(masked[:, None, :], np.float32(-3.5), windows)
    return result
