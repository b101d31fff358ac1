"""Borders of bunsetsu in text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bunsetsu import bunsetsu_starts


def cut(text: str) -> list[str]:
    borders = [0, *bunsetsu_starts(text), len(text)]
    return [text[a:b] for a, b in pairwise(borders)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("料金が高い", ["料金が", "高い"]),
        ("昨日から電話がつながりません", ["昨日から", "電話が", "つながりません"]),
        ("料金プランを変更したい", ["料金プランを", "変更したい"]),
        ("はい、お願いします", ["はい、", "お願いします"]),
    ],
)
def test_a_particle_stays_with_its_word(text: str, parts: list[str]) -> None:
    assert cut(text) == parts


@given(st.text(alphabet="料金を変更したいのですが、はい電話 が", max_size=30))
def test_cutting_loses_nothing(text: str) -> None:
    assert "".join(cut(text)) == text
