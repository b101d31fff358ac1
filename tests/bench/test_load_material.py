"""What the callers say, and in which order."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from bench.load_callers import Sound, next_sound
from bench.load_gauge import usage_of
from bench.load_material import LoadDataError, cut_to_speech, development_clips, short_questions
from bench.peers.pipecat_process import REQUIREMENTS, PeersMissingError, pipecat_agent
from dialogue.faq.files import read_entries
from samples import sample_dir
from samples.scripts import load_scripts
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample
from voice.tts.openjtalk import OpenJTalkVoice
from voice.vad import SileroModel


@pytest.fixture(scope="module")
def model() -> SileroModel:
    return SileroModel()


@pytest.fixture(scope="module")
def spoken() -> Samples:
    speech = OpenJTalkVoice().synthesize("料金プランを変更したいんですけど")
    return resample(speech.samples, speech.rate_hz, RATE_HZ)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


# Cutting to speech


def test_the_click_of_a_stop_button_is_not_the_end_of_a_turn(model: SileroModel, spoken: Samples) -> None:
    click = np.full(80, 0.5, dtype=np.float32)
    recording = np.concatenate([silence(0.8), spoken, silence(0.5), click, silence(0.1)])
    cut = cut_to_speech(recording, model)
    assert cut is not None
    assert len(cut) < len(spoken) + 0.5 * RATE_HZ
    assert np.abs(cut).max() == pytest.approx(np.abs(spoken).max(), rel=0.2)


def test_a_recording_without_speech_is_left_out(model: SileroModel) -> None:
    assert cut_to_speech(silence(2.0), model) is None


def test_a_recording_that_goes_on_after_the_last_speech_found_is_left_out(model: SileroModel, spoken: Samples) -> None:
    hum = (0.1 * np.sin(np.arange(2 * RATE_HZ) * 2 * np.pi * 100 / RATE_HZ)).astype(np.float32)
    assert cut_to_speech(np.concatenate([spoken, hum]), model) is None


# Questions


def test_the_questions_are_those_whose_answers_are_short() -> None:
    sample = sample_dir()
    scripts = load_scripts(sample / "calls")
    lengths = {entry.id: len(entry.spoken) for entry in read_entries(sample / "faq.yaml")}
    expected = {
        f"{script.id}-{number}": step.expect.entries
        for script in scripts
        for number, step in enumerate(script.steps)
        if step.expect is not None
    }
    questions = short_questions(scripts, sample / "faq.yaml")
    assert len(questions) >= 8
    assert all(lengths[entry] <= 75 for question in questions for entry in expected[question.name])


def test_missing_recordings_are_told_in_japanese(tmp_path: Path) -> None:
    with pytest.raises(LoadDataError, match="音声データが見つかりません"):
        development_clips(tmp_path)


# Order

HUMAN = [Sound("human", str(n), silence(0.1)) for n in range(7)]
SYNTHETIC = [Sound("synthetic", str(n), silence(0.1)) for n in range(3)]


def test_a_caller_alternates_between_a_sentence_and_a_question() -> None:
    kinds = [next_sound(0, said, HUMAN, SYNTHETIC).kind for said in range(4)]
    assert kinds == ["human", "synthetic", "human", "synthetic"]


def test_at_any_moment_half_of_the_callers_ask_a_question() -> None:
    kinds = [next_sound(caller, 3, HUMAN, SYNTHETIC).kind for caller in range(8)]
    assert kinds.count("human") == kinds.count("synthetic")


def test_a_caller_says_everything_before_repeating_anything() -> None:
    names = [next_sound(2, said, HUMAN, SYNTHETIC).name for said in range(0, 14, 2)]
    assert sorted(names) == [str(n) for n in range(7)]


# The agent's cost, and other agents


def test_a_process_costs_memory_and_one_that_is_gone_costs_nothing() -> None:
    assert usage_of(os.getpid()).rss_mb > 10
    assert usage_of(2**22 + 1).rss_mb == 0


def test_without_the_peers_environment_the_error_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(PeersMissingError, match="--require-hashes"):
        pipecat_agent("plain", tmp_path, tmp_path, (1,))


def test_every_package_of_the_peers_environment_is_pinned_with_its_hash() -> None:
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    pins = [number for number, line in enumerate(lines) if not line.startswith(" ")]
    assert "pipecat-ai==1.14.0 \\" in lines
    assert all("==" in lines[number] and "--hash=sha256:" in lines[number + 1] for number in pins)
