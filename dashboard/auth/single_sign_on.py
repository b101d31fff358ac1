"""Single sign-on: from the button to an account. The provider says who it is and, by its groups, in which role."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from dashboard.auth.oidc_provider import OidcError, OidcProvider
from dashboard.auth.permissions import Role
from records.people import LastAdministratorError, LoginTakenError, PeopleRepository, User

BEGUN_FOR: Final = timedelta(minutes=10)
_MOST_BEGUN: Final = 1_000
_STRONGEST_FIRST: Final = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.OPERATOR, Role.AUDITOR)


class Refusal(StrEnum):
    """Why nobody came in. The sign-in page has a sentence for each."""

    EXPIRED = "expired"  # it was not begun in this browser, or too long ago
    PROVIDER = "provider"  # the provider refused, did not answer or cannot be believed
    NO_ROLE = "no_role"  # no group of theirs has a role here
    STOPPED = "stopped"  # the account is stopped


class RefusedError(RuntimeError):
    """Nobody came in; `because` says why, the message is for the log."""

    def __init__(self, because: Refusal, told: str = "") -> None:
        super().__init__(told or because.value)
        self.because = because


@dataclass(frozen=True)
class Roles:
    """Which group of the claim `claim` has which role here. With several the one that may most holds."""

    claim: str
    by_group: Mapping[str, Role]

    def of(self, claims: Mapping[str, Any]) -> Role | None:
        """The role of the person whom the provider describes so; None when no group of theirs has one."""
        said = claims.get(self.claim)
        groups: Iterable[Any] = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        roles = {self.by_group[each] for each in groups if isinstance(each, str) and each in self.by_group}
        return next((role for role in _STRONGEST_FIRST if role in roles), None)


@dataclass(frozen=True)
class _Begun:
    at: datetime
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_url: str


class SingleSignOn:
    """Sends browsers to the provider and takes them up again."""

    def __init__(
        self, provider: OidcProvider, issuer: str, roles: Roles, people: PeopleRepository, now: Callable[[], datetime]
    ) -> None:
        self._provider = provider
        self._issuer = issuer
        self._roles = roles
        self._people = people
        self._now = now
        self._begun: OrderedDict[str, _Begun] = OrderedDict()

    async def begin(self, redirect_url: str) -> tuple[str, str]:
        """Where to send the browser, and the state that it must bring back. Raises `RefusedError`."""
        state = secrets.token_urlsafe(32)
        begun = _Begun(self._now(), secrets.token_urlsafe(32), secrets.token_urlsafe(48), redirect_url)
        try:
            url = await self._provider.authorization_url(redirect_url, state, begun.nonce, begun.verifier)
        except OidcError as error:
            raise RefusedError(Refusal.PROVIDER, str(error)) from error
        self._begun[state] = begun
        if len(self._begun) > _MOST_BEGUN:
            self._begun.popitem(last=False)
        return url, state

    async def finish(self, code: str, state: str, kept_state: str) -> User:
        """The account of whoever comes back with `code`. `kept_state` is what the browser has kept.

        A first sign-in makes an account; the role follows the provider's groups each time. Raises `RefusedError`.
        """
        begun = self._begun.pop(state, None)
        same = hmac.compare_digest(state.encode("utf-8", "replace"), kept_state.encode("utf-8", "replace"))
        if begun is None or not same or self._now() - begun.at > BEGUN_FOR:
            raise RefusedError(Refusal.EXPIRED)
        if not code:
            raise RefusedError(Refusal.PROVIDER, "the provider sent no code")
        try:
            claims = await self._provider.claims(code, begun.redirect_url, begun.nonce, begun.verifier)
        except OidcError as error:
            raise RefusedError(Refusal.PROVIDER, str(error)) from error
        role = self._roles.of(claims)
        if role is None:
            raise RefusedError(Refusal.NO_ROLE)
        user = await self._account(claims, role)
        if not user.active:
            raise RefusedError(Refusal.STOPPED)
        await self._people.signed_in(user.id)
        return user

    async def _account(self, claims: Mapping[str, Any], role: Role) -> User:
        subject = f"{self._issuer} {claims['sub']}"
        user = await self._people.by_subject(subject)
        if user is None:
            return await self._new(claims, role, subject)
        if not user.active or user.role == role:
            return user
        try:
            return await self._people.change(user.id, role=role)
        except LastAdministratorError:
            return user

    async def _new(self, claims: Mapping[str, Any], role: Role, subject: str) -> User:
        wanted = _first_text(claims, "preferred_username", "email", "sub")[:80]
        name = _first_text(claims, "name", "preferred_username", "email", "sub")[:60]
        try:
            return await self._people.add(wanted, name, role, "", oidc_subject=subject)
        except LoginTakenError:
            # An account of that name belongs to somebody with a password: it is not given away by a mere name.
            login = f"{wanted}-{secrets.token_hex(3)}"
            return await self._people.add(login, name, role, "", oidc_subject=subject)


def _first_text(claims: Mapping[str, Any], *names: str) -> str:
    said = (claims.get(name) for name in names)
    return next(each.strip() for each in said if isinstance(each, str) and each.strip())
