from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.speakers.spans import Span, at_once, shared, total_s, united, without

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda at: Span(at[0], at[0] + at[1])), max_size=12
)


def test_a_span_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="end"):
        Span(2.0, 1.0)


def test_a_short_gap_is_closed_and_a_long_one_kept() -> None:
    assert united([Span(0, 1), Span(1.1, 2), Span(3, 4)], gap_s=0.2) == (Span(0, 2), Span(3, 4))


def test_double_talk_is_what_both_channels_share() -> None:
    assert shared([Span(1, 3), Span(6, 8)], [Span(2, 7)]) == (Span(2, 3), Span(6, 7))


def test_three_who_speak_at_once_overlap_once() -> None:
    assert at_once([[Span(0, 4)], [Span(2, 6)], [Span(3, 5)]]) == (Span(2, 5),)


@given(SPANS, SPANS)
def test_what_is_shared_and_what_is_left_make_the_whole(ones: list[Span], others: list[Span]) -> None:
    both = total_s(shared(ones, others)) + total_s(without(ones, others))
    assert both == pytest.approx(total_s(ones))


@given(SPANS, SPANS)
def test_sharing_knows_no_order(ones: list[Span], others: list[Span]) -> None:
    assert shared(ones, others) == shared(others, ones)


@given(SPANS)
def test_united_spans_are_sorted_and_apart(spans: list[Span]) -> None:
    merged = united(spans)
    assert all(before.end_s < after.start_s for before, after in pairwise(merged))
