"""The API of the operators' desk over the parts of the service."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.api.desk_routers import desk_routers
from dashboard.auth.audit import AuditTrail
from uketsuke.desk_floor import dispositions_of
from uketsuke.parts import Parts


def desk_routers_of(parts: Parts) -> list[APIRouter]:
    """Presence, queue, calls in hand, the work after them, callbacks, harassment. Raises `UserError`."""
    audit = AuditTrail(parts.records.audit)
    return desk_routers(parts.desk_floor, dispositions_of(parts.places), parts.unmasking, audit)
