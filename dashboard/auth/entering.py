"""What happens when somebody has shown who they are: a session, a line in the audit, a cookie."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from dashboard.auth.audit import Audit
from dashboard.auth.cookies import keep_token
from dashboard.auth.identify import address_of
from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dashboard.auth.sessions import Sessions
from records.people import User


@dataclass(frozen=True)
class Entered:
    """Somebody who is in."""

    user: User
    principal: Principal
    csrf: str = field(repr=False)
    token: str = field(repr=False)
    lasts: timedelta

    def keep(self, response: Response, connection: HTTPConnection) -> None:
        """Have their browser remember it."""
        keep_token(response, connection, self.token, self.lasts)


class Entering:
    """Lets people in, however they have shown who they are."""

    def __init__(self, sessions: Sessions, audit: Audit) -> None:
        self._sessions = sessions
        self._audit = audit

    async def enter(self, user: User, connection: HTTPConnection, action: str) -> Entered:
        """Begin a session for `user` in this browser; `action` is what the audit calls it."""
        address = address_of(connection)
        token, session = await self._sessions.begin(user, address, connection.headers.get("user-agent", ""))
        who = Principal.person(user.id, user.name, Role(user.role), address, session.id)
        await self._audit.note(who, action, user.login)
        return Entered(user, who, session.csrf, token, self._sessions.limits.longest)
