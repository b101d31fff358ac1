"""A listener understands the telephone voice: the recogniser hears back what was said."""

import asyncio

import soxr
from faster_whisper import WhisperModel
from rapidfuzz.distance import Levenshtein

from tests.voice.tts.conftest import CACHE
from voice.pool import InferencePool
from voice.tts.cache import SpeechCache
from voice.tts.dictionary import PronunciationDictionary
from voice.tts.mouth import Mouth
from voice.tts.openjtalk import Frontend
from voice.tts.reading import prepare_for_reading
from voice.tts.synthesizer import Synthesizer

SAID = [
    "お電話ありがとうございます。",
    "料金は月額3,980円です。",
    "営業時間は平日の9:00〜18:00です。",
]


async def test_eight_khz_speech_is_heard_back_nearly_without_error(voice: Synthesizer) -> None:
    listener = WhisperModel(str(CACHE / "models" / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=2)
    pool = InferencePool(workers=1)
    mouth = Mouth(voice, PronunciationDictionary(), SpeechCache(), pool)
    frontend = Frontend()

    def kana(text: str) -> str:
        return "".join(char for char in frontend.kana(prepare_for_reading(text)) if char.isalpha() or char == "ー")

    errors = morae = 0
    for sentence in SAID:
        spoken = await mouth.prepare(sentence)
        heard, _ = listener.transcribe(
            soxr.resample(spoken.samples, spoken.rate_hz, 16_000), language="ja", beam_size=1, temperature=0.0
        )
        errors += Levenshtein.distance(kana(sentence), kana("".join(segment.text for segment in heard)))
        morae += len(kana(sentence))
    await asyncio.to_thread(pool.close)

    assert errors / morae <= 0.15
