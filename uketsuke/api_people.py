"""The API of people, rights and the audit over the parts of the service."""

from __future__ import annotations

import importlib.metadata

from fastapi import APIRouter

from dashboard.api.account import AccountApi
from dashboard.api.audit import AuditApi
from dashboard.api.keys import KeysApi
from dashboard.api.oidc import OidcApi
from dashboard.api.sign_in import SignInApi
from dashboard.api.unmask import UnmaskApi
from dashboard.api.users import UsersApi
from uketsuke.parts import Parts


def people_routers(parts: Parts) -> list[APIRouter]:
    """Coming in, accounts, keys, the audit, and unmasking."""
    auth, records, settings = parts.auth, parts.records, parts.settings

    async def is_call(call_id: str) -> bool:
        return parts.live.get(call_id) is not None or await records.calls.get(call_id) is not None

    sign_in = SignInApi(
        people=records.people,
        kept_sessions=records.sessions,
        entering=auth.entering,
        passwords=auth.passwords,
        sign_in=auth.sign_in,
        set_up=auth.set_up,
        addresses=auth.addresses,
        audit=auth.audit,
        company=lambda: parts.minds.company.name,
        version=importlib.metadata.version("uketsuke"),
        single_sign_on=settings.auth.oidc.name if auth.single_sign_on is not None else "",
    )
    routers = [
        sign_in.router(),
        AccountApi(records.people, records.sessions, auth.sessions, auth.passwords, auth.sign_in, auth.audit).router(),
        UsersApi(records.people, records.sessions, auth.sessions, auth.passwords, auth.audit).router(),
        KeysApi(records.api_keys, auth.keys, auth.audit, auth.now).router(),
        AuditApi(records.audit, auth.audit).router(),
        UnmaskApi(parts.unmasking, is_call, auth.audit).router(),
    ]
    if auth.single_sign_on is not None:
        public_url = settings.server.public_url
        routers.append(OidcApi(auth.single_sign_on, auth.entering, auth.set_up, auth.audit, public_url).router())
    return routers
