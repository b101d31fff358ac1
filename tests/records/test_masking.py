"""Stored text as it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.masking import COVER, masked_number, masked_text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("09012345678", "090****5678"),
        ("090-1234-5678", "090****5678"),
        ("+81 90 1234 5678", "+81****5678"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("110", "110"),
    ],
)
def test_a_number_shows_its_beginning_and_end(number: str, shown: str) -> None:
    assert masked_number(number) == shown


def test_what_is_personal_is_covered() -> None:
    spans = [{"kind": "phone", "start": 8, "end": 20}, {"kind": "name", "start": 0, "end": 2}]
    text = "佐藤です。電話は090-1234-567です"
    assert masked_text(text, spans) == f"{COVER}です。電話は{COVER}です"
    assert masked_text(text, spans, {"name": "お名前"}) == f"〈お名前〉です。電話は{COVER}です"


def test_a_text_of_which_nothing_is_known_is_shown() -> None:
    assert masked_text("解約したい", None) == "解約したい"


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=5))
def test_nothing_of_a_stretch_is_left_and_nothing_else_is_lost(text: str, places: list[tuple[int, int]]) -> None:
    spans = [{"kind": "name", "start": start, "end": end} for start, end in places]
    covered = {at for start, end in places for at in range(start, end)}
    open_text = "".join(sign for at, sign in enumerate(text) if at not in covered)
    assert masked_text(text, spans).replace(COVER, "") == open_text.replace(COVER, "")
