"""Keys become turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telephony.keypad import Keypad


def test_a_first_0_is_a_turn_at_once() -> None:
    assert Keypad().press("0") == "0"


def test_digits_are_a_turn_at_the_hash_key() -> None:
    keypad = Keypad()
    assert [keypad.press(key) for key in "120#"] == [None, None, None, "120"]


def test_the_hash_key_alone_is_itself() -> None:
    assert Keypad().press("#") == "#"


def test_a_gap_ends_the_digits() -> None:
    keypad = Keypad()
    keypad.press("3")
    assert keypad.flush() == "3"
    assert keypad.flush() == ""


@given(st.text("0123456789*#", max_size=30))
def test_no_digit_is_lost_or_doubled(keys: str) -> None:
    keypad = Keypad()
    turns = [turn for turn in map(keypad.press, keys) if turn is not None]
    given_back = "".join(turns) + keypad.flush()
    assert given_back.replace("#", "") == keys.replace("#", "")
