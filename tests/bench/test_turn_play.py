"""Deciding heard turns on the audio clock, and reading the curve."""

from pathlib import Path

import pytest

from bench.turn_hearing import HeardPause, HeardTurn, load, save
from bench.turn_play import Outcome, Point, SilenceTimer, Timing, cutoff_at, latency_at, play, point
from voice.turn.endpointing import Endpointer
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody

QUICK = Timing(recognition_ms=200.0, notice_ms=64.0)


def a_pause(length_ms: float | None, text: str = "料金が", late_ms: float = 0.0) -> HeardPause:
    kind = "end" if length_ms is None else "hesitation"
    return HeardPause(kind, late_ms, length_ms, 1_500.0, 0.95, Prosody(), text, 300.0, 20.0)


def a_turn(*pauses: HeardPause, name: str = "a", call: str = "c") -> HeardTurn:
    return HeardTurn(name, call, Expectation.FREE, True, False, pauses)


def timed(wait_ms: int, *pauses: HeardPause) -> list[Outcome]:
    return play([a_turn(*pauses)], lambda: SilenceTimer(wait_ms), QUICK)


def test_a_timer_cuts_pauses_that_outlast_it() -> None:
    outcomes = timed(500, a_pause(800.0), a_pause(300.0), a_pause(None))
    assert [o.cut for o in outcomes] == [True, False, False]


def test_latency_counts_from_the_true_end_and_in_whole_frames() -> None:
    (end,) = timed(500, a_pause(None, late_ms=40.0))
    assert end.latency_ms == 40.0 + 512.0


def test_nothing_is_released_before_its_words_are_there() -> None:
    (end,) = timed(100, a_pause(None))
    assert end.released_ms == 264.0


def test_a_caller_who_goes_on_before_the_words_are_there_is_not_cut() -> None:
    assert not timed(100, a_pause(200.0), a_pause(None))[0].cut


def test_without_a_stated_time_recognition_takes_what_it_took() -> None:
    assert Timing(notice_ms=64.0).words_at_ms(a_pause(None)) == 364.0


def test_the_real_endpointer_waits_for_a_particle_and_ends_a_request() -> None:
    outcomes = play([a_turn(a_pause(700.0), a_pause(None, "解約したいです"))], Endpointer, QUICK)
    assert [o.cut for o in outcomes] == [False, False]
    assert outcomes[1].released_ms <= 400


def test_patience_lasts_for_a_call_and_not_longer() -> None:
    made: list[Endpointer] = []

    def new_call() -> Endpointer:
        made.append(Endpointer())
        return made[-1]

    long = a_pause(1_000.0)
    play([a_turn(long, a_pause(None)), a_turn(long, a_pause(None)), a_turn(a_pause(None), call="d")], new_call, QUICK)
    assert [e.patience > 1.0 for e in made] == [True, False]


def test_what_is_too_short_to_be_a_pause_is_not_counted() -> None:
    assert len(timed(500, a_pause(80.0), a_pause(None))) == 1


def test_a_point_sums_cut_offs_and_mean_latency_up() -> None:
    summed = point(1.0, timed(500, a_pause(800.0), a_pause(300.0), a_pause(None)))
    assert (summed.cutoff_pct, summed.latency_ms) == (50.0, 512.0)


def test_the_curve_is_read_between_two_settings() -> None:
    curve = [Point(1, 10.0, 300.0), Point(2, 0.0, 500.0)]
    assert latency_at(curve, 5.0) == pytest.approx(400.0)
    assert cutoff_at(curve, 400.0) == pytest.approx(5.0)


def test_beyond_the_curve_its_end_counts() -> None:
    curve = [Point(1, 10.0, 300.0), Point(2, 6.0, 500.0)]
    assert latency_at(curve, 5.0) == 500.0


def test_heard_turns_survive_the_file(tmp_path: Path) -> None:
    turns = [a_turn(a_pause(300.0), a_pause(None), name="い")]
    save(turns, tmp_path / "heard.jsonl")
    assert list(load(tmp_path / "heard.jsonl")) == turns
