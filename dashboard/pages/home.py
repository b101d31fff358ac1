"""The first page: how the service stands, the running calls, the latest past calls, and 「電話してみる」."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from dashboard import words
from dashboard.components.base import box, text
from dashboard.components.phone import PhonePanel
from dashboard.components.recent import RecentCalls
from dashboard.components.running import RunningCalls
from dashboard.components.status import StatusStrip
from dashboard.components.transcript import TranscriptView
from dashboard.pages.frame import frame
from dashboard.pages.sources import PageSources
from dashboard.transcript import Transcript
from records.masking import masked_number
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCall

RELOAD_AFTER_S: Final = 1.0
"""The records are written a moment after the call's last event."""

log = structlog.get_logger(__name__)


class HomePage:
    """One open first page. `show` brings it up to date with a batch of events."""

    def __init__(self, sources: PageSources) -> None:
        self._sources = sources
        self._chosen: LiveCall | None = None
        self._transcript = Transcript(sources.mask)
        self._awaited: str | None = None
        self._stale_since: float | None = 0.0
        status = sources.status()
        with frame(status.company, status.version) as actions:
            with actions:
                dial = text("電話してみる", "primary", "button", type="button")
                dial.on("click", self._toggle_phone)
            self._status = StatusStrip(status)
            with box("desk") as self._desk:
                with box("card running-card", "section", aria_label="通話中"):
                    text("通話中", tag="h2")
                    self._running = RunningCalls(self._choose_id, sources.mask)
                with box("card talk", "section", aria_label="会話"):
                    with box("talk-head"):
                        self._title = text("会話", tag="h2")
                        self._state = text("", "state")
                        self._record = text("記録を開く", "link", "a", href="/")
                    self._hint = text(
                        "通話が始まると、会話がここに表示されます。「電話してみる」から、このブラウザーでお試しいただけます。",
                        "muted empty",
                        "p",
                    )
                    self._talk = TranscriptView()
                self._phone = PhonePanel(sources.settings.media_path, status.version, self._await_call)
                self._phone.close_button.on("click", self._toggle_phone)
            with box("card", "section", aria_label="最近の通話"):
                text("最近の通話", tag="h2")
                self._recent = RecentCalls(
                    sources.calls, sources.response_times, sources.mask, sources.settings.page_size
                )
        self._record.set_visibility(False)

    async def show(self, batch: Sequence[CallEvent]) -> None:
        """Bring the page up to date; an empty batch means that time has passed or the page has just connected."""
        self._draw_running(batch)
        self._status.show(self._sources.status())
        await self._reload_recent(batch)

    def _draw_running(self, batch: Sequence[CallEvent] = ()) -> None:
        running = self._sources.live.snapshot()
        before = self._chosen
        self._choose_by_itself(running)
        if self._chosen is before:
            self._take(batch)
        self._draw_talk()
        self._running.show(running, self._chosen.call_id if self._chosen else None)

    def _take(self, batch: Sequence[CallEvent]) -> None:
        for event in batch:
            if self._chosen is not None and event.call_id == self._chosen.call_id:
                self._transcript.take(event)

    async def _reload_recent(self, batch: Sequence[CallEvent]) -> None:
        now = asyncio.get_running_loop().time()
        if self._stale_since is not None and now - self._stale_since >= RELOAD_AFTER_S:
            self._stale_since = None
            try:
                await self._recent.load()
            except Exception:  # whatever the database says, the page goes on
                log.exception("past calls could not be listed")
                self._recent.fail()
                self._stale_since = now
        if any(event.kind in (EventKind.ENDED, EventKind.SUMMARY) for event in batch):
            self._stale_since = now

    def _choose_by_itself(self, running: Sequence[LiveCall]) -> None:
        """Follow the call of this page's phone; else, when none is followed, the newest."""
        for call in reversed(running):
            if self._awaited is not None and call.line == "browser" and call.from_number == self._awaited:
                self._awaited = None
                self._choose(call)
                return
        followed = self._chosen is not None and self._transcript.ended is None and self._chosen in running
        if not followed and running and running[-1] is not self._chosen:
            self._choose(running[-1])

    def _choose_id(self, call_id: str) -> None:
        call = self._sources.live.get(call_id)
        if call is not None:
            self._choose(call)
            self._draw_talk()
            self._running.show(self._sources.live.snapshot(), call_id)

    def _choose(self, call: LiveCall) -> None:
        self._chosen = call
        self._transcript = Transcript.of(call.events, self._sources.mask)

    def _await_call(self, number: str) -> None:
        self._awaited = number
        self._draw_running()

    def _toggle_phone(self) -> None:
        self._phone.set_open(not self._phone.is_open)
        if self._phone.is_open:
            self._desk.classes(add="with-phone")
        else:
            self._desk.classes(remove="with-phone")

    def _draw_talk(self) -> None:
        call = self._chosen
        if call is None:
            return
        self._hint.set_visibility(False)
        ended = self._transcript.ended
        self._title.text = words.caller(call.line, masked_number(call.from_number))
        state = "ended" if ended is not None else call.state
        self._state.text = words.of(words.STATES, state)
        self._state.classes(replace=f"state state-{state}")
        self._record.props["href"] = f"/calls/{call.call_id}"
        self._record.set_visibility(ended is not None)
        self._talk.show(self._transcript.lines, self._transcript.partial)
