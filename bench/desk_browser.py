"""Real pages for `bench desk`: windows of the machine's Chromium, which tell when words stood in them.

The browser works on the same cores as the agent: what it takes from the calls is part of what is measured.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as BrowserError

from bench.desk_figures import Followed, Sighting
from bench.desk_operator import Keyboard
from bench.desk_pages import Account, Events
from bench.load_gauge import usage_of

FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPEN_EVERY_S: Final = 0.5
LONGEST_MS: Final = 20_000.0
SEEN: Final = """
(() => {
  window.seen = []; window.entered = 0;
  let known = new Set(), partial = "";
  const look = () => {
    const call = new URLSearchParams(location.search).get("call") ?? "";
    let now = "";
    for (const line of document.querySelectorAll("li.line.caller")) {
      const text = line.querySelector(".said")?.textContent ?? "";
      if (line.classList.contains("partial")) { now = text; continue; }
      const mark = `${call} ${line.id} ${text}`;
      if (!known.has(mark)) { known.add(mark); window.seen.push([Date.now(), call, true, text]); }
    }
    if (now && now !== partial) window.seen.push([Date.now(), call, false, now]);
    partial = now;
  };
  document.addEventListener("DOMContentLoaded", () =>
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true }));
  addEventListener("keydown", (event) => { if (event.key === "Enter") window.entered = Date.now(); }, true);
})();
"""
"""Notes the time at which words of a caller come into the page, and when Enter was pressed."""


class ChromiumMissingError(RuntimeError):
    """There is no browser; the message says what to do, in Japanese."""


class BrowserPages:
    """So many windows of one browser, each with a running call opened on the floor; those of calls that end move on.

    `events` tells which calls run.
    """

    def __init__(self, url: str, account: Account, count: int, events: Events) -> None:
        self._url = url
        self._account = account
        self._count = count
        self._events = events
        self._stack = AsyncExitStack()
        self._pages: list[Page] = []
        self._opened: dict[int, str] = {}
        self._followed: list[Followed] = []
        self._found: list[Sighting] = []
        self._browser: Browser | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        player = await self._stack.enter_async_context(async_playwright())
        self._browser = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        self._stack.push_async_callback(self._browser.close)
        for _ in range(self._count):
            page = await self.window(self._account)
            await page.goto("/floor", timeout=LONGEST_MS)
            self._pages.append(page)
        self._task = asyncio.create_task(self._open_calls())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for page in range(len(self._pages)):
            await self._gather(page)
        await self._stack.aclose()

    async def window(self, account: Account) -> Page:
        """One more window, in which that person has signed in."""
        if self._browser is None:
            raise RuntimeError("the browser is not open")
        context: BrowserContext = await self._browser.new_context(
            base_url=self._url, viewport={"width": 1366, "height": 768}, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        await context.add_init_script(SEEN)
        await context.request.post("/api/login", data={"login": account.login, "password": account.password})
        return await context.new_page()

    def sightings(self) -> list[Sighting]:
        """All that stood in the pages."""
        return self._found

    def following(self) -> list[Followed]:
        """The calls that were opened in each page, and when."""
        return self._followed

    def cpu_s(self) -> float:
        """Processor time of the browser and its driver."""
        return _browsers_cpu_s()

    async def _open_calls(self) -> None:
        """Each page shows one call; while there are fewer calls than pages, some show the same."""
        while True:
            await asyncio.sleep(OPEN_EVERY_S)
            running = self._running()
            for page in range(len(self._pages)):
                shown = [self._opened.get(other) for other in range(len(self._pages))]
                least = min(running, key=shown.count, default=None)
                now = self._opened.get(page)
                if least is not None and (now not in running or shown.count(now) > shown.count(least) + 1):
                    await self._open(page, least)

    def _running(self) -> list[str]:
        """Calls that an agent has in hand: the operator's own is in the operator's window."""
        over = {event["call_id"] for _, event in self._events.events() if event["kind"] in ("ended", "operator")}
        return [call_id for call_id in self._events.call_ids() if call_id not in over]

    async def _open(self, page: int, call_id: str) -> None:
        await self._gather(page)
        left = time.monotonic()
        self._followed = [
            replace(one, until=min(one.until, left)) if one.page == page else one for one in self._followed
        ]
        self._opened[page] = call_id
        with suppress(BrowserError):
            await self._pages[page].goto(f"/floor?call={call_id}", timeout=LONGEST_MS)
        self._followed.append(Followed(page, self._events.call_ids()[call_id], time.monotonic()))

    async def _gather(self, page: int) -> None:
        offset = time.monotonic() - time.time()
        ids = self._events.call_ids()
        with suppress(BrowserError):
            for at_ms, call_id, final, text in await self._pages[page].evaluate("() => window.seen.splice(0)"):
                if call_id in ids:
                    self._found.append(Sighting(page, ids[call_id], at_ms / 1000 + offset, final, text))


def keyboard_in(page: Page) -> Keyboard:
    """Enter in the box of the desk's page; the page itself notes when the key came down."""

    async def enter(words: str) -> float:
        box = page.locator("#say-text")
        await box.fill(words)
        await box.press("Enter")
        entered_ms: float = await page.evaluate("() => window.entered")
        return entered_ms / 1000 + time.monotonic() - time.time()

    return enter


def chromium() -> str:
    """Where the browser is. Raises `ChromiumMissingError`."""
    found = os.environ.get("UKETSUKE_CHROMIUM") or shutil.which("chromium")
    if not found:
        raise ChromiumMissingError(
            "Chromium がありません。apt-get install chromium で入れるか、環境変数 UKETSUKE_CHROMIUM に場所を書くか、"
            "--sockets で、ほかの機械のページの代わりをさせてください。"
        )
    return found


def _browsers_cpu_s() -> float:
    """Of every process below this one whose program is the browser or its driver."""
    return sum(usage_of(pid).cpu_s for pid in _children(os.getpid()) if _is_browser(pid))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
    return found


def _is_browser(pid: int) -> bool:
    # The browser is a child of Playwright's driver.
    with suppress(OSError):
        return b"playwright" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
