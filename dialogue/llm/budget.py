"""What each model has been used for today and this month, against its limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from dialogue.llm.catalogue import BudgetLimits, ModelCard


@dataclass(frozen=True)
class Spent:
    """Requests and tokens (read and written) of one model on one day; what the records kept of it."""

    model: str
    day: date
    requests: int
    tokens: int


@dataclass
class _Tally:
    period: tuple[int, ...] = ()
    requests: int = 0
    tokens: int = 0

    def turn_to(self, period: tuple[int, ...]) -> None:
        if period != self.period:
            self.period, self.requests, self.tokens = period, 0, 0


class _Account:
    def __init__(self, card: ModelCard) -> None:
        self.limits: BudgetLimits = card.budget
        self.yen_per_token = (card.yen_per_1k_tokens or 0.0) / 1000
        self.day = _Tally()
        self.month = _Tally()

    def turn_to(self, today: date) -> None:
        self.day.turn_to((today.year, today.month, today.day))
        self.month.turn_to((today.year, today.month))

    def has_room(self, tokens: int) -> bool:
        limits, day, month = self.limits, self.day, self.month
        wanted = [
            (day.requests + 1, limits.requests_per_day),
            (month.requests + 1, limits.requests_per_month),
            (day.tokens + tokens, limits.tokens_per_day),
            (month.tokens + tokens, limits.tokens_per_month),
            ((month.tokens + tokens) * self.yen_per_token, limits.yen_per_month),
        ]
        return all(limit is None or value <= limit for value, limit in wanted)

    def add(self, requests: int, tokens: int) -> None:
        for tally in (self.day, self.month):
            tally.requests = max(0, tally.requests + requests)
            tally.tokens = max(0, tally.tokens + tokens)


class Ledger:
    """Counts what is reserved before a request and settles it afterwards, so that requests at once cannot overspend.

    `today` is the company's date. A restart forgets: give the records' sums to `restore` first.
    """

    def __init__(self, cards: Iterable[ModelCard], today: Callable[[], date]) -> None:
        self._accounts = {card.name: _Account(card) for card in cards}
        self._today = today

    def restore(self, spent: Iterable[Spent]) -> None:
        """Add what was spent before this process began; other months and unknown models are passed over."""
        today = self._today()
        for each in spent:
            account = self._accounts.get(each.model)
            if account is None or (each.day.year, each.day.month) != (today.year, today.month):
                continue
            account.turn_to(today)
            account.month.requests += each.requests
            account.month.tokens += each.tokens
            if each.day == today:
                account.day.requests += each.requests
                account.day.tokens += each.tokens

    def reserve(self, model: str, tokens: int) -> bool:
        """Whether one request of at most `tokens` fits; if so it is counted."""
        account = self._accounts[model]
        account.turn_to(self._today())
        if not account.has_room(tokens):
            return False
        account.add(1, tokens)
        return True

    def settle(self, model: str, reserved: int, used: int) -> None:
        """The request used `used` tokens of those reserved (at midnight the difference may fall to the new day)."""
        account = self._accounts[model]
        account.turn_to(self._today())
        account.add(0, used - reserved)

    def give_back(self, model: str, reserved: int) -> None:
        """The request was never sent."""
        account = self._accounts[model]
        account.turn_to(self._today())
        account.add(-1, -reserved)
