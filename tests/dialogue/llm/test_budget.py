"""What a model was used for, against its limits."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dialogue.llm.budget import Ledger, Spent
from tests.dialogue.llm.models import card


class Calendar:
    def __init__(self) -> None:
        self.today = date(2026, 11, 29)

    def __call__(self) -> date:
        return self.today


def ledger(calendar: Calendar | None = None, price: float | None = None, **limits: object) -> Ledger:
    return Ledger([card("a", budget=limits, yen_per_1k_tokens=price)], calendar or Calendar())


def test_a_model_without_limits_is_never_over() -> None:
    free = ledger()
    assert all(free.reserve("a", 10**6) for _ in range(100))


def test_requests_of_a_day_are_counted_and_begin_anew_the_next() -> None:
    calendar = Calendar()
    daily = ledger(calendar, requests_per_day=2)
    assert [daily.reserve("a", 1) for _ in range(3)] == [True, True, False]
    calendar.today = date(2026, 11, 30)
    assert daily.reserve("a", 1)


def test_tokens_of_a_month_are_counted_over_its_days() -> None:
    calendar = Calendar()
    monthly = ledger(calendar, tokens_per_month=100)
    assert monthly.reserve("a", 60)
    calendar.today = date(2026, 11, 30)
    assert not monthly.reserve("a", 60)
    calendar.today = date(2026, 12, 1)
    assert monthly.reserve("a", 60)


def test_what_was_reserved_and_not_used_is_free_again() -> None:
    daily = ledger(tokens_per_day=100)
    assert daily.reserve("a", 100)
    assert not daily.reserve("a", 1)
    daily.settle("a", 100, 30)
    assert daily.reserve("a", 70)


def test_what_was_never_sent_is_given_back_whole() -> None:
    daily = ledger(requests_per_day=1)
    assert daily.reserve("a", 5)
    daily.give_back("a", 5)
    assert daily.reserve("a", 5)


def test_yen_are_reckoned_from_the_price() -> None:
    priced = ledger(price=2.0, yen_per_month=10)
    assert priced.reserve("a", 5000)
    assert not priced.reserve("a", 1)


def test_what_the_records_kept_of_this_month_counts_after_a_restart() -> None:
    restarted = ledger(requests_per_day=3, requests_per_month=10)
    restarted.restore(
        [
            Spent("a", date(2026, 11, 29), requests=2, tokens=0),
            Spent("a", date(2026, 11, 1), requests=7, tokens=0),
            Spent("a", date(2026, 10, 31), requests=99, tokens=0),
            Spent("gone", date(2026, 11, 29), requests=99, tokens=0),
        ]
    )
    assert [restarted.reserve("a", 1), restarted.reserve("a", 1)] == [True, False]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=40))
def test_settled_requests_never_use_more_than_the_limit_while_they_keep_to_what_they_reserved(
    asked: list[tuple[int, int]],
) -> None:
    limited = ledger(tokens_per_day=100)
    used = 0
    for reserved, wanted in asked:
        if limited.reserve("a", reserved):
            limited.settle("a", reserved, min(wanted, reserved))
            used += min(wanted, reserved)
    assert used <= 100
