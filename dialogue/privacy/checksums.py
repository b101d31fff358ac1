"""Numbers that prove themselves: check digits and the numbering plan."""

from __future__ import annotations

from datetime import date
from typing import Final

_CARD_LENGTHS: Final = range(13, 20)
_MISHEARD: Final = range(13, 27)
_ISSUERS: Final = frozenset("23456")
_MOBILE: Final = ("050", "060", "070", "080", "090")
_BUSINESS: Final = ("0120", "0570", "0800", "0990", "0180", "0170")
_MY_NUMBER_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_card(digits: str) -> bool:
    """Whether `digits` may be a payment card's: 13 to 19, a known issuer's first digit, Luhn (ISO/IEC 7812-1)."""
    return len(digits) in _CARD_LENGTHS and digits[0] in _ISSUERS and len(set(digits)) > 1 and _luhn(digits)


def may_be_misheard_card(digits: str) -> bool:
    """Whether `digits` may be a card's number with a digit misheard, or with its date and code in the same breath."""
    return len(digits) in _MISHEARD and digits[0] in _ISSUERS


def is_my_number(digits: str) -> bool:
    """Whether the twelfth digit is the check digit of the others (番号法施行令に基づく総務省令 第5条)."""
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits[:11], _MY_NUMBER_WEIGHTS, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_personal_telephone(digits: str) -> bool:
    """Whether `digits` are a whole domestic number that may be a person's: not free dial and other business numbers."""
    if not digits.startswith("0") or digits.startswith("00") or is_business_telephone(digits):
        return False
    return len(digits) == (11 if digits.startswith(_MOBILE) else 10)


def is_business_telephone(digits: str) -> bool:
    """Free dial, navi dial and the like: printed on every leaflet, nobody's own."""
    return digits.startswith(_BUSINESS) and len(digits) in (10, 11)


def is_date(digits: str) -> bool:
    """Whether eight digits are a day of this or the last century, as 20261125."""
    if len(digits) != 8 or digits[:2] not in ("19", "20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
