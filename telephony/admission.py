"""Which calls are let in: capacity, and tickets that tie a media socket to a signed webhook."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

TICKET_LIFE_S: Final = 60.0


class Admission:
    """Counts running calls against a limit."""

    def __init__(self, max_calls: int) -> None:
        self._max_calls = max_calls
        self._running = 0

    @property
    def full(self) -> bool:
        """Whether a further call must be turned away."""
        return self._running >= self._max_calls

    def __enter__(self) -> None:
        self._running += 1

    def __exit__(self, *_: object) -> None:
        self._running -= 1


class Tickets:
    """Short-lived tickets: the webhook, whose signature was checked, issues one; the media socket must show it.

    A ticket holds its expiry, a nonce and an HMAC-SHA256 under a key that only this process knows; each is good once.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._key = secrets.token_bytes(32)
        self._used: dict[str, float] = {}

    def issue(self) -> str:
        """A new ticket."""
        body = f"{self._time() + TICKET_LIFE_S:.0f}.{secrets.token_hex(8)}"
        return f"{body}.{self._sign(body)}"

    def redeem(self, ticket: str) -> bool:
        """Whether `ticket` is ours, still good, and new."""
        body, _, signature = ticket.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return False
        now = self._time()
        self._used = {seen: expiry for seen, expiry in self._used.items() if expiry > now}
        expiry = float(body.partition(".")[0])
        if expiry < now or ticket in self._used:
            return False
        self._used[ticket] = expiry
        return True

    def _sign(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()
