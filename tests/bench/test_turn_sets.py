"""Turns with pauses made of recordings: where the pauses are, and what is in them."""

import numpy as np
import pytest

from bench.turn_scripts import MEASURING, TRAINING, TurnScript
from bench.turn_sets import (
    LEAD_MS,
    LONGEST_PAUSE_MS,
    SHORTEST_PAUSE_MS,
    PauseKind,
    PauseLengths,
    Sentence,
    hesitating,
    joined,
    open_jtalk,
    quietest,
    spoken,
)  # fmt: skip

RATE = 16_000


def a_sentence(seconds: float = 2.0, borders: tuple[int, ...] = (RATE,), name: str = "a") -> Sentence:
    random = np.random.default_rng(3)
    voice = (0.3 * np.sin(2 * np.pi * 200 * np.arange(int(RATE * seconds)) / RATE)).astype(np.float32)
    return Sentence(name, voice, borders, random.normal(0, 1e-3, RATE // 2).astype(np.float32))


def test_a_hesitation_is_put_at_a_border_of_bunsetsu() -> None:
    turn = hesitating(a_sentence(), "call", PauseLengths("call"))
    (pause,) = turn.pauses
    assert abs(pause.start - (LEAD_MS * RATE // 1000 + RATE)) <= RATE // 10
    assert pause.kind is PauseKind.HESITATION


def test_the_turn_ends_where_its_last_sound_ends() -> None:
    turn = hesitating(a_sentence(), "call", PauseLengths("call"))
    after, before = turn.samples[turn.speech_end + 800 :], turn.samples[turn.speech_end - 1_600 : turn.speech_end]
    assert np.sqrt(np.mean(after**2)) < 0.05 * np.sqrt(np.mean(before**2))


def test_a_pause_holds_the_recordings_background_and_no_voice() -> None:
    turn = hesitating(a_sentence(), "call", PauseLengths("call"))
    (pause,) = turn.pauses
    level = float(np.sqrt(np.mean(turn.samples[pause.start + 400 : pause.end - 400] ** 2)))
    assert 2e-4 < level < 5e-3


def test_a_sentence_without_a_border_has_no_hesitation() -> None:
    assert hesitating(a_sentence(borders=()), "call", PauseLengths("call")).pauses == ()


def test_no_hesitation_is_put_at_the_very_edge() -> None:
    assert hesitating(a_sentence(borders=(800,)), "call", PauseLengths("call")).pauses == ()


def test_joined_sentences_are_marked_apart() -> None:
    turn = joined(a_sentence(name="a"), a_sentence(name="b"), "call", PauseLengths("call"))
    assert [pause.kind for pause in turn.pauses] == [PauseKind.JOINED]


def test_the_same_call_draws_the_same_pauses() -> None:
    one, other = PauseLengths("x"), PauseLengths("x")
    assert [one.draw() for _ in range(5)] == [other.draw() for _ in range(5)]


def test_pauses_lie_between_their_bounds_with_a_median_under_half_a_second() -> None:
    drawn = [PauseLengths(str(call)).draw() * 1000 / RATE for call in range(600)]
    assert min(drawn) >= SHORTEST_PAUSE_MS - 1
    assert max(drawn) <= LONGEST_PAUSE_MS + 1
    assert 400 <= float(np.median(drawn)) <= 500


def test_the_quietest_place_nearby_is_cut() -> None:
    wave = np.ones(RATE, dtype=np.float32)
    wave[8_600:9_200] = 0.001
    assert quietest(wave, 8_000) == pytest.approx(8_900, abs=320)


def test_a_script_is_spoken_with_the_pauses_it_says() -> None:
    turn = spoken(TurnScript("あの、[500]料金を、[700]知りたいです"), open_jtalk(0.0))
    assert [round((p.end - p.start) * 1000 / RATE) for p in turn.pauses] == [500, 700]


def test_no_script_is_both_trained_on_and_measured() -> None:
    shared = {s.text for s in TRAINING if len(s.text) > 6} & {s.text for s in MEASURING}
    assert not shared
