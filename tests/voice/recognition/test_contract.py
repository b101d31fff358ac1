"""What every engine behind the recogniser's seam must do: weights in this process, and a server over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from tests.voice.recognition.transcription_server import TranscriptionServer, served
from voice.recognition.desk import BatchRecognizer
from voice.recognition.engines import EngineSpec, build_recognizer
from voice.recognition.recognizer import RecognitionOptions

SENTENCE = "料金プランを変更したいのですが、手続きの方法を教えてください。"

STORY = [
    "先月、駅前のお店で新しい電話を買いました。",
    "家に帰って電源を入れたところ、画面が少しも明るくなりません。",
    "説明書のとおりに、充電を一晩続けてみました。",
    "次の朝になっても、何も変わりませんでした。",
    "妻の電話は同じ充電器で動いています。",
    "お店に持っていくには、車で一時間かかります。",
    "できれば郵便で送って、直してもらいたいと思います。",
    "何日くらい預けることになるのか、教えてください。",
    "それから、その間に使う電話を借りられますか。",
    "わからないことが多いので、よろしくお願いします。",
]


@pytest.fixture(scope="module", params=["whisper", "openai"])
def engine(request, recognizer, whisper_dir):
    if request.param == "whisper":
        yield build_recognizer(EngineSpec(kind="whisper"), whisper_dir)
        return
    with served(TranscriptionServer(recognizer)) as base_url:
        engine = build_recognizer(EngineSpec(kind="openai", model="whisper-base", base_url=base_url, timeout_s=60.0))
        yield engine
        engine.close()


def hiss(seconds, level=0.03):
    return np.random.default_rng(9).normal(0, level, int(16_000 * seconds)).astype(np.float32)


def kana_error(kana, said, heard):
    return Levenshtein.distance(kana(said), kana(heard)) / len(kana(said))


def test_a_japanese_sentence_over_the_telephone_is_heard(engine, on_the_phone, kana):
    heard = engine.transcribe(on_the_phone(SENTENCE))
    assert kana_error(kana, SENTENCE, heard.text) < 0.15
    assert heard.rejected is None
    assert 0.4 < heard.confidence <= 1.0
    assert heard.no_speech_probability < 0.3
    assert heard.engine == engine.name
    assert heard.took_ms > 0
    assert heard.audio_ms == pytest.approx(len(on_the_phone(SENTENCE)) / 16)


@pytest.mark.parametrize("seconds", [0.5, 12])
def test_silence_yields_no_word(engine, seconds):
    heard = engine.transcribe(np.zeros(int(seconds * 16_000), dtype=np.float32))
    assert (heard.text, heard.rejected) == ("", "silence")


def test_noise_without_a_voice_yields_no_word_when_the_gate_heard_none(engine, telephone):
    heard = engine.transcribe(telephone(hiss(3), 16_000), RecognitionOptions(speech_ms=0.0))
    assert heard.text == ""
    assert heard.rejected is not None


@pytest.mark.parametrize(
    "odd",
    [
        np.zeros(0, dtype=np.float32),
        np.full(8_000, np.nan, dtype=np.float32),
        np.full(8_000, -np.inf, dtype=np.float32),
        np.ones(16, dtype=np.float32),
        np.zeros((2, 4_000), dtype=np.float64),
    ],
    ids=["empty", "nan", "infinite", "one millisecond", "two rows"],
)
def test_odd_audio_gives_an_empty_text_and_never_raises(engine, odd):
    assert engine.transcribe(odd).text == ""


def test_a_clipped_sentence_with_holes_in_it_never_raises(engine, on_the_phone):
    loud = np.clip(on_the_phone("解約したいです") * 50.0, -3.0, 3.0)
    loud[::1_000] = np.nan
    heard = engine.transcribe(loud)
    assert heard.text == "" or heard.rejected is None


def test_more_than_thirty_seconds_never_raise_and_are_heard_to_their_end(engine, on_the_phone, kana):
    pause = np.zeros(9_600, dtype=np.float32)
    long = np.concatenate([part for sentence in STORY for part in (on_the_phone(sentence), pause)])
    assert len(long) > 31 * 16_000
    heard = engine.transcribe(long)
    assert kana_error(kana, "".join(STORY), heard.text) < 0.25
    assert heard.text.rstrip("。").endswith(("お願いします", "おねがいします"))
    assert heard.audio_ms == pytest.approx(len(long) / 16)


def test_a_hotword_decides_between_words_that_sound_alike(engine, on_the_phone):
    spoken = on_the_phone("みなと光の契約について")
    assert "みなと光" in engine.transcribe(spoken, RecognitionOptions(hotwords=("みなと光", "契約"))).text


def test_any_number_of_hotwords_is_cut_to_the_budget_of_the_prompt(engine, on_the_phone):
    many = tuple(f"特別割引プラン第{i}号" for i in range(500))
    assert "変更" in engine.transcribe(on_the_phone("住所の変更について"), RecognitionOptions(hotwords=many)).text


def test_no_more_alternatives_are_given_than_were_asked_for(engine, on_the_phone):
    spoken = on_the_phone("解約したいです")
    assert engine.transcribe(spoken).alternatives == ()
    assert len(engine.transcribe(spoken, RecognitionOptions(beam_size=3, alternatives=2)).alternatives) <= 2


def test_longer_words_take_more_of_the_prompt(engine):
    assert 0 < engine.tokens_of("解約") < engine.tokens_of("特別割引プラン第二号")


def test_four_threads_at_once_hear_what_one_hears(engine, on_the_phone):
    spoken = [on_the_phone(s) for s in ("料金を教えてください", "解約したいです", "住所を変更したいです")]
    alone = [engine.transcribe(samples).text for samples in spoken]
    with ThreadPoolExecutor(4) as threads:
        assert [heard.text for heard in threads.map(engine.transcribe, spoken)] == alone


def test_an_engine_that_takes_several_at_once_says_so_and_no_other_does(engine):
    assert isinstance(engine, BatchRecognizer) == hasattr(engine, "transcribe_many")


def test_it_can_be_made_ready(engine, on_the_phone):
    engine.warm_up()
    assert engine.transcribe(on_the_phone("解約したいです")).text
