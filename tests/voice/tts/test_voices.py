"""What every voice promises, tried on the real Open JTalk and the real Kokoro."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from voice.audio.pcm import duration_ms
from voice.tts.kokoro import RATE_HZ, KokoroVoice, assemble_model
from voice.tts.openjtalk import OpenJTalkVoice
from voice.tts.synthesizer import Speech, Synthesizer

SENTENCE = "お電話ありがとうございます。"


def length_ms(speech: Speech) -> float:
    return duration_ms(speech.samples, speech.rate_hz)


def test_a_voice_speaks_mono_float_samples_within_full_scale(voice: Synthesizer) -> None:
    speech = voice.synthesize(SENTENCE)

    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert 0.1 < np.abs(speech.samples).max() <= 1.0
    assert 1_000 < length_ms(speech) < 4_000


def test_a_lower_speed_speaks_longer(voice: Synthesizer) -> None:
    assert length_ms(voice.synthesize("はい。", 0.8)) > length_ms(voice.synthesize("はい。", 1.25))


@pytest.mark.parametrize("text", ["", " ", "\n", "。。。", "😀", "!?", "「」", "\ud83d", "한국어"])
def test_text_without_sound_gives_a_short_silence(voice: Synthesizer, text: str) -> None:
    speech = voice.synthesize(text)

    assert not speech.samples.any()
    assert length_ms(speech) <= 200


@pytest.mark.parametrize("text", ["っ", "12本", "ｗｗｗ", "\x00はい", "中文简体", "—はい—"])
def test_odd_text_is_spoken_somehow(voice: Synthesizer, text: str) -> None:
    assert np.isfinite(voice.synthesize(text).samples).all()


def test_two_threads_get_the_same_sound_as_one(openjtalk: OpenJTalkVoice) -> None:
    sentences = ["本日の方はこちらです。", "料金は三千円です。", "はい。", "解約のお手続きですね。"] * 3
    alone = [openjtalk.synthesize(sentence).samples for sentence in sentences]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda sentence: openjtalk.synthesize(sentence).samples, sentences))

    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_two_speeds_at_once_do_not_disturb_each_other(openjtalk: OpenJTalkVoice) -> None:
    speeds = [0.8, 1.0, 1.3] * 4
    alone = {speed: len(openjtalk.synthesize(SENTENCE, speed).samples) for speed in set(speeds)}
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda speed: len(openjtalk.synthesize(SENTENCE, speed).samples), speeds))

    assert together == [alone[speed] for speed in speeds]


def test_a_filter_that_runs_away_stays_within_full_scale(openjtalk: OpenJTalkVoice) -> None:
    samples = openjtalk.synthesize("あ" * 200).samples

    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.0


def test_text_longer_than_kokoros_context_is_spoken_in_pieces(kokoro: KokoroVoice) -> None:
    speech = kokoro.synthesize("アイ" * 150, 2.0)

    assert speech.rate_hz == RATE_HZ
    assert length_ms(speech) > 15_000


def test_an_unknown_voice_is_refused_with_the_names_that_exist(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="jf_alpha"):
        KokoroVoice(tmp_path, voice="nobody")


def test_a_damaged_model_file_is_made_anew(tmp_path: Path) -> None:
    path = assemble_model(tmp_path)
    whole = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(whole // 2)
        file.write(b"damage")
        file.truncate(whole - 10)

    assert assemble_model(tmp_path).stat().st_size == whole
    assert list(tmp_path.iterdir()) == [path]
