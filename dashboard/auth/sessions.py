"""Sessions of signed-in browsers: a random token in a cookie, an end when nobody uses it and an end in any case."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from records.people import User
from records.sessions import Session, SessionRepository

SEEN_EVERY: Final = timedelta(minutes=1)
"""A session's use is written down no more often than this."""


@dataclass(frozen=True)
class SessionLimits:
    """When a session ends: unused for `idle`, and `longest` after it began however much it is used."""

    idle: timedelta = timedelta(hours=8)
    longest: timedelta = timedelta(hours=24)


class Sessions:
    """Begins, finds and ends them."""

    def __init__(
        self, kept: SessionRepository, now: Callable[[], datetime], limits: SessionLimits = SessionLimits()
    ) -> None:
        self._kept = kept
        self._now = now
        self.limits = limits

    async def begin(self, user: User, address: str, agent: str) -> tuple[str, Session]:
        """A new session and its token, which is told to the browser alone."""
        token, now = secrets.token_urlsafe(32), self._now()
        session = Session(
            id=token_sum(token),
            user_id=user.id,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            last_seen_at=now,
            expires_at=now + self.limits.longest,
            address=address,
            agent=agent,
        )
        await self._kept.add(session)
        return token, session

    async def find(self, token: str, *, used: bool = True) -> tuple[Session, User] | None:
        """The good session of that token with its person. `used` prolongs it."""
        found = await self._kept.find(token_sum(token))
        if found is None or not self.good(*found):
            return None
        session, now = found[0], self._now()
        if used and now - session.last_seen_at >= SEEN_EVERY:
            await self._kept.seen(session.id, now)
        return found

    def good(self, session: Session, user: User) -> bool:
        """Whether it is neither over nor somebody's who may not come in any more."""
        now = self._now()
        return user.active and now < session.expires_at and now - session.last_seen_at < self.limits.idle


def token_sum(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so that a plain SHA-256 cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
