"""A caller's utterance as sound: parts joined by real pauses, at a telephone caller's level, in noise if asked."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from samples.pauses import split_pauses
from voice.audio.level import normalize_to
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample

__all__ = ["CALLER_DBFS", "Synthesize", "background_noise", "render", "render_noise"]

Synthesize: TypeAlias = Callable[[str], tuple[Samples, int]]
"""Speaks one text: mono float32 samples and their rate in Hz."""

CALLER_DBFS: Final = -23.0
"""Active level of an average caller; each utterance lies within `_LEVEL_SPREAD_DB` of it."""

_LEVEL_SPREAD_DB: Final = 1.5
_LEAD_IN_MS: Final = 50
_EDGE_BELOW_PEAK_DB: Final = 45.0
_EDGE_MARGIN_MS: Final = 20
_BABBLE_VOICES: Final = 6


def render(
    text: str,
    synthesize: Synthesize,
    *,
    rate_hz: int = RATE_HZ,
    noise_snr_db: float | None = None,
    seed: int = 0,
) -> Samples:
    """Speak `text` (with its `[ms]` pauses) as a caller would: mono float32 at `rate_hz`.

    Begins with 50 ms of silence and ends with the last sound, so that the end of speech is the end of the samples.
    The synthesiser's own silence at the edges of a part is cut: a pause lasts as long as it says. The same text and
    seed give the same level and the same noise. Raises `PauseMarkError`, and ValueError if a part gives no sound.
    """
    pieces: list[Samples] = [_silence(_LEAD_IN_MS, rate_hz)]
    for part in split_pauses(text):
        samples, from_hz = synthesize(part.text)
        speech = _without_silent_edges(resample(samples, from_hz, rate_hz), rate_hz)
        if not len(speech):
            raise ValueError(f"音声を作れませんでした: {part.text}")
        pieces += [_silence(part.pause_ms, rate_hz), speech]
    mark = zlib.crc32(text.encode()) ^ seed
    spread_db = float(np.random.default_rng(mark).uniform(-_LEVEL_SPREAD_DB, _LEVEL_SPREAD_DB))
    level_dbfs = CALLER_DBFS + spread_db
    spoken = normalize_to(np.concatenate(pieces), dbfs=level_dbfs, rate_hz=rate_hz)
    if noise_snr_db is None:
        return spoken
    noise = background_noise(len(spoken), rate_hz, level_dbfs - noise_snr_db, seed=mark)
    heard: Samples = np.clip(spoken + noise, -1.0, 1.0).astype(np.float32)
    return heard


def render_noise(seconds: float, snr_db: float, *, rate_hz: int = RATE_HZ, seed: int = 0) -> Samples:
    """The place alone: noise `snr_db` below where an average caller would speak."""
    return background_noise(round(seconds * rate_hz), rate_hz, CALLER_DBFS - snr_db, seed=seed)


def background_noise(length: int, rate_hz: int, dbfs: float, *, seed: int = 0) -> Samples:
    """A busy place: low room rumble under a murmur of voices too many to follow; `dbfs` is its RMS level.

    The murmur is noise in the voice band whose loudness moves at the pace of syllables (2-6 Hz), several at once.
    """
    if length <= 0:
        return np.zeros(0, dtype=np.float32)
    rng = np.random.default_rng(seed)
    mixed = 0.5 * _coloured(rng, length, rate_hz, low_hz=60.0, high_hz=500.0)
    seconds = np.arange(length) / rate_hz
    for _ in range(_BABBLE_VOICES):
        formant_hz = rng.uniform(350.0, 1800.0)
        pace_hz, phase = rng.uniform(2.0, 6.0), rng.uniform(0.0, 2 * np.pi)
        loudness = np.square(0.5 + 0.5 * np.sin(2 * np.pi * pace_hz * seconds + phase))
        voice = _coloured(rng, length, rate_hz, low_hz=formant_hz * 0.5, high_hz=formant_hz * 1.6)
        mixed += loudness * voice / np.sqrt(_BABBLE_VOICES)
    level = np.sqrt(np.mean(np.square(mixed)))
    quiet: Samples = (mixed * (10 ** (dbfs / 20) / level)).astype(np.float32)
    return np.clip(quiet, -1.0, 1.0)


def _coloured(
    rng: np.random.Generator, length: int, rate_hz: int, *, low_hz: float, high_hz: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Unit-power noise between two frequencies, falling off softly outside and with 1/f inside."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hz = np.maximum(np.fft.rfftfreq(length, 1.0 / rate_hz), 1.0)
    shape = (1.0 / (1.0 + (low_hz / hz) ** 4)) * (1.0 / (1.0 + (hz / high_hz) ** 4)) / np.sqrt(hz)
    shaped: np.ndarray[tuple[int], np.dtype[np.float64]] = np.fft.irfft(spectrum * shape, n=length)
    power = float(np.sqrt(np.mean(np.square(shaped))))
    return shaped / power if power > 0.0 else shaped


def _without_silent_edges(samples: Samples, rate_hz: int) -> Samples:
    peak = float(np.max(np.abs(samples))) if len(samples) else 0.0
    if peak <= 0.0:
        return samples[:0]
    loud = np.flatnonzero(np.abs(samples) >= peak * 10 ** (-_EDGE_BELOW_PEAK_DB / 20))
    margin = rate_hz * _EDGE_MARGIN_MS // 1000
    return samples[max(0, int(loud[0]) - margin) : int(loud[-1]) + 1 + margin]


def _silence(ms: int, rate_hz: int) -> Samples:
    return np.zeros(rate_hz * ms // 1000, dtype=np.float32)
