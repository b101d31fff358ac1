"""The session's cookie: for this host alone, out of reach of scripts and of other sites' requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

SECURE_NAME: Final = "__Host-uketsuke"
PLAIN_NAME: Final = "uketsuke"
"""Browsers take a `__Host-` cookie over https alone; over http the same rules are kept by its attributes."""


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser reached us by https."""
    return connection.url.scheme in ("https", "wss")


def token_of(connection: HTTPConnection) -> str | None:
    """The token the browser sent."""
    return connection.cookies.get(SECURE_NAME if is_secure(connection) else PLAIN_NAME)


def keep_token(response: Response, connection: HTTPConnection, token: str, lasts: timedelta) -> None:
    """Have the browser keep it."""
    secure = is_secure(connection)
    response.set_cookie(
        SECURE_NAME if secure else PLAIN_NAME,
        token,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def forget_token(response: Response, connection: HTTPConnection) -> None:
    """Have the browser forget it."""
    secure = is_secure(connection)
    name = SECURE_NAME if secure else PLAIN_NAME
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
