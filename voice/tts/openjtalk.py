"""Open JTalk: the instant voice, and the analysis of Japanese that every voice here shares."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pyopenjtalk
from pyopenjtalk.htsengine import HTSEngine
from pyopenjtalk.openjtalk import OpenJTalk
from pyopenjtalk.types import NJDFeature

from voice.audio.pcm import Samples
from voice.tts.synthesizer import Speech

_SLOWEST: Final = 0.5
_FASTEST: Final = 2.0
_SILENCE_S: Final = 0.1
_LONGEST_TEXT: Final = 600
_SURROGATES: Final = re.compile(r"[\ud800-\udfff\x00-\x1f]")


def speakable(sentence: str) -> str:
    """Take out what no engine accepts: lone surrogates and control characters; bound the length."""
    return _SURROGATES.sub(" ", sentence)[:_LONGEST_TEXT]


def pacing(speed: float) -> float:
    """Bound a speed to what stays intelligible (0.5 to 2.0); what is no number is 1.0."""
    return min(_FASTEST, max(_SLOWEST, speed)) if np.isfinite(speed) else 1.0


def silence(rate_hz: int) -> Speech:
    """Return a tenth of a second of nothing: what text without sound gives."""
    return Speech(np.zeros(int(rate_hz * _SILENCE_S), dtype=np.float32), rate_hz)


class Frontend:
    """Japanese text to words with readings and accents. Thread-safe: the analyser locks itself, under 1 ms a call."""

    def __init__(self) -> None:
        self._jtalk = OpenJTalk(dn_mecab=pyopenjtalk.OPEN_JTALK_DICT_DIR)
        # The first analysis loads Sudachi for ambiguous kanji (0.3 s): better now than in a caller's ear.
        self.words("本日の方")

    def words(self, sentence: str) -> list[NJDFeature]:
        """Analyse `sentence` into NJD features, one dict a word."""
        features: list[NJDFeature] = pyopenjtalk.run_frontend(speakable(sentence), jtalk=self._jtalk)
        return features

    def labels(self, sentence: str) -> list[str]:
        """Full-context labels for the HTS engine; empty when nothing in the sentence has a sound."""
        words = self.words(sentence)
        if not any(word["mora_size"] > 0 for word in words):
            return []
        labels: list[str] = pyopenjtalk.make_label(words, jtalk=self._jtalk)
        return labels

    def kana(self, sentence: str) -> str:
        """Return how the sentence is said, in katakana (は as ワ, long vowels as ー); punctuation stays."""
        said = (word["string"] if word["pos"] == "記号" else word["pron"] for word in self.words(sentence))
        return "".join(said).replace("’", "")


class OpenJTalkVoice:
    """The HTS voice Mei on Open JTalk. 48 kHz.

    An HTS engine serves one thread at a time but releases the interpreter while it works, so each concurrent
    call borrows an engine of its own (5 ms to make, made when first needed, kept for later).
    """

    def __init__(self) -> None:
        self._frontend = Frontend()
        self._idle: list[HTSEngine] = []
        self._guard = threading.Lock()

    @property
    def name(self) -> str:
        """Engine and voice."""
        return "openjtalk/mei"

    def synthesize(self, sentence: str, speed: float = 1.0) -> Speech:
        """Speak `sentence`; text without any sound (empty, emoji, punctuation) gives a short silence."""
        labels = self._frontend.labels(sentence)
        with self._engine() as engine:
            rate_hz = int(engine.get_sampling_frequency())
            if not labels:
                return silence(rate_hz)
            engine.set_speed(pacing(speed))
            engine.add_half_tone(0.0)
            wave = np.asarray(engine.synthesize(labels), dtype=np.float64)
        return Speech(_within_full_scale(wave), rate_hz) if len(wave) else silence(rate_hz)

    @contextmanager
    def _engine(self) -> Iterator[HTSEngine]:
        with self._guard:
            engine = self._idle.pop() if self._idle else None
        if engine is None:
            engine = HTSEngine(pyopenjtalk.DEFAULT_HTS_VOICE)
        yield engine
        # Only an engine that ended its work well goes back: one that failed is dropped with its state.
        with self._guard:
            self._idle.append(engine)


def _within_full_scale(wave: np.ndarray[Any, np.dtype[np.float64]]) -> Samples:
    """Scale the engine's 16 bit range to [-1, 1]. It overshoots by up to 2 dB on ordinary words: turned down, not cut.

    On text no one says (one vowel a hundred times) its filter runs away; what exceeds 18 dB is cut first.
    """
    scaled = np.clip(np.nan_to_num(wave / 32768.0, nan=0.0, posinf=0.0, neginf=0.0), -8.0, 8.0)
    peak = float(np.abs(scaled).max())
    return (scaled / peak if peak > 1.0 else scaled).astype(np.float32)
