"""Tells every desk of this process at once what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal

CAPACITY: Final = 256


@dataclass(frozen=True)
class DeskMessage:
    """One message: to everybody, to one person (`user_id`), or to those who may do something (`permission`)."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    user_id: str | None = None
    permission: Permission | None = None

    def reaches(self, who: Principal) -> bool:
        """Whether it is for them."""
        return (self.user_id is None or self.user_id == who.id) and (
            self.permission is None or who.may(self.permission)
        )


class DeskHub:
    """Subscribers have a bounded queue each; one that does not keep up loses its oldest messages."""

    def __init__(self) -> None:
        self._desks: dict[asyncio.Queue[DeskMessage], Principal] = {}

    def publish(self, message: DeskMessage) -> None:
        """Hand it to every desk that it is for; never waits."""
        for queue, who in self._desks.items():
            if message.reaches(who):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(message)

    @asynccontextmanager
    async def subscribe(self, who: Principal) -> AsyncIterator[asyncio.Queue[DeskMessage]]:
        """What is for them from now on, until the context ends."""
        queue: asyncio.Queue[DeskMessage] = asyncio.Queue(maxsize=CAPACITY)
        self._desks[queue] = who
        try:
            yield queue
        finally:
            del self._desks[queue]
