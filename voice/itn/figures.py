"""How amounts are written in figures: 3,980 and 5万 and 1億2,000万."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from voice.itn.numerals import Number
from voice.itn.values import Style

_MYRIADS: Final = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))


def plain(amount: Decimal) -> str:
    """Digits alone, without exponent or trailing zeros that nobody said."""
    return format(amount, "f")


def spelt(number: Number) -> str:
    """As it was spelt digit by digit (2026, 007, 3.10), otherwise digits alone."""
    return number.literal or plain(number.amount)


def grouped(amount: Decimal, style: Style) -> str:
    """With thousands separators; round sums of 10,000 and more in 万, 億, 兆 if the style has them."""
    whole = int(amount)
    if amount != whole:
        return f"{amount:,f}"
    if not style.myriads or whole < 10**4 or whole % 10**4 or whole >= 10**16:
        return f"{whole:,}"
    parts = []
    for unit, name in _MYRIADS:
        count, whole = divmod(whole, unit)
        if count:
            parts.append(f"{count:,}{name}")
    return "".join(parts)


def written(number: Number, style: Style, source: str) -> str:
    """A quantity: what was already in figures stays as it is."""
    if source.isascii():
        return source
    return number.literal or grouped(number.amount, style)
