"""Follows one call through the agent's live door, to see why it said what the caller hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bench.local_key import key_headers

CONNECT_DEADLINE_S: Final = 5.0
KEPT_EVENTS: Final = 10_000

Event = dict[str, Any]


class CallListener:
    """Collects the events of the call that the carrier knows as `external_id`, as an async context.

    `key` opens the agent's live door. Without one (another kind of agent, or one that does not let us in) it stays
    empty: `connected` tells.
    """

    def __init__(
        self, url: str, external_id: str, on_event: Callable[[Event], None] | None = None, key: str = ""
    ) -> None:
        self._url = url
        self._key = key
        self._external_id = external_id
        self._on_event = on_event
        self._call_id: str | None = None
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self.events: list[Event] = []

    async def __aenter__(self) -> Self:
        try:
            self._socket = await connect(
                self._url, open_timeout=CONNECT_DEADLINE_S, additional_headers=key_headers(self._key)
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

    @property
    def connected(self) -> bool:
        """Whether the agent lets us see its events."""
        return self._socket is not None

    @property
    def call_id(self) -> str | None:
        """The agent's own id of the call."""
        return self._call_id

    def of_kind(self, kind: str, from_ms: float = 0.0, to_ms: float = float("inf")) -> list[Event]:
        """The call's events of one kind in a stretch of time."""
        return [e for e in self.events if e["kind"] == kind and from_ms <= e["at_ms"] < to_ms]

    async def _follow(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                self._take(json.loads(message))
        except ConnectionClosed:
            return

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") == "snapshot":
            for call in message["calls"]:
                for event in call["events"]:
                    self._take_event(event)
        elif message.get("type") == "events":
            for event in message["events"]:
                self._take_event(event)

    def _take_event(self, event: Event) -> None:
        if event["kind"] == "started" and event["data"].get("external_id") == self._external_id:
            self._call_id = event["call_id"]
        if self._call_id is None or event["call_id"] != self._call_id or len(self.events) >= KEPT_EVENTS:
            return
        self.events.append(event)
        if self._on_event is not None:
            self._on_event(event)
