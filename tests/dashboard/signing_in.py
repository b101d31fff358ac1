"""For tests of one part of the API: requests that come from somebody with a role, without the sign-in before."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal


def as_person(
    app: ASGIApp, role: Role = Role.ADMINISTRATOR, user_id: str = "user-1", name: str = "試験 太郎"
) -> ASGIApp:
    """`app` as it is seen by a person with that role."""
    principal = Principal.person(user_id, name, role, "127.0.0.1")

    async def signed_in(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {**scope.get("state", {}), "principal": principal}
        await app(scope, receive, send)

    return signed_in
