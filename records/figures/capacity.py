"""How many lines and people a number of calls needs, and how many calls a number of lines carries (Erlang B and C)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BLOCKING: Final = 0.01
PEAK_DAY: Final = 1.5
"""The busiest day against the mean one: the Monday after holidays."""
_SHARES: Final = ((8.0, 0.17), (10.0, 0.15), (12.0, 0.13), (24.0, 0.10))
"""Share of a day's calls that fall into its busiest hour, by hours open. Assumptions."""


def erlang_b(load: float, channels: int) -> float:
    """The share of calls that find all `channels` busy under `load` Erlang."""
    blocked = 1.0
    for channel in range(1, channels + 1):
        blocked = load * blocked / (channel + load * blocked)
    return blocked


def channels_for(load: float, blocking: float = BLOCKING) -> int:
    """The fewest channels on which no more than `blocking` of the calls are lost."""
    blocked, channels = 1.0, 0
    while blocked > blocking:
        channels += 1
        blocked = load * blocked / (channels + load * blocked)
    return channels


def load_of(channels: int, blocking: float = BLOCKING) -> float:
    """The most Erlang that `channels` carry with no more than `blocking` lost."""
    low, high = 0.0, float(2 * channels + 1)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if erlang_b(middle, channels) <= blocking else (low, middle)
    return low


def seats_for(calls_an_hour: float, handle_s: float, share: float = 0.8, within_s: float = 20.0) -> int:
    """The fewest people who answer `share` of the calls within `within_s` (Erlang C); 0 where nobody calls."""
    load = calls_an_hour * handle_s / 3600
    if load <= 0:
        return 0
    seats = math.floor(load) + 1
    blocked = erlang_b(load, seats)
    while True:
        waits = blocked / (1 - load / seats * (1 - blocked))
        if 1 - waits * math.exp(-(seats - load) * within_s / handle_s) >= share:
            return seats
        seats += 1
        blocked = load * blocked / (seats + load * blocked)


def busy_share(hours: float) -> float:
    """The busiest hour's share of a day that is open so long; below eight hours it grows as the day gets shorter."""
    if hours <= _SHARES[0][0]:
        return min(1.0, _SHARES[0][0] * _SHARES[0][1] / hours)
    for (low, at_low), (high, at_high) in pairwise(_SHARES):
        if hours <= high:
            return at_low + (at_high - at_low) * (hours - low) / (high - low)
    return _SHARES[-1][1]


@dataclass(frozen=True)
class Profile:
    """What is asked for: calls a month, their mean length, and when the line is open."""

    calls: int
    aht_s: float
    days: int
    hours: float

    @property
    def calls_a_day(self) -> float:
        """On a mean day."""
        return self.calls / self.days

    @property
    def busy_hour_calls(self) -> float:
        """In the busiest hour of a mean day."""
        return self.calls_a_day * busy_share(self.hours)


@dataclass(frozen=True)
class Capacity:
    """What a profile needs. Loads are in Erlang; `channels` lose 1 % in the busy hour, `peak_channels` do so on
    a peak day.
    """

    busy_share: float
    calls_a_day: float
    busy_hour_calls: float
    mean_load: float
    busy_load: float
    channels: int
    peak_load: float
    peak_channels: int


def capacity_of(profile: Profile) -> Capacity:
    """Lines for a profile."""
    busy = profile.busy_hour_calls * profile.aht_s / 3600
    return Capacity(
        busy_share=busy_share(profile.hours),
        calls_a_day=profile.calls_a_day,
        busy_hour_calls=profile.busy_hour_calls,
        mean_load=profile.calls_a_day / profile.hours * profile.aht_s / 3600,
        busy_load=busy,
        channels=channels_for(busy),
        peak_load=busy * PEAK_DAY,
        peak_channels=channels_for(busy * PEAK_DAY),
    )


def calls_carried(concurrent: int, aht_s: float, days: int, hours: float) -> int:
    """Calls a month that so many calls at once carry, peak day included, on a trunk of their own."""
    an_hour = load_of(concurrent) * 3600 / aht_s
    return int(an_hour / PEAK_DAY / busy_share(hours) * days)


def seats_needed(profile: Profile, escalated: float, handle_s: float) -> int:
    """People for a peak day's busy hour when that share of the calls goes to one (80 % within 20 s)."""
    return seats_for(profile.busy_hour_calls * PEAK_DAY * escalated, handle_s)
