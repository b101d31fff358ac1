"""How an endpoint tells the audit what somebody did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from dashboard.auth.principal import Principal
from records.audit import AuditLog

KEY_ROLE: Final = "key"
"""What stands in the audit for the role of another program."""


class Audit(Protocol):
    """Where it is kept. To be awaited before the answer: what is not kept did not happen."""

    async def note(
        self,
        who: Principal,
        action: str,
        target: str = "",
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep that `who` did `action` (`faq.publish`) to `target`."""
        ...


class AuditTrail:
    """The audit in the records."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    async def note(
        self,
        who: Principal,
        action: str,
        target: str = "",
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line with who it was, by name and by id (names may change)."""
        role = who.role.value if who.role is not None else KEY_ROLE
        kept = {**(detail or {}), "actor_id": who.id}
        await self._log.note(who.name, role, action, target, reason, who.address, kept)
