"""A caller's utterance as sound, spoken by the real synthesiser."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyopenjtalk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.pauses import PauseMarkError, SpokenPart, split_pauses, spoken_text
from samples.render import CALLER_DBFS, background_noise, render, render_noise
from voice.audio.level import peak_dbfs, rms_dbfs, speech_dbfs
from voice.audio.pcm import Samples, duration_ms

WORDS = st.text(alphabet="あいうえおかきくけこ、。", min_size=1, max_size=12)


@lru_cache(maxsize=32)
def open_jtalk(text: str) -> tuple[Samples, int]:
    wave, rate_hz = pyopenjtalk.tts(text)
    return (wave / 32768.0).astype(np.float32), rate_hz


def test_pauses_cut_an_utterance_into_breaths() -> None:
    assert split_pauses("もしもし、[400]あの、[200][100]解約です[500]") == (
        SpokenPart("もしもし、", 0),
        SpokenPart("あの、", 400),
        SpokenPart("解約です", 300),
    )


@given(st.lists(st.tuples(WORDS, st.integers(0, 9_999)), min_size=1, max_size=6))
def test_the_words_survive_the_pauses(parts: list[tuple[str, int]]) -> None:
    marked = "".join(f"[{pause}]{words}" for words, pause in parts)
    assert spoken_text(marked) == "".join(words for words, _ in parts)
    assert [part.pause_ms for part in split_pauses(marked)] == [pause for _, pause in parts]


@pytest.mark.parametrize("text", ["", "[400]", "あの[4秒]はい", "はい]"])
def test_what_is_no_utterance_is_refused(text: str) -> None:
    with pytest.raises(PauseMarkError):
        split_pauses(text)


def test_a_pause_lasts_as_long_as_it_says() -> None:
    short, long = (render(f"もしもし[{ms}]解約したいんです", open_jtalk) for ms in (100, 700))
    assert duration_ms(long) - duration_ms(short) == pytest.approx(600.0)


def test_an_utterance_begins_with_50_ms_of_silence_and_ends_with_speech() -> None:
    spoken = render("領収書をください", open_jtalk)
    assert not spoken[:800].any()
    assert np.abs(spoken[-800:]).max() > 0.001


@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_a_caller_speaks_at_a_telephone_callers_level(rate_hz: int) -> None:
    spoken = render("料金プランを変更したいんですけど", open_jtalk, rate_hz=rate_hz)
    assert spoken.dtype == np.float32
    assert speech_dbfs(spoken, rate_hz) == pytest.approx(CALLER_DBFS, abs=2.0)
    assert peak_dbfs(spoken) < 0.0


def test_the_same_utterance_always_sounds_the_same() -> None:
    first, again = (render("請求のことなんですけど", open_jtalk, noise_snr_db=10.0) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("snr_db", [5.0, 15.0])
def test_noise_lies_below_the_voice_by_the_ratio_asked_for(snr_db: float) -> None:
    clean = render("解約金はいくらですか", open_jtalk)
    noisy = render("解約金はいくらですか", open_jtalk, noise_snr_db=snr_db)
    assert speech_dbfs(clean) - rms_dbfs(noisy - clean) == pytest.approx(snr_db, abs=0.5)


def test_a_noisy_place_lasts_as_long_as_asked_and_stays_in_range() -> None:
    place = render_noise(2.0, 10.0, rate_hz=8_000)
    assert len(place) == 16_000
    assert rms_dbfs(place) == pytest.approx(CALLER_DBFS - 10.0, abs=0.1)
    assert np.abs(place).max() <= 1.0


def test_another_seed_is_another_moment_of_the_place() -> None:
    assert not np.array_equal(background_noise(800, 8_000, -30.0, seed=1), background_noise(800, 8_000, -30.0, seed=2))


def test_a_synthesiser_that_stays_silent_is_reported() -> None:
    with pytest.raises(ValueError, match="もしもし"):
        render("もしもし", lambda _: (np.zeros(1_600, dtype=np.float32), 16_000))
