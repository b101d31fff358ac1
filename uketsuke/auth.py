"""Who may come in, put together from the settings and the records."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from dashboard.auth.attempts import AddressAttempts
from dashboard.auth.audit import AuditTrail
from dashboard.auth.entering import Entering
from dashboard.auth.identify import Identify
from dashboard.auth.keys import Keys
from dashboard.auth.oidc_provider import OidcClient, OidcProvider
from dashboard.auth.passwords import Passwords
from dashboard.auth.permissions import Role
from dashboard.auth.sessions import SessionLimits, Sessions
from dashboard.auth.set_up import SetUp, new_code
from dashboard.auth.sign_in import SignIn
from dashboard.auth.single_sign_on import Roles, SingleSignOn
from records.clock import utc_now
from records.store import Records
from uketsuke.settings import AuthSettings, OidcSettings


@dataclass(frozen=True)
class Auth:
    """The parts of signing in, one of each a process."""

    audit: AuditTrail
    sessions: Sessions
    keys: Keys
    passwords: Passwords
    addresses: AddressAttempts
    sign_in: SignIn
    set_up: SetUp
    entering: Entering
    single_sign_on: SingleSignOn | None
    identify: Identify
    now: Callable[[], datetime] = utc_now


def build_auth(settings: AuthSettings, records: Records, now: Callable[[], datetime] = utc_now) -> Auth:
    """Everything over these records."""
    audit = AuditTrail(records.audit)
    limits = SessionLimits(timedelta(hours=settings.idle_h), timedelta(hours=settings.longest_h))
    sessions, keys = Sessions(records.sessions, now, limits), Keys(records.api_keys, now)
    passwords, addresses = Passwords(), AddressAttempts(now)
    return Auth(
        audit=audit,
        sessions=sessions,
        keys=keys,
        passwords=passwords,
        addresses=addresses,
        sign_in=SignIn(records.people, passwords, addresses, now),
        set_up=SetUp(records.people, new_code()),
        entering=Entering(sessions, audit),
        single_sign_on=_single_sign_on(settings.oidc, records, now) if settings.oidc.issuer else None,
        identify=Identify(sessions, keys),
        now=now,
    )


async def open_doors(auth: Auth, data: Path, url: str) -> None:
    """Leave the key for this machine's tools, and say how to begin while nobody has an account."""
    await auth.keys.write_local(data)
    if await auth.set_up.needed():
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"最初の管理者を登録してください: {url}/setup\n"
            f"ほかのコンピューターから登録するときの初期設定コード: {auth.set_up.code}"
        )


def _single_sign_on(oidc: OidcSettings, records: Records, now: Callable[[], datetime]) -> SingleSignOn:
    client = OidcClient(oidc.issuer, oidc.client_id, os.environ.get(oidc.client_secret_env, ""))
    roles = Roles(oidc.role_claim, {group: Role(role) for group, role in oidc.roles.items()})
    return SingleSignOn(OidcProvider(client), oidc.issuer, roles, records.people, now)
