"""Finds out who asks: a key in `Authorization`, or a session in the cookie with its token against forged requests."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from dashboard.auth.cookies import token_of
from dashboard.auth.keys import SCOPES, Keys
from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dashboard.auth.sessions import Sessions

CSRF_HEADER: Final = "x-csrf-token"
FORGED: Final = "画面が古くなっています。ページをもう一度読み込んでから、お試しください。"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER: Final = "bearer "


@dataclass(frozen=True)
class Asker:
    """What was found. `csrf` is the session's token; `problem` says why somebody known is not let through."""

    principal: Principal | None = None
    csrf: str = ""
    problem: str | None = None


NOBODY: Final = Asker()


class Identify:
    """Over the sessions and the keys."""

    def __init__(self, sessions: Sessions, keys: Keys) -> None:
        self._sessions = sessions
        self._keys = keys

    async def of(self, connection: HTTPConnection, *, used: bool = True) -> Asker:
        """Who asks. `used` is False where nobody does anything, only an open socket is looked at again."""
        said = connection.headers.get("authorization")
        if said is not None:
            return await self._by_key(said, connection)
        token = token_of(connection)
        return await self._by_session(token, connection, used) if token else NOBODY

    async def _by_key(self, said: str, connection: HTTPConnection) -> Asker:
        if not said.lower().startswith(_BEARER):
            return NOBODY
        key = await self._keys.find(said[len(_BEARER) :].strip())
        if key is None:
            return NOBODY
        scopes = frozenset(each for each in SCOPES if each.value in key.scopes)
        return Asker(Principal(key.id, key.name, None, scopes, address_of(connection)))

    async def _by_session(self, token: str, connection: HTTPConnection, used: bool) -> Asker:
        found = await self._sessions.find(token, used=used)
        if found is None:
            return NOBODY
        session, user = found
        principal = Principal.person(user.id, user.name, Role(user.role), address_of(connection), session.id)
        changes = connection.scope["type"] == "http" and connection.scope["method"] not in _READING
        if changes and not hmac.compare_digest(
            connection.headers.get(CSRF_HEADER, "").encode("utf-8", "replace"), session.csrf.encode()
        ):
            return Asker(problem=FORGED)
        return Asker(principal, session.csrf)


def address_of(connection: HTTPConnection) -> str:
    """Where they ask from."""
    return connection.client.host if connection.client is not None else ""
