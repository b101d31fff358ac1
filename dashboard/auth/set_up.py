"""The first administrator: made at this machine, or elsewhere by whoever can read what the service printed."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from starlette.requests import HTTPConnection

from dashboard.access import LOCAL_NAMES, host_name, is_loopback
from records.people import PeopleRepository

_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def new_code() -> str:
    """A code that is read from a screen and typed: 79 random bits in four groups, no letters that look alike."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


class SetUp:
    """Whether the service still waits for its first administrator, and who may become it."""

    def __init__(self, people: PeopleRepository, code: str) -> None:
        self._people = people
        self._done = False
        self.code = code

    async def needed(self) -> bool:
        """Whether nobody has an account yet."""
        if not self._done:
            self._done = await self._people.any()
        return not self._done

    def admits(self, connection: HTTPConnection, code: str) -> bool:
        """Whether this browser may: it runs on this machine, or it knows the code."""
        typed = "".join(each for each in code.upper() if each.isalnum())
        right = hmac.compare_digest(typed.encode(), self.code.replace("-", "").encode())
        return right or is_direct(connection)


def is_direct(connection: HTTPConnection) -> bool:
    """Whether the browser runs on this machine and nothing stands between. A proxy here speaks for others."""
    client = connection.client
    if client is None or not is_loopback(client.host):
        return False
    if any(name in connection.headers for name in _FORWARDED):
        return False
    return host_name(connection.headers.get("host", "")) in LOCAL_NAMES
