"""Who asks: a person who has signed in, or another program with a key; and the gate in front of every route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Depends, HTTPException, WebSocketException
from starlette.requests import HTTPConnection

from dashboard.auth.permissions import ROLE_PERMISSIONS, Permission, Role

SIGN_IN_FIRST: Final = "サインインしてください。"
NOT_ALLOWED: Final = "この操作は許可されていません。必要な場合は、管理者にお問い合わせください。"


@dataclass(frozen=True)
class Principal:
    """Who asks. `id` is a user's or a key's id, `role` empty for a key; `name` is what records and pages show.

    `session_id` is the browser's they ask from, empty for a key.
    """

    id: str
    name: str
    role: Role | None
    permissions: frozenset[Permission]
    address: str = ""
    session_id: str = ""

    @classmethod
    def person(cls, user_id: str, name: str, role: Role, address: str = "", session_id: str = "") -> Principal:
        """Someone with that role."""
        return cls(user_id, name, role, ROLE_PERMISSIONS[role], address, session_id)

    def may(self, permission: Permission) -> bool:
        """Whether they are allowed."""
        return permission in self.permissions


class Needs:
    """A route's gate: 401 without a principal, 403 for one who may not. Gives the principal to the endpoint.

    The principal is put into `scope["state"]["principal"]` by `dashboard.auth`'s middleware.
    """

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, connection: HTTPConnection) -> Principal:
        """The one who asks, if they may."""
        state = connection.scope.get("state", {})
        principal, problem = state.get("principal"), state.get("principal_problem")
        if problem is not None:
            raise _refusal(connection, 403, problem)
        if not isinstance(principal, Principal):
            raise _refusal(connection, 401, SIGN_IN_FIRST)
        if not principal.may(self.permission):
            raise _refusal(connection, 403, NOT_ALLOWED)
        return principal


def _refusal(connection: HTTPConnection, status: int, sentence: str) -> Exception:
    if connection.scope["type"] == "websocket":
        return WebSocketException(1008, sentence[:40])
    return HTTPException(status, sentence)


def needs(permission: Permission) -> Any:
    """For an endpoint's parameter: `who: Annotated[Principal, needs(Permission.FAQ_EDIT)]`."""
    return Depends(Needs(permission))
