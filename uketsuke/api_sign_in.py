"""The API of coming in, accounts, keys and the audit over the records."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable

from fastapi import APIRouter

from dashboard.api.account import AccountApi
from dashboard.api.audit import AuditApi
from dashboard.api.keys import KeysApi
from dashboard.api.oidc import OidcApi
from dashboard.api.sign_in import SignInApi
from dashboard.api.users import UsersApi
from records.store import Records
from uketsuke.auth import Auth
from uketsuke.settings import Settings


def sign_in_routers(auth: Auth, records: Records, settings: Settings, company: Callable[[], str]) -> list[APIRouter]:
    """Everything about who may come in. `company` is the name over every page."""
    sign_in = SignInApi(
        people=records.people,
        kept_sessions=records.sessions,
        entering=auth.entering,
        passwords=auth.passwords,
        sign_in=auth.sign_in,
        set_up=auth.set_up,
        addresses=auth.addresses,
        audit=auth.audit,
        company=company,
        version=importlib.metadata.version("uketsuke"),
        single_sign_on=settings.auth.oidc.name if auth.single_sign_on is not None else "",
    )
    account = AccountApi(records.people, records.sessions, auth.sessions, auth.passwords, auth.sign_in, auth.audit)
    users = UsersApi(records.people, records.sessions, auth.sessions, auth.passwords, auth.audit)
    keys = KeysApi(records.api_keys, auth.keys, auth.audit, auth.now)
    audit = AuditApi(records.audit, auth.audit)
    routers = [each.router() for each in (sign_in, account, users, keys, audit)]
    if auth.single_sign_on is not None:
        public_url = settings.server.public_url
        routers.append(OidcApi(auth.single_sign_on, auth.entering, auth.set_up, auth.audit, public_url).router())
    return routers
