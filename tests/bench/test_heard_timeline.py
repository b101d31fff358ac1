"""What the caller heard, and when: the ruler of every latency."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.caller.timeline import HeardTimeline, Span
from voice.audio.pcm import Samples

RATE_HZ = 8_000


def sound(length_ms: int, level: float = 0.2) -> Samples:
    return np.full(length_ms * RATE_HZ // 1000, level, dtype=np.float32)


@pytest.fixture
def timeline() -> HeardTimeline:
    return HeardTimeline(RATE_HZ)


def test_nothing_was_heard_before_anything_was_written(timeline: HeardTimeline) -> None:
    assert timeline.spans() == []
    assert timeline.first_sound_after(0.0) is None
    assert timeline.last_sound_before(1_000.0) is None


def test_stretches_of_sound_are_found_where_they_lie(timeline: HeardTimeline) -> None:
    timeline.write(1_000, sound(500))
    timeline.write(3_000, sound(200))
    assert timeline.spans() == [Span(1_000, 1_500), Span(3_000, 3_200)]


def test_a_short_pause_does_not_divide_a_stretch(timeline: HeardTimeline) -> None:
    timeline.write(0, sound(500))
    timeline.write(900, sound(100))
    assert timeline.spans() == [Span(0, 1_000)]
    assert timeline.spans(gap_ms=300) == [Span(0, 500), Span(900, 1_000)]


def test_what_is_too_quiet_for_a_telephone_is_not_heard(timeline: HeardTimeline) -> None:
    timeline.write(0, sound(500, level=0.001))
    assert timeline.spans() == []
    assert timeline.first_sound_after(0.0) is None


def test_the_first_sound_after_a_moment_may_be_under_way(timeline: HeardTimeline) -> None:
    timeline.write(1_000, sound(500))
    assert timeline.first_sound_after(0) == pytest.approx(1_000, abs=10)
    assert timeline.first_sound_after(1_200) == pytest.approx(1_200, abs=10)
    assert timeline.first_sound_after(1_500) is None


def test_the_last_sound_before_a_moment_is_its_end_or_the_moment(timeline: HeardTimeline) -> None:
    timeline.write(1_000, sound(500))
    assert timeline.last_sound_before(5_000) == pytest.approx(1_500, abs=1)
    assert timeline.last_sound_before(1_200) == pytest.approx(1_200, abs=1)
    assert timeline.last_sound_before(900) is None


def test_what_was_thrown_away_was_not_heard(timeline: HeardTimeline) -> None:
    timeline.write(0, sound(2_000))
    timeline.cut(700)
    assert timeline.spans() == [Span(0, 700)]
    assert len(timeline.samples) == 700 * RATE_HZ // 1000


def test_after_a_cut_sound_can_be_laid_down_again(timeline: HeardTimeline) -> None:
    timeline.write(0, sound(2_000))
    timeline.cut(500)
    timeline.write(1_500, sound(100))
    assert timeline.spans() == [Span(0, 500), Span(1_500, 1_600)]


def test_a_long_call_does_not_run_out_of_room(timeline: HeardTimeline) -> None:
    timeline.write(180_000, sound(500))
    assert timeline.spans() == [Span(180_000, 180_500)]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 50)), min_size=1, max_size=8))
def test_the_first_and_the_last_sound_lie_within_the_spans(pieces: list[tuple[int, int]]) -> None:
    timeline = HeardTimeline(RATE_HZ)
    for at, length in pieces:
        timeline.write(at * 10, sound(length * 10))
    spans = timeline.spans()
    first, last = timeline.first_sound_after(0.0), timeline.last_sound_before(float("1e9"))
    assert first == spans[0].start_ms == min(at for at, _ in pieces) * 10
    assert last == spans[-1].end_ms == max(at + length for at, length in pieces) * 10
