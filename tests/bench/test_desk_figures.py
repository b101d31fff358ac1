"""Figures of the desk's bench, from rounds made by hand."""

from __future__ import annotations

import pytest

from bench.desk import DeskPlan, report_on
from bench.desk_figures import (
    DeskLevel,
    Followed,
    Lag,
    Round,
    Shown,
    Sighting,
    Typed,
    calls_as_promised,
    desk_figures,
    shown_of,
)
from bench.desk_operator import line_to_type
from bench.load import LoadPlan
from bench.load_callers import CallersResult, CallHeard, TurnHeard
from bench.load_figures import Level, TurnOutcome

CALL = "CA1"
ZERO = 100.0
"""Where the call's time begins on the monotonic clock."""
WATCHED = [Followed(0, CALL)]
GOOD = Shown(0.6, 1.0, in_time=True)


def turn(from_ms: float = 1_000.0, to_ms: float = 3_000.0, latency_s: float = 0.5, cut_off: bool = False) -> TurnHeard:
    return TurnHeard("synthetic", "clip", CALL, from_ms, to_ms, latency_s, cut_off)


def heard(*turns: TurnHeard) -> CallersResult:
    return CallersResult(turns, (CallHeard(CALL, 0.1, 60.0, began_at=ZERO),), 0, 60.0, (0.1, 1.0, 5.0))


def final(at_ms: float, page: int = 0) -> Sighting:
    return Sighting(page, CALL, ZERO + at_ms / 1000, final=True)


def partial(at_ms: float, page: int = 0) -> Sighting:
    return Sighting(page, CALL, ZERO + at_ms / 1000, final=False)


def a_round(*latencies_s: float, shown: tuple[Shown, ...] = (), typed: tuple[Typed, ...] = ()) -> Round:
    result = heard(*(turn(latency_s=latency_s) for latency_s in latencies_s))
    level = Level(4, tuple(TurnOutcome(one) for one in result.turns), result, cpu_s=30.0, rss_mb=400.0)
    return Round(level, Lag(1.0, 4.0, 9.0), shown, typed, pages_cpu_s=12.0)


def a_level(calls: int = 4, with_pages: float = 0.5, shown: Shown = GOOD, typed: Typed = Typed(0.7)) -> DeskLevel:
    return DeskLevel(calls, (a_round(0.5),), (a_round(with_pages, shown=(shown,), typed=(typed,)),))


# When a page showed what was said


def test_final_words_count_from_the_callers_last_sound() -> None:
    (shown,) = shown_of(heard(turn()), [final(3_600)], WATCHED)
    assert shown.final_s == pytest.approx(0.6)


def test_words_still_being_said_count_from_the_callers_first_sound() -> None:
    (shown,) = shown_of(heard(turn()), [partial(1_800), partial(2_000), final(3_600)], WATCHED)
    assert shown.partial_s == pytest.approx(0.8)
    assert shown.in_time


def test_first_words_after_the_last_sound_did_not_come_in_time() -> None:
    (shown,) = shown_of(heard(turn()), [partial(3_100), final(3_600)], WATCHED)
    assert not shown.in_time


def test_of_words_that_came_in_pieces_the_last_piece_counts() -> None:
    (shown,) = shown_of(heard(turn()), [final(3_100), final(4_000)], WATCHED)
    assert shown.final_s == pytest.approx(1.0)


def test_what_a_turn_before_showed_is_not_taken_for_this_one() -> None:
    first, second = shown_of(heard(turn(), turn(6_000, 8_000)), [final(3_600)], WATCHED)
    assert first.final_s == pytest.approx(0.6)
    assert second.final_s is None


def test_each_page_that_follows_the_call_is_counted_and_no_other() -> None:
    following = [Followed(0, CALL), Followed(1, CALL), Followed(2, "CA2")]
    shown = shown_of(heard(turn()), [final(3_600), final(3_900, page=1)], following)
    assert [each.final_s for each in shown] == [pytest.approx(0.6), pytest.approx(0.9)]


@pytest.mark.parametrize("stay", [{"since": ZERO + 2.0}, {"until": ZERO + 4.0}])
def test_a_page_that_came_late_or_left_early_is_not_blamed(stay: dict[str, float]) -> None:
    assert shown_of(heard(turn()), [], [Followed(0, CALL, **stay)]) == []


def test_a_turn_in_which_the_agent_cut_in_is_left_out() -> None:
    assert shown_of(heard(turn(cut_off=True)), [final(3_600)], WATCHED) == []


# Figures


def test_the_response_with_pages_is_told_as_a_ratio_to_that_without() -> None:
    level = DeskLevel(4, (a_round(0.4), a_round(0.4)), (a_round(0.5), a_round(0.5)))
    assert desk_figures([level])["response_p50_ratio_4"] == 1.25


def test_rounds_without_pages_tell_how_much_chance_alone_does() -> None:
    assert desk_figures([DeskLevel(4, (a_round(0.4), a_round(0.5)))])["response_spread_alone_4"] == 1.25


def test_words_that_never_came_are_counted_and_have_no_time() -> None:
    level = DeskLevel(4, (a_round(0.5),), (a_round(0.5, shown=(GOOD, Shown(None, None, False))),))
    figures = desk_figures([level])
    assert (figures["never_shown_4"], figures["shown_p95_s_4"], figures["shown_within_1s_share_4"]) == (1, 0.6, 0.5)


def test_typed_words_that_were_never_heard_are_counted_and_have_no_time() -> None:
    level = DeskLevel(4, (a_round(0.5),), (a_round(0.5, typed=(Typed(0.7), Typed(None))),))
    figures = desk_figures([level])
    assert (figures["typed_4"], figures["typed_unheard_4"], figures["typed_p95_s_4"]) == (2, 1, 0.7)


def test_processor_time_is_told_in_cores() -> None:
    figures = desk_figures([a_level()])
    assert (figures["agent_cores_alone_4"], figures["pages_cores_4"]) == (0.5, 0.2)


def test_without_a_turn_there_are_counts_and_no_times() -> None:
    figures = desk_figures([DeskLevel(4, (a_round(),), (a_round(),))])
    assert figures["turns_pages_4"] == 0
    assert "response_p50_ratio_4" not in figures


# What is promised


def test_calls_count_as_promised_up_to_the_first_level_that_fails() -> None:
    slow = Shown(1.2, 1.0, in_time=True)
    assert calls_as_promised([a_level(4), a_level(8, shown=slow), a_level(16)]) == 4


@pytest.mark.parametrize(
    "failing",
    [
        a_level(with_pages=0.6),
        a_level(shown=Shown(1.2, 1.0, in_time=True)),
        a_level(shown=Shown(None, None, in_time=False)),
        a_level(typed=Typed(1.6)),
        a_level(typed=Typed(None)),
    ],
)
def test_each_of_the_three_promises_must_hold(failing: DeskLevel) -> None:
    assert calls_as_promised([failing]) == 0


def test_the_report_says_when_chance_is_wider_than_what_is_promised() -> None:
    level = DeskLevel(4, (a_round(0.4), a_round(0.6)), (a_round(0.5), a_round(0.5)))
    assert any("1.5 倍" in note for note in report_on(DeskPlan(LoadPlan((), ())), [level], "", 0.1).notes)


def test_the_operator_never_begins_with_the_same_words_twice() -> None:
    lines = [line_to_type(number) for number in range(200)]
    assert len(set(lines)) == len(lines)
