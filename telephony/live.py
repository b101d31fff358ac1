"""The narrow door through which pages see running calls."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from telephony.call_facts import CallFacts
from telephony.events import CallEvent, EventKind

KEPT_EVENTS = 400
STILL_SAID = frozenset({EventKind.PARTIAL, EventKind.OPERATOR_PARTIAL})
"""Words that are still being said: superseded within a second."""
SUBSCRIBER_CAPACITY = 512


@dataclass
class LiveCall:
    """A running call as it stands: who, since when, in which state, what it has come to, and its latest events.

    Partials are not among the events: `partial` is what the caller is saying just now.
    """

    call_id: str
    line: str
    from_number: str
    to_number: str
    started_at: str
    state: str = "connecting"
    partial: str = ""
    facts: CallFacts = field(default_factory=CallFacts)
    events: deque[CallEvent] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, events included, oldest first."""
        return {
            "call_id": self.call_id,
            "line": self.line,
            "from_number": self.from_number,
            "to_number": self.to_number,
            "started_at": self.started_at,
            "state": self.state,
            "partial": self.partial,
            "events": [event.to_dict() for event in self.events],
        }


class LiveCalls:
    """All running calls of this process, and a stream of their events.

    Subscribers have a bounded queue each; one that does not keep up loses its oldest events, never the call's time.
    """

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}
        self._subscribers: set[asyncio.Queue[CallEvent]] = set()

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, call: LiveCall) -> None:
        """A call has begun."""
        self._calls[call.call_id] = call

    def publish(self, event: CallEvent) -> None:
        """Take an event of a running call and hand it to every subscriber."""
        call = self._calls.get(event.call_id)
        if call is not None:
            call.facts.take(event)
            if event.kind not in STILL_SAID:
                call.events.append(event)
            if event.kind is EventKind.STATE:
                call.state = str(event.data.get("state", call.state))
            elif event.kind is EventKind.PARTIAL:
                call.partial = str(event.data.get("text", ""))
            elif event.kind in (EventKind.HEARD, EventKind.NOT_WORDS):
                call.partial = ""
        for queue in self._subscribers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    def close(self, call_id: str) -> None:
        """A call has ended; its events stay in the records."""
        self._calls.pop(call_id, None)

    def snapshot(self) -> list[LiveCall]:
        """The running calls, oldest first."""
        return list(self._calls.values())

    def get(self, call_id: str) -> LiveCall | None:
        """One running call."""
        return self._calls.get(call_id)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[asyncio.Queue[CallEvent]]:
        """Events of all calls from now on, as a queue, until the context ends."""
        queue: asyncio.Queue[CallEvent] = asyncio.Queue(maxsize=SUBSCRIBER_CAPACITY)
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)
