"""The API of people and rights over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.unmask import UnmaskApi
from uketsuke.api_sign_in import sign_in_routers
from uketsuke.parts import Parts


def people_routers(parts: Parts) -> list[APIRouter]:
    """Coming in, accounts, keys, the audit, and unmasking."""

    async def is_call(call_id: str) -> bool:
        return parts.live.get(call_id) is not None or await parts.records.calls.get(call_id) is not None

    unmask = UnmaskApi(parts.unmasking, is_call, parts.auth.audit).router()
    routers = sign_in_routers(parts.auth, parts.records, parts.settings, lambda: parts.minds.company.name)
    return [*routers, unmask]
