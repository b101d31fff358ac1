"""The subscription of one open page."""

import asyncio

from dashboard.feed import PageFeed
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCall, LiveCalls


class Page:
    """Keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: asyncio.Queue[list[CallEvent]] = asyncio.Queue()
        self.failing = False

    async def show(self, batch: list[CallEvent]) -> None:
        self.shown.put_nowait(batch)
        if self.failing:
            raise RuntimeError("cannot draw")


async def test_a_page_is_shown_everything_first_and_then_what_happens() -> None:
    live, page = LiveCalls(), Page()
    live.open(LiveCall("c", "twilio", "", "", "2026-01-01T00:00:00+00:00"))
    feed = PageFeed(live, page.show)
    feed.start()
    assert await page.shown.get() == []
    for n in range(3):
        live.publish(CallEvent("c", n, EventKind.PARTIAL, {"text": str(n)}))
    assert [event.at_ms for event in await page.shown.get()] == [0, 1, 2]
    feed.stop()


async def test_a_closed_page_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    live, page = LiveCalls(), Page()
    feed = PageFeed(live, page.show)
    feed.start()
    feed.start()
    await page.shown.get()
    (task,) = asyncio.all_tasks() - before
    feed.stop()
    await asyncio.wait({task})
    assert not feed.running
    assert asyncio.all_tasks() == before


async def test_a_drawing_that_fails_does_not_end_the_feed() -> None:
    live, page = LiveCalls(), Page()
    page.failing = True
    feed = PageFeed(live, page.show)
    feed.start()
    await page.shown.get()
    live.publish(CallEvent("c", 7, EventKind.PARTIAL, {"text": "あ"}))
    assert [event.at_ms for event in await page.shown.get()] == [7]
    feed.stop()
