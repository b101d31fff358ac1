"""Builds the mouth: the chosen voice, Open JTalk behind it, the company's dictionary, the cache."""

from __future__ import annotations

from pathlib import Path

import yaml

from uketsuke.errors import UserError
from uketsuke.places import Places
from uketsuke.settings import VoiceSettings
from voice.pool import InferencePool
from voice.tts.cache import SpeechCache
from voice.tts.dictionary import Pronunciation, PronunciationDictionary
from voice.tts.kokoro import KokoroUnavailableError, KokoroVoice
from voice.tts.mouth import Mouth
from voice.tts.openjtalk import OpenJTalkVoice
from voice.word_documents import WordsError, pronunciations_of


def dictionary_of(company: Path) -> tuple[Pronunciation, ...]:
    """The company's `dictionary.yaml`; nothing without one. Raises `UserError` for a bad one."""
    file = company / "dictionary.yaml"
    if not file.is_file():
        return ()
    try:
        return pronunciations_of(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        raise UserError(f"{file} が読めません（{error}）。entries に surface と reading を並べてください。") from error
    except WordsError as error:
        raise UserError(f"{file}:\n{error}") from error


def build_mouth(
    settings: VoiceSettings, places: Places, pool: InferencePool, dictionary: PronunciationDictionary
) -> Mouth:
    """The mouth of every call. Raises `UserError` when the chosen voice is not installed."""
    cache = SpeechCache(places.speech_cache)
    plain = OpenJTalkVoice()
    if settings.engine == "openjtalk":
        return Mouth(plain, dictionary, cache, pool)
    try:
        natural = KokoroVoice(places.cache / "models" / "kokoro", voice=settings.kokoro_voice)
    except KokoroUnavailableError as error:
        raise UserError(str(error)) from error
    return Mouth(natural, dictionary, cache, pool, fallback=plain)
