"""What the agent says about its calls, through one subscription for all of them: a listener a call would be a load."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bench.listener import Event
from bench.local_key import key_headers

CONNECT_DEADLINE_S: Final = 5.0
KEPT: Final = frozenset({"decided", "latency", "heard", "warning"})
MOST_EVENTS: Final = 100_000


class LiveFeed:
    """Collects the events of every call from its connection on, as an async context.

    `key` opens the live door. An agent of another kind has none: then nothing is collected.
    """

    def __init__(self, media_url: str, key: str = "") -> None:
        self._key = key
        parts = urlsplit(media_url)
        self._url = f"{parts.scheme}://{parts.netloc}/api/events"
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._call_ids: dict[str, str] = {}
        self._events: defaultdict[str, list[Event]] = defaultdict(list)
        self._count = 0

    async def __aenter__(self) -> Self:
        try:
            self._socket = await connect(
                self._url,
                open_timeout=CONNECT_DEADLINE_S,
                max_size=None,
                additional_headers=key_headers(self._key),
            )
        except (OSError, InvalidHandshake, TimeoutError):
            return self
        self._task = asyncio.create_task(self._follow(self._socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    def of_kind(self, call_sid: str, kind: str, from_ms: float, to_ms: float) -> list[Event]:
        """Events of one call (by the carrier's id) in a stretch of its time, oldest first."""
        events = self._events.get(self._call_ids.get(call_sid, ""), [])
        return [event for event in events if event["kind"] == kind and from_ms <= event["at_ms"] < to_ms]

    def take(self, message: dict[str, Any]) -> None:
        """One message of the live door: a snapshot or some events."""
        if message.get("type") == "snapshot":
            for call in message["calls"]:
                for event in call["events"]:
                    self._take_event(event)
        elif message.get("type") == "events":
            for event in message["events"]:
                self._take_event(event)

    async def _follow(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                self.take(json.loads(message))
        except ConnectionClosed:
            return

    def _take_event(self, event: Event) -> None:
        if event["kind"] == "started":
            self._call_ids[str(event["data"].get("external_id"))] = event["call_id"]
        elif event["kind"] in KEPT and self._count < MOST_EVENTS:
            self._count += 1
            self._events[event["call_id"]].append(event)
