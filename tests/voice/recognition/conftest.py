import os
from pathlib import Path

import numpy as np
import pyopenjtalk
import pytest

from voice.audio import g711
from voice.audio.level import normalize_to
from voice.audio.resample import resample
from voice.recognition.whisper import WhisperRecognizer


@pytest.fixture(scope="session")
def whisper_dir():
    cache = Path(os.environ.get("UKETSUKE_CACHE", "~/.cache/uketsuke")).expanduser()
    return cache / "models" / "whisper-base"


@pytest.fixture(scope="session")
def recognizer(whisper_dir):
    return WhisperRecognizer(whisper_dir)


def over_telephone(samples, rate_hz):
    """What 16 kHz samples the agent gets of a voice on the other end of a mu-law line."""
    narrow = resample(samples, rate_hz, 8_000)
    return resample(g711.mulaw_decode(g711.mulaw_encode(narrow)), 8_000, 16_000)


def openjtalk(sentence):
    wave, rate_hz = pyopenjtalk.tts(sentence)
    return over_telephone(normalize_to((wave / 32768).astype(np.float32), rate_hz=rate_hz), rate_hz)


@pytest.fixture(scope="session")
def on_the_phone():
    return openjtalk


@pytest.fixture(scope="session")
def telephone():
    return over_telephone


@pytest.fixture(scope="session")
def kana():
    return lambda text: "".join(c for c in pyopenjtalk.g2p(text, kana=True) if c.isalpha() or c == "ー")
