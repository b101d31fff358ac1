"""How often somebody may be wrong: by address, and by a login that nobody has."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

WRONG_IN_A_ROW: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
WRONG_BY_ADDRESS: Final = 30
_MOST_KEPT: Final = 10_000


class AddressAttempts:
    """Wrong tries of the last quarter of an hour by address. What is kept is bounded: the oldest address goes first."""

    def __init__(self, now: Callable[[], datetime], allowed: int = WRONG_BY_ADDRESS) -> None:
        self._now = now
        self._allowed = allowed
        self._wrong: OrderedDict[str, deque[datetime]] = OrderedDict()

    def until(self, address: str) -> datetime | None:
        """Until when this address must wait; None when it may try."""
        wrong = self._recent(address)
        return wrong[0] + LOCKED_FOR if len(wrong) >= self._allowed else None

    def wrong(self, address: str) -> None:
        """Note a wrong try."""
        wrong = self._recent(address)
        wrong.append(self._now())
        self._wrong[address] = wrong
        self._wrong.move_to_end(address)
        if len(self._wrong) > _MOST_KEPT:
            self._wrong.popitem(last=False)

    def _recent(self, address: str) -> deque[datetime]:
        wrong = self._wrong.get(address, deque(maxlen=self._allowed))
        while wrong and wrong[0] <= self._now() - LOCKED_FOR:
            wrong.popleft()
        return wrong


class UnknownLogins:
    """Locks a login that nobody has as if somebody had it: the answers do not tell which logins there are."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._wrong: OrderedDict[str, tuple[int, datetime | None]] = OrderedDict()

    def until(self, login: str) -> datetime | None:
        """Until when it is locked."""
        _count, until = self._wrong.get(login, (0, None))
        return until if until is not None and self._now() < until else None

    def wrong(self, login: str) -> tuple[int, datetime | None]:
        """Note a wrong try: how many in a row now, and until when it is locked."""
        count = self._wrong.get(login, (0, None))[0] + 1
        state = (count, None) if count < WRONG_IN_A_ROW else (0, self._now() + LOCKED_FOR)
        self._wrong[login] = state
        self._wrong.move_to_end(login)
        if len(self._wrong) > _MOST_KEPT:
            self._wrong.popitem(last=False)
        return state
