import numpy as np
import pyopenjtalk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio import g711
from voice.audio.resample import resample
from voice.vad import (
    WINDOW_SAMPLES,
    GateSettings,
    SileroModel,
    SpeechBegan,
    SpeechGate,
    SpeechPaused,
    VadFrame,
    VoiceActivity,
)


@pytest.fixture(scope="module")
def model():
    return SileroModel()


@pytest.fixture(scope="module")
def telephone_voice():
    wave, rate_hz = pyopenjtalk.tts("料金プランの変更について教えてください")
    narrow = resample((wave / 32768).astype(np.float32), rate_hz, 8_000)
    return resample(g711.mulaw_decode(g711.mulaw_encode(narrow)), 8_000, 16_000)


def silence(seconds):
    return np.zeros(int(16_000 * seconds), dtype=np.float32)


def frames(*probabilities):
    return [VadFrame(i * WINDOW_SAMPLES, p) for i, p in enumerate(probabilities)]


def events(gate, sequence):
    return [event for frame in sequence if (event := gate.push(frame))]


def gate(**changes):
    return SpeechGate(GateSettings(**({"min_speech_ms": 64, "pause_ms": 96} | changes)))


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 3_000), min_size=1, max_size=20))
def test_how_the_stream_is_cut_does_not_change_a_single_probability(cuts):
    model = SileroModel()
    noise = np.random.default_rng(5).normal(0, 0.1, sum(cuts)).astype(np.float32)
    pieces = VoiceActivity(model)
    cut = [f for part in np.split(noise, np.cumsum(cuts)[:-1]) for f in pieces.push(part)]
    whole = VoiceActivity(model).push(noise)
    assert [f.start_sample for f in cut] == [i * WINDOW_SAMPLES for i in range(len(noise) // WINDOW_SAMPLES)]
    assert np.allclose([f.probability for f in cut], [f.probability for f in whole], atol=1e-5)


def test_the_stream_agrees_with_the_reference_that_sees_the_whole_file(model, telephone_voice):
    from faster_whisper.vad import get_vad_model

    whole = telephone_voice[: len(telephone_voice) // WINDOW_SAMPLES * WINDOW_SAMPLES]
    reference = get_vad_model()(whole.copy()).reshape(-1)
    found = [f.probability for f in VoiceActivity(model).push(whole)]
    # The reference blanks the context at the end of its last window.
    assert np.allclose(found[:-1], reference[:-1], atol=1e-4)


def test_two_callers_do_not_disturb_each_other(model, telephone_voice):
    alone = VoiceActivity(model).push(telephone_voice)
    one, other, beside = VoiceActivity(model), VoiceActivity(model), []
    for at in range(0, len(telephone_voice), 320):
        beside += one.push(telephone_voice[at : at + 320])
        other.push(silence(0.02))
    assert np.allclose([f.probability for f in beside], [f.probability for f in alone], atol=1e-5)


def test_a_sentence_on_the_telephone_begins_and_pauses_where_it_does(model, telephone_voice):
    stream = np.concatenate([silence(1), telephone_voice, silence(1)])
    heard = events(SpeechGate(), VoiceActivity(model).push(stream))
    assert isinstance(heard[0], SpeechBegan)
    assert isinstance(heard[-1], SpeechPaused)
    assert heard[0].at_sample == pytest.approx(16_000, abs=0.35 * 16_000)
    assert heard[-1].speech_end_sample == pytest.approx(16_000 + len(telephone_voice), abs=0.45 * 16_000)


def test_silence_and_noise_never_open_the_gate(model):
    hiss = np.random.default_rng(2).normal(0, 0.03, 16_000 * 20).astype(np.float32)
    hum = (0.1 * np.sin(2 * np.pi * 50 * np.arange(16_000 * 10) / 16_000)).astype(np.float32)
    for quiet in (silence(20), hiss, hum):
        assert events(SpeechGate(), VoiceActivity(model).push(quiet)) == []


def test_speech_begins_at_its_first_voiced_window_once_it_lasted_long_enough():
    assert events(gate(), frames(0.1, 0.9, 0.9, 0.9)) == [SpeechBegan(WINDOW_SAMPLES)]


def test_a_click_is_too_short_to_be_speech():
    assert events(gate(), frames(0.1, 0.9, 0.1, 0.9, 0.1)) == []


def test_a_dip_between_the_thresholds_does_not_end_speech():
    assert events(gate(pause_ms=32), frames(0.9, 0.9, 0.4, 0.4, 0.4)) == [SpeechBegan(0)]


def test_a_pause_tells_when_it_was_known_and_since_when_it_was_quiet():
    heard = events(gate(), frames(0.9, 0.9, 0.1, 0.1, 0.1))
    assert heard[1] == SpeechPaused(at_sample=5 * WINDOW_SAMPLES, speech_end_sample=2 * WINDOW_SAMPLES)


def test_silence_is_counted_from_the_last_voiced_window_and_through_the_pause():
    watched = gate()
    events(watched, frames(0.9, 0.9, 0.1, 0.1, 0.1, 0.1))
    assert not watched.speaking
    assert watched.silence_ms == 4 * 32


def test_before_any_speech_silence_is_counted_from_the_beginning():
    watched = gate()
    events(watched, frames(0.1, 0.1, 0.1))
    assert watched.silence_ms == 3 * 32


def test_voiced_time_leaves_pauses_out_and_begins_anew_when_told():
    watched = gate()
    events(watched, frames(0.9, 0.9, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9))
    assert watched.speech_ms == 5 * 32
    watched.forget_speech()
    assert watched.speech_ms == 0


@given(st.lists(st.floats(0, 1), max_size=200))
def test_beginnings_and_pauses_alternate_and_never_run_backwards(probabilities):
    heard = events(gate(), frames(*probabilities))
    kinds = [type(event) for event in heard]
    assert kinds == [SpeechBegan, SpeechPaused] * (len(kinds) // 2) + [SpeechBegan] * (len(kinds) % 2)
    times = [e.at_sample if isinstance(e, SpeechBegan) else e.speech_end_sample for e in heard]
    assert times == sorted(times)


@pytest.mark.parametrize("wrong", [{"onset": 0.3, "offset": 0.5}, {"offset": 0.0}, {"pause_ms": 0}])
def test_settings_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(ValueError):
        GateSettings(**wrong)
