"""Who called again about the same matter, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.figures.recontact import WINDOW_S, Contact, again_after, digits_of

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)


def _call(name: str, after_s: float, topic: str = "pay-date", number: str = "09000000001") -> Contact:
    return Contact(name, number, BEGAN + timedelta(seconds=after_s), topic)


def test_the_next_call_about_the_same_is_found_past_one_about_something_else() -> None:
    calls = [_call("a", 0), _call("b", 60, "net-slow"), _call("c", 3_600)]
    assert again_after(calls) == {"a": 3_600.0}


@pytest.mark.parametrize(("first", "second"), [("", "pay-date"), ("pay-date", ""), ("", "")])
def test_a_matter_that_is_not_known_may_be_the_same(first: str, second: str) -> None:
    assert again_after([_call("a", 0, first), _call("b", 60, second)]) == {"a": 60.0}


def test_the_window_ends_with_its_last_moment() -> None:
    assert again_after([_call("a", 0), _call("b", WINDOW_S)]) == {"a": WINDOW_S}
    assert again_after([_call("a", 0), _call("b", WINDOW_S + 1)]) == {}


def test_withheld_numbers_and_other_numbers_are_nobodys_second_call() -> None:
    assert again_after([_call("a", 0, number=""), _call("b", 60, number="")]) == {}
    assert again_after([_call("a", 0), _call("b", 60, number="09000000002")]) == {}


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("090-1234-5678", "09012345678"),
        ("+819012345678", "09012345678"),
        ("+81 90 1234 5678", "09012345678"),
        ("anonymous", ""),
    ],
)
def test_one_number_is_one_however_it_is_written(number: str, digits: str) -> None:
    assert digits_of(number) == digits
