"""Digits said one by one: telephone numbers, postal codes, receipt numbers."""

from __future__ import annotations

from typing import Final

DIGIT_NAMES: Final = {
    "0": "ゼロ",
    "1": "イチ",
    "2": "ニー",
    "3": "サン",
    "4": "ヨン",
    "5": "ゴー",
    "6": "ロク",
    "7": "ナナ",
    "8": "ハチ",
    "9": "キュー",
}
"""How operators say single digits: 4, 7 and 9 never シ, シチ, ク; 2 and 5 drawn out to a full beat."""

PAUSE: Final = "、"


def say_digits(digits: str, pause: str = PAUSE) -> str:
    """Spell `digits` in katakana, one by one; every other character is a place to pause.

    >>> say_digits("03-1234-5678")
    'ゼロサン、イチニーサンヨン、ゴーロクナナハチ'
    """
    spoken = "".join(DIGIT_NAMES.get(char, " ") for char in digits)
    return pause.join(spoken.split())


def in_groups(digits: str, sizes: tuple[int, ...]) -> str:
    """Cut plain `digits` into groups of `sizes` joined by hyphens; what is left over is the last group."""
    groups: list[str] = []
    start = 0
    for size in sizes:
        groups.append(digits[start : start + size])
        start += size
    groups.append(digits[start:])
    return "-".join(group for group in groups if group)
