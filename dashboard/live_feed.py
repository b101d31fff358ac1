"""What happens in the running calls, brought to every open page: masked once, written as JSON once, sent to all."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from dashboard.live_words import Told, facts_of, told_of
from dashboard.transcript import LineMask
from records.plain import to_json
from telephony.events import CallEvent, EventKind
from telephony.live import STILL_SAID, LiveCall, LiveCalls

T = TypeVar("T")

GATHER_S: Final = 0.05
"""Events of this long go out together: with 16 calls and 10 pages, sending costs more than anything else."""
PARTIAL_EVERY_S: Final = 0.2
SNAPSHOT_EVENTS: Final = 40
SLOW: Final = 8
"""Messages that may wait for one page before it loses partials: under half a second's."""
HOPELESS: Final = 400
CHEAP: Final = frozenset({EventKind.STATE, EventKind.SPEECH_STARTED, EventKind.LATENCY, EventKind.AIZUCHI})
"""Kinds that hold nobody's words: masking them takes microseconds."""

SUPERSEDES: Final = {
    EventKind.HEARD: (EventKind.PARTIAL,),
    EventKind.NOT_WORDS: (EventKind.PARTIAL,),
    EventKind.OPERATOR_SAID: (EventKind.OPERATOR_PARTIAL,),
    EventKind.ENDED: tuple(STILL_SAID),
}
"""What is no longer being said once this has happened."""


class RunBeside(Protocol):
    """Runs blocking work beside the event loop."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """What `work` returns."""
        ...


class TooSlowError(RuntimeError):
    """A page does not take what it is sent."""


class Listener:
    """One page's way out. `take` gives the next message and raises `TooSlowError` when the page is given up."""

    def __init__(self, call_id: str | None) -> None:
        self.call_id = call_id
        self._waiting: deque[str] = deque()
        self._there = asyncio.Event()
        self._given_up = False

    def put(self, message: str, partial: bool = False) -> None:
        """Leave a message. Words still being said are lost first; they are superseded within a second anyway."""
        if partial and len(self._waiting) >= SLOW:
            return
        if len(self._waiting) >= HOPELESS:
            self._given_up = True
        else:
            self._waiting.append(message)
        self._there.set()

    async def take(self) -> str:
        """The next message."""
        while not self._waiting and not self._given_up:
            self._there.clear()
            await self._there.wait()
        if self._given_up:
            raise TooSlowError
        return self._waiting.popleft()


@dataclass
class _View:
    """One running call as pages see it: events are kept as the JSON that goes out."""

    call: LiveCall
    mask: LineMask
    partial: str = ""
    partial_at: dict[EventKind, float] = field(default_factory=dict)
    events: deque[str] = field(default_factory=lambda: deque(maxlen=SNAPSHOT_EVENTS))


class LiveFeed:
    """Runs while any page listens. `mask` knows what every call's mask begins with; each call's grows as it is heard.

    `clock` gives seconds and never goes back; `run` does what takes milliseconds beside the event loop.
    """

    def __init__(
        self,
        live: LiveCalls,
        mask: LineMask,
        clock: Callable[[], float] = time.monotonic,
        run: RunBeside = asyncio.to_thread,
    ) -> None:
        self._live = live
        self._mask = mask
        self._clock = clock
        self._run_beside = run
        self._listeners: set[Listener] = set()
        self._views: dict[str, _View] = {}
        self._held: dict[tuple[str, EventKind], CallEvent] = {}
        self._running: asyncio.Task[None] | None = None
        self._seeded = asyncio.Event()

    @asynccontextmanager
    async def listener(self, call_id: str | None = None) -> AsyncIterator[Listener]:
        """What happens from now on, of one call or of all; the first message tells how the calls stand."""
        listener = Listener(call_id)
        if self._running is None:
            self._seeded.clear()
            self._running = asyncio.get_running_loop().create_task(self._run(), name="live-feed")
        self._listeners.add(listener)
        try:
            await self._seeded.wait()
            listener.put(self._snapshot(call_id))
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._running is not None:
                running, self._running = self._running, None
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                self._views.clear()
                self._held.clear()

    async def events_of(self, call_id: str) -> list[dict[str, Any]] | None:
        """All that is kept of a running call, masked; None when it is not running."""
        call = self._live.get(call_id)
        if call is None:
            return None
        events = tuple(call.events)
        _, told = await self._run_beside(lambda: _seen(call, events, self._mask))
        return [dict(each.data) for each in told]

    def _snapshot(self, call_id: str | None) -> str:
        calls = (view for view in self._views.values() if call_id in (None, view.call.call_id))
        return '{"type":"snapshot","calls":[' + ",".join(_view_json(view) for view in calls) + "]}"

    async def _run(self) -> None:
        async with self._live.subscribe() as queue:
            # Nothing is awaited between subscribing and the look at the calls: no event is lost or told twice.
            standing = [(call, tuple(call.events)) for call in self._live.snapshot()]
            seen = await self._run_beside(lambda: [_seen(call, events, self._mask) for call, events in standing])
            for (call, _), (mask, told) in zip(standing, seen, strict=True):
                view = self._views[call.call_id] = _View(call, mask)
                view.events.extend(each.json for each in told[-SNAPSHOT_EVENTS:])
            self._seeded.set()
            while True:
                batch = await self._gathered(queue)
                if batch:
                    await self._bring(batch)

    async def _gathered(self, queue: asyncio.Queue[CallEvent]) -> list[CallEvent]:
        """What happened within a moment; of words still being said only the latest, and not too often."""
        batch: list[CallEvent] = []
        try:
            async with asyncio.timeout(PARTIAL_EVERY_S if self._held else None):
                batch.append(await queue.get())
        except TimeoutError:
            pass
        if batch:
            await asyncio.sleep(GATHER_S)
        while not queue.empty():
            batch.append(queue.get_nowait())
        lasting: list[CallEvent] = []
        for event in batch:
            if event.kind in STILL_SAID:
                self._held[event.call_id, event.kind] = event
            else:
                lasting.append(event)
                for kind in SUPERSEDES.get(event.kind, ()):
                    self._held.pop((event.call_id, kind), None)
        return lasting + self._due()

    def _due(self) -> list[CallEvent]:
        now, due = self._clock(), []
        for key, event in list(self._held.items()):
            view = self._views.get(event.call_id)
            if view is None or now - view.partial_at.get(event.kind, -math.inf) >= PARTIAL_EVERY_S:
                due.append(self._held.pop(key))
                if view is not None:
                    view.partial_at[event.kind] = now
        return due

    async def _bring(self, batch: Sequence[CallEvent]) -> None:
        for event in batch:
            if event.call_id not in self._views and (call := self._live.get(event.call_id)) is not None:
                self._views[event.call_id] = _View(call, self._mask)
        masks = {event.call_id: self._views[event.call_id].mask for event in batch if event.call_id in self._views}
        if all(event.kind in CHEAP for event in batch):
            told = _told_all(batch, masks, self._mask)
        else:
            told = await self._run_beside(lambda: _told_all(batch, masks, self._mask))
        ended = [event.call_id for event in batch if event.kind is EventKind.ENDED]
        for event, one in zip(batch, told, strict=True):
            self._keep(event, one)
        lasting = [one for event, one in zip(batch, told, strict=True) if event.kind not in STILL_SAID]
        partials = [one for event, one in zip(batch, told, strict=True) if event.kind in STILL_SAID]
        for kind, group in (("lasting", lasting), ("partial", partials)):
            if group:
                self._send(group, partial=kind == "partial")
        for call_id in ended:
            self._views.pop(call_id, None)

    def _keep(self, event: CallEvent, told: Told) -> None:
        view = self._views.get(event.call_id)
        if view is None:
            return
        view.mask = told.mask
        if event.kind in STILL_SAID:
            if event.kind is EventKind.PARTIAL:
                view.partial = str(told.data["data"].get("text", ""))
            return
        view.events.append(told.json)
        if event.kind in (EventKind.HEARD, EventKind.NOT_WORDS):
            view.partial = ""

    def _send(self, group: Sequence[Told], partial: bool) -> None:
        whole = self._message(group, partial)
        for listener in self._listeners:
            if listener.call_id is None:
                listener.put(whole, partial)
            elif own := [told for told in group if told.call_id == listener.call_id]:
                listener.put(self._message(own, partial), partial)

    def _message(self, group: Sequence[Told], partial: bool) -> str:
        events = ",".join(told.json for told in group)
        if partial:
            return f'{{"type":"events","events":[{events}]}}'
        facts = to_json({call_id: facts_of(self._views[call_id].call) for call_id in self._known(group)})
        return f'{{"type":"events","events":[{events}],"facts":{facts}}}'

    def _known(self, group: Iterable[Told]) -> Iterable[str]:
        return dict.fromkeys(told.call_id for told in group if told.call_id in self._views)


def _told_all(batch: Sequence[CallEvent], masks: dict[str, LineMask], first: LineMask) -> list[Told]:
    """Each event as it is told; a call's mask grows from one to the next."""
    known, told = dict(masks), []
    for event in batch:
        one = told_of(event, known.get(event.call_id, first))
        known[event.call_id] = one.mask
        told.append(one)
    return told


def _seen(call: LiveCall, events: Sequence[CallEvent], mask: LineMask) -> tuple[LineMask, list[Told]]:
    """All events of a call as they are told, and the mask that they lead to."""
    told = _told_all(events, {call.call_id: mask}, mask)
    return told[-1].mask if told else mask, told


def _view_json(view: _View) -> str:
    head = json.dumps({**facts_of(view.call), "partial": view.partial}, ensure_ascii=False)
    return f'{head[:-1]}, "events":[{",".join(view.events)}]}}'
