"""Every sample at its time: the property on which a recording's use as evidence rests."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from records.timeline import SNAP_MS, Channel, Pcm16, StereoTimeline

RATE = 8_000
FRAME_MS = 20
FRAME = RATE * FRAME_MS // 1000


def tone(frame: int, channel: int) -> Pcm16:
    """A frame that no other frame equals."""
    return np.arange(FRAME, dtype=np.int16) + np.int16(1 + 200 * frame + 10_000 * channel)


frames = st.tuples(st.integers(0, 40), st.sampled_from(Channel))


@given(st.lists(frames, max_size=120))
def test_frames_in_any_order_doubled_or_missing_lie_at_their_time(arrived: list[tuple[int, Channel]]) -> None:
    timeline = StereoTimeline(RATE)
    expected = np.zeros((41 * FRAME, 2), dtype=np.int16)
    for frame, channel in arrived:
        timeline.place(channel, frame * FRAME_MS, tone(frame, channel))
        expected[frame * FRAME : (frame + 1) * FRAME, channel] = tone(frame, channel)
    assert np.array_equal(timeline.take(41 * FRAME_MS), expected)
    assert timeline.lost_ms == 0


@given(st.lists(frames, max_size=120), st.data())
def test_what_is_cut_off_in_pieces_is_the_same_as_in_one(
    arrived: list[tuple[int, Channel]], data: st.DataObject
) -> None:
    """As long as no frame is later than the window."""
    whole, pieces = StereoTimeline(RATE), StereoTimeline(RATE)
    parts: list[Pcm16] = []
    in_time = sorted(arrived, key=lambda each: each[0])
    for frame, channel in in_time:
        whole.place(channel, frame * FRAME_MS, tone(frame, channel))
        pieces.place(channel, frame * FRAME_MS, tone(frame, channel))
        parts.append(pieces.take(data.draw(st.integers(0, frame * FRAME_MS))))
    parts.append(pieces.take(41 * FRAME_MS))
    assert np.array_equal(np.concatenate(parts), whole.take(41 * FRAME_MS))


@given(st.lists(st.floats(-9.9, 9.9), min_size=1, max_size=60))
def test_jitter_of_the_stamps_neither_clicks_nor_adds_up(jitter: list[float]) -> None:
    timeline = StereoTimeline(RATE)
    for frame, off in enumerate(jitter):
        timeline.place(Channel.CALLER, frame * FRAME_MS + off, tone(frame, 0))
    heard = timeline.take(len(jitter) * FRAME_MS)[:, 0]
    assert np.array_equal(heard, np.concatenate([tone(frame, 0) for frame in range(len(jitter))]))


def test_a_clock_that_runs_apart_is_followed_without_end() -> None:
    timeline = StereoTimeline(RATE)
    for frame in range(5_000):
        at_ms = frame * FRAME_MS * 1.001
        timeline.place(Channel.CALLER, at_ms, tone(frame % 40, 0))
        timeline.take(at_ms - 2_000)
    assert abs(timeline.end_ms - 5_000 * FRAME_MS * 1.001) <= SNAP_MS + 1


def test_a_lost_frame_leaves_silence_of_its_length() -> None:
    timeline = StereoTimeline(RATE)
    timeline.place(Channel.CALLER, 0, tone(0, 0))
    timeline.place(Channel.CALLER, 40, tone(2, 0))
    heard = timeline.take(60)[:, 0]
    assert not heard[FRAME : 2 * FRAME].any()
    assert np.array_equal(heard[2 * FRAME :], tone(2, 0))


@given(st.integers(0, 1_200))
def test_what_the_far_side_threw_away_is_silence_and_the_rest_untouched(cut_ms: int) -> None:
    timeline = StereoTimeline(RATE)
    for frame in range(50):
        timeline.place(Channel.CALLER, frame * FRAME_MS, tone(frame, 0))
        timeline.place(Channel.AGENT, frame * FRAME_MS, tone(frame, 1))
    timeline.silence_from(Channel.AGENT, cut_ms)
    heard = timeline.take(1_000)
    cut = cut_ms * RATE // 1000
    assert heard[:, 0].all()
    assert heard[:cut, 1].all()
    assert not heard[cut:, 1].any()


def test_after_a_cut_the_next_sentence_lies_at_its_own_time() -> None:
    timeline = StereoTimeline(RATE)
    timeline.place(Channel.AGENT, 0, np.ones(FRAME * 10, dtype=np.int16))
    timeline.silence_from(Channel.AGENT, 100)
    timeline.place(Channel.AGENT, 190, tone(3, 1))
    heard = timeline.take(300)[:, 1]
    assert np.array_equal(heard[190 * 8 : 190 * 8 + FRAME], tone(3, 1))
    assert not heard[100 * 8 : 190 * 8].any()


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.integers(0, 400), st.sampled_from(Channel)), max_size=50))
def test_no_time_however_wrong_makes_the_window_grow(stamps: list[tuple[float, int, Channel]]) -> None:
    timeline = StereoTimeline(RATE, limit_ms=5_000)
    for at_ms, length, channel in stamps:
        timeline.place(channel, at_ms, np.ones(length, dtype=np.int16))
    assert timeline.held_ms <= 5_000
    kept = np.count_nonzero(timeline.take(5_000))
    assert kept + timeline.lost_ms * 8 <= sum(length for _, length, _ in stamps) + 8


def test_a_time_that_is_no_number_is_counted_as_lost() -> None:
    timeline = StereoTimeline(RATE)
    timeline.place(Channel.CALLER, float("nan"), tone(0, 0))
    timeline.place(Channel.CALLER, float("inf"), tone(0, 0))
    assert (timeline.held_ms, timeline.lost_ms) == (0, 2 * FRAME_MS)
