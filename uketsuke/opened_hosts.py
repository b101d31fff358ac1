"""Notices every connection that this process opens, by whichever library, and keeps the sum of them in the records.

Two ways lead out: the event loop's `create_connection` and plain sockets of threads. Python's audit hook sees the
second; the loop's own connections (libuv) pass it by, so the loop's method is wrapped.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from records.hosts import HostRepository, OpenedHost

FLUSH_S: Final = 2.0
FLUSH_DEADLINE_S: Final = 5.0
MOST_HOSTS: Final = 1_000
OTHER: Final = "その他"
log = structlog.get_logger(__name__)

_Key = tuple[str, int]


class HostWatch:
    """Watches from `start` to `close`. `purposes` says what a configured host is for."""

    def __init__(
        self,
        hosts: HostRepository,
        purposes: Mapping[str, str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._hosts = hosts
        self._purposes = dict(purposes)
        self._now = now
        self._opened: dict[_Key, OpenedHost] = {}
        self._watching = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, on the running loop. An audit hook cannot be taken away: after `close` it looks the other way."""
        self._watching = True
        sys.addaudithook(self._on_audit)
        loop = asyncio.get_running_loop()
        connect = loop.create_connection

        async def create_connection(*args: Any, **named: Any) -> Any:
            host = named.get("host") or (args[1] if len(args) > 1 else None)
            port = named.get("port") or (args[2] if len(args) > 2 else None)
            if isinstance(host, str) and isinstance(port, int):
                self.note(host, port)
            return await connect(*args, **named)

        loop.create_connection = create_connection  # type: ignore[method-assign]
        self._task = loop.create_task(self._flush_often(), name="host-watch")

    async def close(self) -> None:
        """Stop, and write what is left."""
        self._watching = False
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._flush()

    def note(self, host: str, port: int) -> None:
        """A connection to `host` was opened."""
        key, now = (host, port), self._now()
        known = self._opened.get(key)
        if known is None and len(self._opened) >= MOST_HOSTS:
            return
        first = known.first_at if known is not None else now
        times = known.times + 1 if known is not None else 1
        self._opened[key] = OpenedHost(host, port, self._purposes.get(host, OTHER), first, now, times)

    def _on_audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event != "socket.connect" or not self._watching:
            return
        address = args[1]
        if isinstance(address, tuple) and len(address) >= 2 and isinstance(address[0], str):
            self.note(address[0], int(address[1]))

    async def _flush_often(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            await self._flush()

    async def _flush(self) -> None:
        waiting, self._opened = self._opened, {}
        if not waiting:
            return
        try:
            async with asyncio.timeout(FLUSH_DEADLINE_S):
                await self._hosts.add(waiting.values())
        except Exception as error:
            log.warning("opened_hosts_not_kept", error=type(error).__name__)
            for key, each in waiting.items():
                self._opened.setdefault(key, each)
