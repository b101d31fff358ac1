"""The mouth: sentences of telephone speech, in order, ahead of time, and never for nobody."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from voice.pool import InferencePool, Priority
from voice.tts.cache import SpeechCache
from voice.tts.dictionary import Pronunciation, PronunciationDictionary
from voice.tts.level import active_rms_dbfs, amplitude
from voice.tts.mouth import Mouth, SpokenSentence, SynthesisError
from voice.tts.openjtalk import OpenJTalkVoice
from voice.tts.synthesizer import Speech, Synthesizer

SENTENCES = ["はい。", "承知いたしました。", "月額3,980円です。", "よろしいですか？", "失礼いたします。"]


class Recorded:
    """The real voice, noting what it is asked; it can wait at a gate and refuse a sentence."""

    def __init__(self, voice: Synthesizer, refuses: str = "", name: str = "recorded") -> None:
        self.asked: list[str] = []
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self._voice = voice
        self._refuses = refuses
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def synthesize(self, sentence: str, speed: float = 1.0) -> Speech:
        self.asked.append(sentence)
        self.begun.set()
        self.gate.wait(10)
        if self._refuses and self._refuses in sentence:
            raise RuntimeError("refused")
        return self._voice.synthesize(sentence, speed)


@pytest.fixture
async def pool() -> AsyncIterator[InferencePool]:
    pool = InferencePool(workers=1)
    yield pool
    await asyncio.to_thread(pool.close)


def mouth_of(pool: InferencePool, voice: Synthesizer, **options: object) -> Mouth:
    return Mouth(voice, PronunciationDictionary(), SpeechCache(), pool, **options)  # type: ignore[arg-type]


async def test_a_sentence_comes_at_telephone_rate_and_level(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    spoken = await mouth_of(pool, openjtalk).prepare("お電話ありがとうございます。みなと通信でございます。")

    assert spoken.rate_hz == 8000
    assert active_rms_dbfs(spoken.samples, 8000) == pytest.approx(-20.0, abs=1.5)
    assert np.abs(spoken.samples).max() <= amplitude(-3.0) + 1e-4


async def test_the_first_sound_comes_within_40_ms(pool: InferencePool, voice: Synthesizer) -> None:
    spoken = await mouth_of(pool, voice).prepare("はい、承知いたしました。")

    loud = np.flatnonzero(np.abs(spoken.samples) > amplitude(-50.0))
    assert loud[0] <= 0.040 * spoken.rate_hz


async def test_a_pause_of_a_quarter_second_ends_a_sentence(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    spoken = await mouth_of(pool, openjtalk).prepare("はい。")

    loud = np.flatnonzero(np.abs(spoken.samples) > amplitude(-50.0))
    assert (len(spoken.samples) - loud[-1]) / spoken.rate_hz == pytest.approx(0.25, abs=0.04)


async def test_the_browser_gets_its_own_rate(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    mouth = mouth_of(pool, openjtalk)
    narrow, wide = await mouth.prepare("はい。"), await mouth.prepare("はい。", rate_hz=16_000)

    assert wide.rate_hz == 16_000
    assert len(wide.samples) == pytest.approx(2 * len(narrow.samples), rel=0.05)


async def test_figures_are_read_and_the_text_is_kept(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    spoken = await mouth_of(pool, openjtalk).prepare("0120-123-456です。")

    assert spoken.text == "0120-123-456です。"
    assert spoken.reading == "ゼロイチニーゼロ、イチニーサン、ヨンゴーロクです。"


async def test_text_without_sound_is_a_short_pause(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    spoken = await mouth_of(pool, openjtalk).prepare("😀")

    assert not spoken.samples.any()
    assert len(spoken.samples) <= 8000 * 0.3


async def test_a_second_time_comes_from_the_cache(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    voice = Recorded(openjtalk)
    mouth = mouth_of(pool, voice)
    first, second = await mouth.prepare("はい。"), await mouth.prepare("はい。")

    assert (first.from_cache, second.from_cache, len(voice.asked)) == (False, True, 1)
    assert np.array_equal(first.samples, second.samples)


async def test_speech_of_yesterday_is_found_on_disk(
    pool: InferencePool, openjtalk: OpenJTalkVoice, tmp_path: Path
) -> None:
    await Mouth(openjtalk, PronunciationDictionary(), SpeechCache(tmp_path), pool).prepare("はい。")
    spoken = await Mouth(openjtalk, PronunciationDictionary(), SpeechCache(tmp_path), pool).prepare("はい。")

    assert spoken.from_cache


async def test_a_new_reading_holds_from_the_next_sentence(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    dictionary = PronunciationDictionary([Pronunciation("湊", "ミナト")])
    mouth = Mouth(openjtalk, dictionary, SpeechCache(), pool)
    before = await mouth.prepare("湊です。")
    dictionary.replace([Pronunciation("湊", "ソー")])
    after = await mouth.prepare("湊です。")

    assert (before.reading, after.reading) == ("ミナトです。", "ソーです。")
    assert not after.from_cache


async def test_sentences_are_spoken_in_their_order(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    spoken = [sentence.text async for sentence in mouth_of(pool, openjtalk).speak(SENTENCES)]

    assert spoken == SENTENCES


async def test_the_first_sentence_does_not_wait_for_the_second(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    class Blocking(Recorded):
        def synthesize(self, sentence: str, speed: float = 1.0) -> Speech:
            if self.asked:
                self.gate.clear()
            return super().synthesize(sentence, speed)

    voice = Blocking(openjtalk)
    stream = mouth_of(pool, voice).speak(SENTENCES)
    first = await asyncio.wait_for(anext(stream), 5)
    voice.gate.set()
    await stream.aclose()  # type: ignore[attr-defined]

    assert first.text == SENTENCES[0]


async def test_at_most_two_sentences_are_made_ahead(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    voice = Recorded(openjtalk)
    stream = mouth_of(pool, voice).speak(SENTENCES)
    await anext(stream)
    await asyncio.sleep(0)  # a turn of the loop: what looks ahead queues its work
    await pool.run(lambda: None, Priority.BACKGROUND)  # and that work is done now

    assert len(voice.asked) == 3
    await stream.aclose()  # type: ignore[attr-defined]


async def test_closing_the_stream_drops_what_was_not_begun(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    voice = Recorded(openjtalk)
    stream = mouth_of(pool, voice).speak(SENTENCES)
    await anext(stream)
    voice.gate.clear()
    await stream.aclose()  # type: ignore[attr-defined]
    voice.gate.set()
    await pool.run(lambda: None, Priority.BACKGROUND)

    assert len(voice.asked) <= 2, "only the first and one that had begun"


async def test_a_cancelled_listener_leaves_no_task_behind(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    voice = Recorded(openjtalk)
    voice.gate.clear()

    async def listen() -> list[SpokenSentence]:
        return [sentence async for sentence in mouth_of(pool, voice).speak(SENTENCES)]

    listener = asyncio.create_task(listen())
    await asyncio.to_thread(voice.begun.wait, 10)
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    voice.gate.set()

    assert left == set()


async def test_a_sentence_the_voice_cannot_say_is_said_by_the_other(
    pool: InferencePool, openjtalk: OpenJTalkVoice
) -> None:
    mouth = mouth_of(pool, Recorded(openjtalk, refuses="解約"), fallback=openjtalk)
    voices = [sentence.voice async for sentence in mouth.speak(["はい。", "解約ですね。", "はい。"])]

    assert voices == ["recorded", "openjtalk/mei", "recorded"]


async def test_a_voice_that_takes_too_long_gives_way_to_the_other(openjtalk: OpenJTalkVoice) -> None:
    slow = Recorded(openjtalk)
    slow.gate.clear()
    pool = InferencePool(workers=2)
    spoken = await mouth_of(pool, slow, fallback=openjtalk, deadline_s=0.05).prepare("はい。")
    slow.gate.set()
    await asyncio.to_thread(pool.close)

    assert spoken.voice == "openjtalk/mei"


async def test_a_sentence_no_voice_can_say_is_named(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    with pytest.raises(SynthesisError, match="解約ですね") as failure:
        await mouth_of(pool, Recorded(openjtalk, refuses="解約")).prepare("解約ですね。")

    assert failure.value.sentence == "解約ですね。"


async def test_warmed_texts_are_ready_when_they_are_needed(pool: InferencePool, openjtalk: OpenJTalkVoice) -> None:
    voice = Recorded(openjtalk, refuses="解約")
    mouth = mouth_of(pool, voice)

    assert await mouth.warm(["はい。", "解約ですね。", "少々お待ちください。"]) == 2
    assert (await mouth.prepare("少々お待ちください。")).from_cache
