"""Seeing one call's personal data: for a reason that is kept, for a while, by the one who gave it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal
from records.clock import utc_now

LASTS: Final = timedelta(minutes=15)
_MOST_KEPT: Final = 10_000


class Unmasking:
    """Who may see which call unmasked just now. Forgotten at a restart: then the reason is asked for again."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._until: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def grant(self, who: Principal, call_id: str) -> datetime:
        """Let them see it from now on; until when. The reason must be in the audit already."""
        until = self._now() + LASTS
        key = (_holder(who), call_id)
        self._until[key] = until
        self._until.move_to_end(key)
        if len(self._until) > _MOST_KEPT:
            self._until.popitem(last=False)
        return until

    def may_see(self, who: Principal, call_id: str) -> bool:
        """Whether they have given a reason for this call a short while ago, and still may."""
        until = self._until.get((_holder(who), call_id))
        return until is not None and self._now() < until and who.may(Permission.PERSONAL_UNMASK)


def _holder(who: Principal) -> str:
    """A session, not a person: another browser of theirs asks for itself."""
    return who.session_id or who.id
