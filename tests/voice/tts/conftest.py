"""The two real voices, loaded once: Kokoro's weights stay in the user's cache between runs."""

import os
from pathlib import Path

import pytest

from voice.tts.kokoro import KokoroVoice
from voice.tts.openjtalk import OpenJTalkVoice

CACHE = Path(os.environ.get("UKETSUKE_CACHE") or Path.home() / ".cache" / "uketsuke")


@pytest.fixture(scope="session")
def openjtalk() -> OpenJTalkVoice:
    return OpenJTalkVoice()


@pytest.fixture(scope="session")
def kokoro() -> KokoroVoice:
    return KokoroVoice(CACHE / "models" / "kokoro", threads=2)


@pytest.fixture(params=["openjtalk", "kokoro"])
def voice(request: pytest.FixtureRequest) -> OpenJTalkVoice | KokoroVoice:
    chosen: OpenJTalkVoice | KokoroVoice = request.getfixturevalue(request.param)
    return chosen
