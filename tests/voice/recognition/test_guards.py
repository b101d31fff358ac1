import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.recognition.guards import GUARDS, Heard, bare, compression_ratio, reason_to_reject


def clear(text, **changes):
    """A text on the evidence of a caller who speaks clearly."""
    evidence = {"no_speech_probability": 0.02, "mean_logprob": -0.3, "audio_ms": 4_000, "speech_ms": 3_000}
    return Heard(text, **(evidence | changes))


def faint(text, **changes):
    """A text on the evidence of a line where hardly anything was heard."""
    evidence = {"no_speech_probability": 0.5, "mean_logprob": -0.7, "audio_ms": 4_000, "speech_ms": 400}
    return Heard(text, **(evidence | changes))


INVENTIONS = [
    "ご視聴ありがとうございました",
    "ご視聴いただきありがとうございました。",
    "ご清聴ありがとうございました",
    "最後までご視聴いただき、ありがとうございます。",
    "チャンネル登録をお願いいたします",
    "チャンネル登録、高評価よろしくお願いします!",
    "おやすみなさい。",
    "字幕作成",
    "字幕視聴ありがとうございました",
    "また次の動画でお会いしましょう。",
    "作詞・作曲・編曲",
    "(拍手)",
    "Thank you.",
]


@pytest.mark.parametrize("text", INVENTIONS)
def test_what_subtitles_taught_the_model_is_not_believed_on_faint_evidence(text):
    assert reason_to_reject(faint(text)) in {"known_invention", "no_words"}


@pytest.mark.parametrize(
    "text",
    [
        "おやすみなさい",
        "映像サービスのご視聴ありがとうございましたというメールが届きました",
        "チャンネル登録の解除方法を教えてください",
        "字幕が表示されないんですが",
    ],
)
def test_the_same_words_said_clearly_are_taken_at_their_word(text):
    assert reason_to_reject(clear(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "はい",
        "いいえ",
        "解約したいんですけど",
        "もしもし",
        "ええと、請求書の件で",
        "0120-123-456です",
        "そうですそうです",
    ],
)
def test_what_callers_say_passes(text):
    assert reason_to_reject(clear(text)) is None


@pytest.mark.parametrize("text", ["はい", "うん", "解約", "請求書"])
def test_a_short_answer_passes_on_a_short_stretch_of_voice(text):
    assert reason_to_reject(clear(text, audio_ms=800, speech_ms=250, mean_logprob=-1.1)) is None


@pytest.mark.parametrize(
    ("probability", "logprob", "speech_ms", "rejected"),
    [
        (0.9, -2.0, None, True),
        (0.5, -1.7, None, True),
        (0.9, -0.2, None, False),
        (0.1, -2.0, None, False),
        (0.01, -0.2, 32, True),
        (0.01, -0.2, 400, False),
    ],
)
def test_no_speech_needs_the_doubt_of_the_model_or_the_silence_of_the_vad(probability, logprob, speech_ms, rejected):
    heard = clear("はい", no_speech_probability=probability, mean_logprob=logprob, speech_ms=speech_ms)
    assert (reason_to_reject(heard) == "no_speech") is rejected


@pytest.mark.parametrize(
    "text",
    [
        "ありがとうございますありがとうございますありがとうございますありがとうございます",
        "あああああああああああああああ",
        "東京、" * 9,
    ],
)
def test_a_decoder_that_ran_in_a_circle_is_noticed(text):
    assert reason_to_reject(clear(text, audio_ms=20_000, speech_ms=19_000)) == "repetition"


@pytest.mark.parametrize("text", ["はいはいはいはい", "もしもしもしもし", "0000の0000です", "ゼロゼロゼロゼロ"])
def test_people_do_repeat_themselves_a_little(text):
    assert reason_to_reject(clear(text)) is None


def test_more_morae_than_a_mouth_can_make_are_refused():
    sentence = "本日はお電話をいただきまして誠にありがとうございます"
    assert reason_to_reject(clear(sentence, audio_ms=3_500, speech_ms=3_000)) is None
    assert reason_to_reject(clear(sentence, audio_ms=3_500, speech_ms=600)) == "too_fast"
    assert reason_to_reject(clear(sentence, audio_ms=900, speech_ms=None)) == "too_fast"


def test_the_prompt_read_aloud_by_the_model_is_not_the_caller():
    prompt = ("解約", "請求書", "料金プラン")
    assert reason_to_reject(faint("解約、請求書、料金プラン", hotwords=prompt, speech_ms=None)) == "prompt_echo"
    assert reason_to_reject(faint("請求書", hotwords=prompt, speech_ms=None)) is None
    assert reason_to_reject(clear("解約、請求書、料金プラン", hotwords=prompt)) is None


@pytest.mark.parametrize("text", ["", "。", " … ", "♪", "()"])
def test_a_text_without_words_says_so(text):
    assert reason_to_reject(clear(text)) == "no_words"


@given(
    st.text(max_size=80),
    st.floats(0, 1),
    st.floats(-20, 0),
    st.floats(0, 40_000),
    st.none() | st.floats(0, 40_000),
)
def test_any_text_on_any_evidence_gets_a_named_verdict(text, probability, logprob, audio_ms, speech_ms):
    heard = Heard(text, probability, logprob, audio_ms, speech_ms)
    assert reason_to_reject(heard) in {None, *(name for name, _ in GUARDS)}


@given(st.text(max_size=60))
def test_baring_a_text_twice_changes_nothing(text):
    assert bare(bare(text)) == bare(text)


def test_the_compression_ratio_tells_loops_from_sentences():
    assert compression_ratio("料金プランの変更について教えてください") < 1.5
    assert compression_ratio("あいうえお" * 30) > 2.4
    assert compression_ratio("") == 0.0
