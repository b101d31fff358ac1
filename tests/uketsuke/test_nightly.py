"""Work of the night, on a clock that jumps."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.virtual_time import run_virtually
from uketsuke.nightly import NightlyWork, next_time

JAPAN = ZoneInfo("Asia/Tokyo")
EVENING = datetime(2026, 11, 23, 22, 30, tzinfo=JAPAN)
THREE = time(3)
HOUR = 3600.0


def clock(began: datetime = EVENING) -> Callable[[], datetime]:
    """A clock that shows `began` now and goes with the loop."""
    loop = asyncio.get_running_loop()
    zero = loop.time()
    return lambda: began + timedelta(seconds=loop.time() - zero)


def nights(run_for: float, work: Callable[[list[datetime], Callable[[], datetime]], Awaitable[None]]) -> list[datetime]:
    """When the work began in so many seconds from the evening on."""

    async def scenario() -> list[datetime]:
        now = clock()
        began: list[datetime] = []

        async def run() -> None:
            began.append(now())
            await work(began, now)

        nightly = NightlyWork(run, THREE, now)
        nightly.start()
        await asyncio.sleep(run_for)
        await nightly.close()
        return began

    return run_virtually(scenario())


def three_of(day: int) -> datetime:
    return datetime(2026, 11, day, 3, tzinfo=JAPAN)


async def quick(_began: list[datetime], _now: Callable[[], datetime]) -> None:
    await asyncio.sleep(60)


async def failing(_began: list[datetime], _now: Callable[[], datetime]) -> None:
    raise OSError("the disk is full")


async def longer_than_a_day(_began: list[datetime], _now: Callable[[], datetime]) -> None:
    await asyncio.sleep(30 * HOUR)


def test_it_is_done_once_a_night_at_its_time() -> None:
    assert nights(3 * 24 * HOUR, quick) == [three_of(24), three_of(25), three_of(26)]


def test_nothing_is_done_before_the_night() -> None:
    assert nights(4 * HOUR, quick) == []


def test_after_a_failure_the_next_night_tries_again() -> None:
    assert nights(2 * 24 * HOUR, failing) == [three_of(24), three_of(25)]


def test_a_run_that_finds_no_end_is_ended_and_the_next_night_has_its_own() -> None:
    assert nights(2 * 24 * HOUR, longer_than_a_day) == [three_of(24), three_of(25)]


def test_a_run_over_the_next_nights_time_is_never_joined_by_another() -> None:
    async def scenario() -> tuple[int, int]:
        now = clock()
        running = most = runs = 0

        async def run() -> None:
            nonlocal running, most, runs
            running, runs = running + 1, runs + 1
            most = max(most, running)
            await asyncio.sleep(30 * HOUR)
            running -= 1

        nightly = NightlyWork(run, THREE, now, deadline_s=48 * HOUR)
        nightly.start()
        nightly.start()
        await asyncio.sleep(4 * 24 * HOUR)
        await nightly.close()
        return runs, most

    assert run_virtually(scenario()) == (2, 1)


def test_closing_ends_a_run_in_progress() -> None:
    async def scenario() -> bool:
        ended = asyncio.Event()

        async def run() -> None:
            try:
                await asyncio.sleep(HOUR)
            finally:
                ended.set()

        nightly = NightlyWork(run, THREE, clock())
        nightly.start()
        await asyncio.sleep(4.6 * HOUR)
        await nightly.close()
        return ended.is_set()

    assert run_virtually(scenario())


def test_a_clock_set_forward_is_noticed() -> None:
    async def scenario() -> int:
        now = clock()
        ahead = timedelta()
        runs = 0

        async def run() -> None:
            nonlocal runs
            runs += 1

        nightly = NightlyWork(run, THREE, lambda: now() + ahead)
        nightly.start()
        await asyncio.sleep(60)
        ahead = timedelta(hours=4, minutes=20)
        await asyncio.sleep(1000)
        await nightly.close()
        return runs

    assert run_virtually(scenario()) == 1


@given(
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.datetimes(datetime(2020, 1, 2), datetime(2040, 1, 1)),
    st.sampled_from(["Asia/Tokyo", "UTC", "Europe/Berlin", "America/New_York"]),
)
def test_the_next_time_is_ahead_and_within_a_day(at: time, naive: datetime, zone: str) -> None:
    now = naive.replace(tzinfo=ZoneInfo(zone))
    due = next_time(at, now)
    # A day on which the clocks are changed has up to 25 hours, and one hour may be there twice.
    assert timedelta() < due - now.astimezone(UTC) <= timedelta(hours=26)


@given(st.times(), st.datetimes(datetime(2020, 1, 2), datetime(2040, 1, 1)))
def test_in_japan_the_clock_shows_the_very_time(at: time, naive: datetime) -> None:
    assert next_time(at, naive.replace(tzinfo=JAPAN)).astimezone(JAPAN).time() == at
