"""Whether anything is connected to: by this process as it happens, by another as it stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


class Connections:
    """Whom this process connected to or looked up, by the interpreter's own audit events."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None
        sys.addaudithook(self._note)

    def _note(self, event: str, args: tuple[Any, ...]) -> None:
        if self.seen is not None and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            self.seen.append(f"{event} {args[1:] if event != 'socket.getaddrinfo' else args}")

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        self.seen = seen = []
        yield seen
        self.seen = None


CONNECTIONS = Connections()


def internet_sockets(process_id: int) -> list[str]:
    """The TCP and UDP sockets that a process holds; pipes and socket pairs are none."""
    own = set()
    for link in Path(f"/proc/{process_id}/fd").iterdir():
        # The listing itself is a file that is closed by now.
        with suppress(FileNotFoundError):
            own.add(link.readlink().name)
    tables = [Path(f"/proc/{process_id}/net/{kind}") for kind in ("tcp", "tcp6", "udp", "udp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return [row[1] for row in rows if f"socket:[{row[9]}]" in own]
