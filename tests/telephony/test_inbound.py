import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from telephony.inbound import InboundAligner

FRAME = np.ones(160, dtype=np.float32)


def test_frames_in_time_follow_each_other_without_gaps() -> None:
    aligner = InboundAligner(8_000)
    for index in range(50):
        placed = aligner.place(FRAME, index * 20, now_ms=index * 20 + 25)
        assert placed is not None and placed.at_ms == index * 20 and not len(placed.filled_before)


def test_a_lost_stretch_is_filled_to_its_length() -> None:
    aligner = InboundAligner(8_000)
    aligner.place(FRAME, 0, 25)
    placed = aligner.place(FRAME, 200, 225)
    assert placed is not None and len(placed.filled_before) == 180 * 8


def test_a_lost_frame_goes_on_with_the_voice_and_a_long_loss_fades_to_silence() -> None:
    aligner = InboundAligner(8_000)
    tone = np.sin(2 * np.pi * 200 * np.arange(160) / 8_000).astype(np.float32)
    aligner.place(tone, 0, 25)
    aligner.place(tone, 20, 45)
    placed = aligner.place(tone, 200, 225)
    assert placed is not None
    assert np.abs(placed.filled_before[:80]).max() > 0.5
    assert np.abs(placed.filled_before[-160:]).max() == 0.0


def test_a_frame_that_comes_after_its_place_was_filled_is_dropped() -> None:
    aligner = InboundAligner(8_000)
    aligner.place(FRAME, 0, 25)
    assert aligner.fill(1_000) is not None
    assert aligner.place(FRAME, 20, 1_010) is None


def test_a_late_frame_that_overlaps_is_cut_to_what_is_new() -> None:
    aligner = InboundAligner(8_000)
    aligner.place(FRAME, 0, 25)
    placed = aligner.place(FRAME, 10, 35)
    assert placed is not None and placed.at_ms == 20 and len(placed.samples) == 80


def test_a_short_stall_is_not_filled() -> None:
    aligner = InboundAligner(8_000)
    aligner.place(FRAME, 0, 25)
    assert aligner.fill(250) is None


def test_a_timestamp_far_from_the_clock_is_not_believed() -> None:
    aligner = InboundAligner(8_000)
    placed = aligner.place(FRAME, 3_600_000, 25)
    assert placed is not None and placed.at_ms < 100 and len(placed.filled_before) < 160


def test_a_gap_that_is_too_long_to_fill_does_not_put_the_clock_ahead_of_the_samples() -> None:
    aligner = InboundAligner(8_000)
    placed = aligner.place(FRAME, 10_003, 4.0)
    assert placed is not None
    assert (len(placed.filled_before) + len(placed.samples)) / 8 == aligner.end_ms


@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.one_of(st.none(), st.integers(0, 20_000)), st.floats(0, 200)), max_size=60
    )
)
def test_time_never_runs_backwards_and_samples_account_for_all_of_it(
    arrivals: list[tuple[int, int | None, float]],
) -> None:
    aligner, now, total = InboundAligner(8_000), 0.0, 0
    for length, timestamp, wait in arrivals:
        now += wait
        before = aligner.end_ms
        placed = aligner.place(np.ones(length, dtype=np.float32), timestamp, now)
        assert aligner.end_ms >= before
        if placed is not None:
            total += len(placed.filled_before) + len(placed.samples)
    assert abs(total / 8 - aligner.end_ms) <= len(arrivals) + 1
