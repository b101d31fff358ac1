"""Telephone numbers by the Japanese numbering plan: is it one, and how is it written?"""

from __future__ import annotations

from typing import Final

from voice.itn.area_codes import area_code_length

_MOBILE: Final = ("050", "070", "080", "090")
_MOBILE_OR_AREA: Final = ("060", "020")
_FOUR_THREE: Final = ("0120", "0570", "0990", "0170", "0180")
_ELEVEN_FREE: Final = "0800"


def is_telephone(digits: str) -> bool:
    """Whether `digits` are a whole domestic number: 11 digits for mobile, IP and 0800, 10 for the others."""
    if not digits.startswith("0") or digits.startswith("00"):
        return False
    if digits.startswith(_ELEVEN_FREE) or digits.startswith(_MOBILE):
        return len(digits) == 11
    if digits.startswith(_MOBILE_OR_AREA):
        return len(digits) in {10, 11}
    return len(digits) == 10


def with_hyphens(digits: str) -> str:
    """`digits` of a whole number in the groups that it is written in.

    >>> with_hyphens("09012345678"), with_hyphens("0120123456"), with_hyphens("0465123456"), with_hyphens("0312345678")
    ('090-1234-5678', '0120-123-456', '0465-12-3456', '03-1234-5678')
    """
    if digits.startswith(_ELEVEN_FREE) and len(digits) == 11:
        return _cut(digits, 4, 3)
    if len(digits) == 11:
        return _cut(digits, 3, 4)
    if digits.startswith(_FOUR_THREE):
        return _cut(digits, 4, 3)
    area = area_code_length(digits)
    return _cut(digits, area, 6 - area)


def _cut(digits: str, first: int, second: int) -> str:
    return "-".join((digits[:first], digits[first : first + second], digits[first + second :]))
