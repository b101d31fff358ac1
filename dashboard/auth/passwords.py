"""Passwords: hashed with Argon2id, off the event loop, one at a time, so that calls never wait for a sign-in."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_MOST_WAITING: Final = 16
T = TypeVar("T")


class BusyError(RuntimeError):
    """Too many are signing in at this moment."""


class Passwords:
    """Makes and checks hashes (Argon2id with 46 MiB and one thread: OWASP's first recommendation, 2024)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """What is kept of a password. Raises `BusyError`."""
        return await self._work(lambda: self._hasher.hash(_normal(password)))

    async def match(self, password_hash: str, password: str) -> bool:
        """Whether it is that password. An empty hash fits nothing, and takes as long. Raises `BusyError`."""

        def compare() -> bool:
            if not self._nobodys:
                self._nobodys = self._hasher.hash(secrets.token_urlsafe(24))
            try:
                return self._hasher.verify(password_hash or self._nobodys, _normal(password)) and bool(password_hash)
            except (VerificationError, InvalidHashError):
                return False

        return await self._work(compare)

    async def _work(self, piece: Callable[[], T]) -> T:
        if self._waiting >= _MOST_WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                return await asyncio.to_thread(piece)
        finally:
            self._waiting -= 1


def _normal(password: str) -> str:
    """The same characters whichever keyboard they come from: full-width letters are as half-width ones."""
    return unicodedata.normalize("NFKC", password)
