"""Figures of many calls at once, from turns made by hand."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.load import Contender, LoadPlan, Measured, describe, report_on
from bench.load_callers import CallersResult, CallHeard, TurnHeard
from bench.load_feed import LiveFeed
from bench.load_figures import Level, TurnOutcome, calls_within, explain, level_figures, own_figures
from bench.load_material import Saying

CALL = "CA1"


def turn(latency_s: float | None, kind: str = "human", cut_off: bool = False, from_ms: float = 0.0) -> TurnHeard:
    return TurnHeard(kind, "clip", CALL, from_ms, from_ms + 1_000.0, latency_s, cut_off)


def heard(*turns: TurnHeard, late_frames: int = 0, lag_p99_ms: float = 1.0) -> CallersResult:
    call = CallHeard(CALL, 0.1, 60.0, late_frames)
    return CallersResult(turns, (call,), 0, 60.0, (0.1, lag_p99_ms, 5.0))


def level(*turns: TurnHeard, calls: int = 1, late_frames: int = 0, lag_p99_ms: float = 1.0) -> Level:
    outcomes = tuple(TurnOutcome(one) for one in turns)
    result = heard(*turns, late_frames=late_frames, lag_p99_ms=lag_p99_ms)
    return Level(calls, outcomes, result, cpu_s=30.0, rss_mb=400.0)


def measured(prefix: str, *levels: Level) -> Measured:
    def never(_folder: Path) -> None:
        raise AssertionError("nothing is started here")

    return Measured(Contender(prefix or "own", prefix, prefix, (1,), never), "made by hand", levels)  # type: ignore[arg-type]


# One level


def test_a_turn_that_was_never_answered_counts_as_the_deadline_and_is_counted() -> None:
    figures = level_figures([level(turn(0.4), turn(0.6), turn(None))])
    assert (figures["latency_p50_s_1"], figures["latency_p95_s_1"], figures["unanswered_1"]) == (0.6, 15.0, 1)


def test_a_turn_in_which_the_agent_cut_in_has_no_latency_and_is_counted_apart() -> None:
    figures = level_figures([level(turn(0.4), turn(0.0, cut_off=True), turn(None, cut_off=True))])
    assert (figures["latency_p50_s_1"], figures["cut_off_1"], figures["unanswered_1"], figures["turns_1"]) == (
        0.4,
        2,
        0,
        3,
    )


def test_human_and_synthetic_turns_are_told_apart() -> None:
    figures = level_figures([level(turn(0.4), turn(0.9, "synthetic"), calls=2)])
    assert (figures["latency_p50_s_human_2"], figures["latency_p50_s_synthetic_2"]) == (0.4, 0.9)


def test_without_turns_there_are_counts_and_no_latencies() -> None:
    figures = level_figures([level()])
    assert figures["turns_1"] == 0
    assert "latency_p50_s_1" not in figures


def test_processor_time_is_given_for_a_minute_of_call() -> None:
    assert level_figures([level(turn(0.4))])["cpu_s_per_call_minute_1"] == 30.0


def test_late_frames_are_summed_over_the_levels_that_are_promised() -> None:
    figures = own_figures(
        [
            level(turn(0.4), late_frames=1),
            level(turn(0.4), calls=16, late_frames=2),
            level(turn(0.4), calls=24, late_frames=4),
        ]
    )
    assert (figures["late_frames"], figures["late_frames_24"]) == (3, 4)


@given(st.lists(st.one_of(st.none(), st.floats(0, 15)), min_size=1, max_size=40))
def test_a_percentile_never_lies_beyond_the_deadline(latencies: list[float | None]) -> None:
    found = level(*(turn(latency) for latency in latencies))
    p50, p95 = found.latency(0.5), found.latency(0.95)
    assert p50 is not None
    assert p95 is not None
    assert 0.0 <= p50 <= p95 <= 15.0


# How many calls


def test_the_calls_that_are_kept_end_at_the_first_level_that_is_too_slow() -> None:
    levels = [level(turn(0.5)), level(turn(1.6), calls=2), level(turn(0.9), calls=4)]
    assert calls_within(levels, 1.5) == 1
    assert calls_within(levels, 2.0) == 4
    assert calls_within(levels, 0.4) == 0


# What the agent tells


def feed(*events: tuple[str, int, dict[str, object]]) -> LiveFeed:
    told = LiveFeed("ws://127.0.0.1:1/twilio/media")
    started = {"call_id": "c", "at_ms": 0, "kind": "started", "data": {"external_id": CALL}}
    told.take({"type": "snapshot", "calls": [{"events": [started]}]})
    for kind, at_ms, data in events:
        event = {"call_id": "c", "at_ms": at_ms, "kind": kind, "data": data}
        told.take({"type": "events", "events": [event]})
    return told


def test_the_answer_after_a_filler_is_timed_on_its_own() -> None:
    told = feed(("decided", 2_000, {"act": "answer"}), ("latency", 2_600, {}))
    (outcome,) = explain(heard(turn(0.5)), told)
    assert (outcome.act, outcome.latency_s, outcome.answer_s) == ("answer", 0.5, 1.6)


def test_where_the_time_went_is_told_by_the_agent() -> None:
    told = feed(("latency", 1_400, {"turn": 1, "end_of_turn": 300.0, "text": 350.0, "decision": 420.0}))
    figures = level_figures([Level(1, explain(heard(turn(0.5)), told), heard(), 0.0, 0.0)])
    assert (figures["end_of_turn_p50_s_1"], figures["text_p50_s_1"], figures["decision_p50_s_1"]) == (0.3, 0.35, 0.42)


def test_an_answer_without_a_filler_begins_with_the_first_sound() -> None:
    told = feed(("decided", 950, {"act": "answer"}), ("latency", 1_400, {}))
    assert explain(heard(turn(0.5)), told)[0].answer_s == 0.5


def test_what_was_decided_on_the_next_turn_is_not_put_beside_this_one() -> None:
    told = feed(("decided", 1_200, {"act": "reask"}), ("decided", 9_000, {"act": "answer"}))
    outcomes = explain(heard(turn(0.5), turn(0.5, from_ms=7_000.0)), told)
    assert [outcome.act for outcome in outcomes] == ["reask", "answer"]
    assert Level(1, outcomes, heard(), 0.0, 0.0).answered_share == 0.5


def test_an_agent_that_tells_nothing_has_no_share_of_answers() -> None:
    outcomes = explain(heard(turn(0.5)), LiveFeed("ws://127.0.0.1:1/twilio/media"))
    assert Level(1, outcomes, heard(), 0.0, 0.0).answered_share is None


# Side by side

PLAN = LoadPlan((Saying("human", "a", Path("a.wav")),), (Saying("synthetic", "b", Path("b.wav")),))


def test_others_are_put_beside_ours_as_ratios() -> None:
    ours = measured("", level(turn(0.5)), level(turn(1.0), calls=2), level(turn(3.0), calls=4))
    theirs = measured("peer_", level(turn(2.5)), level(turn(5.0), calls=2))
    figures = report_on(PLAN, [ours, theirs]).figures
    assert (figures["peer_latency_p50_s_1"], figures["peer_times_sooner_1"], figures["peer_times_sooner_2"]) == (
        2.5,
        5.0,
        5.0,
    )
    assert (figures["calls_at_p95_1500ms"], figures["peer_calls_at_p95_1500ms"]) == (2, 0)
    assert "peer_times_calls_at_p95_1500ms" not in figures
    assert figures["peer_own_calls_at_its_first_p95"] == 2


def test_how_many_times_as_many_calls_is_said_where_the_other_keeps_any() -> None:
    ours = measured("", level(turn(0.5)), level(turn(1.0), calls=2), level(turn(1.2), calls=4))
    theirs = measured("peer_tuned_", level(turn(1.2)), level(turn(5.0), calls=2))
    assert report_on(PLAN, [ours, theirs]).figures["peer_tuned_times_calls_at_p95_1500ms"] == 4.0


def test_callers_who_were_late_themselves_are_reported() -> None:
    notes = report_on(PLAN, [measured("", level(turn(0.5), lag_p99_ms=45.0))]).notes
    assert any("測る側の遅れが p99 で 45 ms" in note for note in notes)


def test_a_level_is_described_in_one_line() -> None:
    assert describe(level(turn(0.5), turn(None))) == "応答 p50 0.50 秒、p95 15.00 秒、2 回（未応答 1、遮り 0）"
    assert describe(level()) == "応答なし、0 回（未応答 0、遮り 0）"


def test_what_callers_heard_survives_the_way_between_processes() -> None:
    result = heard(turn(0.5), turn(None, cut_off=True), late_frames=2)
    assert CallersResult.from_dict(result.to_dict()) == result
