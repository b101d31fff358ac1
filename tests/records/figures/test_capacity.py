"""The calculator against PRODUCT.md 1.2, row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.figures.capacity import (
    Profile,
    calls_carried,
    capacity_of,
    channels_for,
    erlang_b,
    load_of,
    seats_needed,
)

TABLE = [
    (30, 24, 120, 10_000, 33.3, 45, 50.0, 64),
    (30, 24, 180, 10_000, 50.0, 64, 75.0, 91),
    (30, 12, 180, 10_000, 65.0, 80, 97.5, 115),
    (20, 10, 120, 15_000, 75.0, 91, 112.5, 131),
    (20, 10, 180, 15_000, 112.5, 131, 168.8, 189),
    (20, 10, 300, 15_000, 187.5, 209, 281.2, 305),
    (20, 8, 180, 15_000, 127.5, 146, 191.2, 212),
]
CARRIED = [
    (2, 300), (4, 1_500), (8, 5_600), (16, 15_800), (32, 39_200), (50, 67_400), (64, 90_000), (100, 149_400),
    (128, 196_600),
]  # fmt: skip


@pytest.mark.parametrize(("days", "hours", "aht", "a_day", "busy", "channels", "peak", "peak_channels"), TABLE)
def test_a_profile_needs_the_channels_of_the_table(
    days: int, hours: int, aht: int, a_day: int, busy: float, channels: int, peak: float, peak_channels: int
) -> None:
    found = capacity_of(Profile(300_000, aht, days, hours))
    assert found.calls_a_day == a_day
    assert found.busy_load == pytest.approx(busy, abs=0.05)
    assert found.peak_load == pytest.approx(peak, abs=0.051)
    assert (found.channels, found.peak_channels) == (channels, peak_channels)


@pytest.mark.parametrize(("concurrent", "carried"), CARRIED)
def test_calls_at_once_carry_the_calls_a_month_of_the_table(concurrent: int, carried: int) -> None:
    assert round(calls_carried(concurrent, 180, 20, 10), -2) == carried


@pytest.mark.parametrize(("share", "seats"), [(0.1, 49), (0.2, 93), (0.3, 137)])
def test_people_for_the_share_that_goes_to_one(share: float, seats: int) -> None:
    assert seats_needed(Profile(300_000, 180, 20, 10), share, 450) == seats


@given(st.integers(1, 300))
def test_the_load_that_channels_carry_needs_just_these_channels(channels: int) -> None:
    load = load_of(channels)
    assert channels_for(load * 0.9999) == channels
    assert erlang_b(load, channels) == pytest.approx(0.01, abs=1e-6)


def test_nobody_calls_and_nobody_is_needed() -> None:
    assert seats_needed(Profile(0, 180, 20, 10), 0.2, 450) == 0
