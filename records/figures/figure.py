"""A figure: its name, its formula in words, and the pure function that counts its numerator and denominator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from records.figures.facts import CallFacts, Staffing

UNKNOWN: Final = "―"
"""What stands where there is nothing to divide by: not nought, but not known."""
_MS_AN_HOUR: Final = 3_600_000


class Unit(StrEnum):
    """How a figure is counted and written."""

    COUNT = "count"  # numerator alone
    PERCENT = "percent"  # numerator of denominator
    SECONDS = "seconds"  # numerator in ms, shared among denominator
    MILLISECONDS = "milliseconds"  # a percentile of denominator values: numerator in ms
    WAIT = "wait"  # the same, written in seconds
    PER_HOUR = "per_hour"  # numerator a denominator in ms, written an hour


@dataclass(frozen=True, slots=True)
class Parts:
    """What a figure is reckoned from; `denominator` 0 makes it unknown, None makes it a plain count."""

    numerator: int
    denominator: int | None


Counting: TypeAlias = Callable[[Sequence[CallFacts], Staffing | None], Parts | None]
"""None: the figure cannot be told for such a selection (people's presence belongs to no single call)."""


@dataclass(frozen=True)
class Figure:
    """One figure and what it means, in Japanese for the pages. `better` is `up`, `down` or empty."""

    key: str
    name: str
    group: str
    unit: Unit
    formula: str
    numerator: str
    denominator: str
    count: Counting
    note: str = ""
    better: str = ""

    def of(self, calls: Sequence[CallFacts], staffing: Staffing | None = None) -> Measured:
        """The figure of these calls."""
        return Measured.of(self.key, self.unit, self.count(calls, staffing))


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as it came out. `value` is in percent, seconds, milliseconds, a number or per hour; None: unknown."""

    key: str
    numerator: int | None
    denominator: int | None
    value: float | None
    text: str

    @classmethod
    def of(cls, key: str, unit: Unit, parts: Parts | None) -> Measured:
        """Reckoned exactly and rounded half up, once, for page, CSV and API alike."""
        if parts is None:
            return cls(key, None, None, None, UNKNOWN)
        exact = _exact(unit, parts)
        if exact is None:
            return cls(key, parts.numerator, parts.denominator, None, UNKNOWN)
        digits, suffix = _WRITTEN[unit]
        rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        return cls(key, parts.numerator, parts.denominator, float(rounded), f"{rounded:,}{suffix}")


_WRITTEN: Final = {
    Unit.COUNT: (0, "件"),
    Unit.PERCENT: (1, "%"),
    Unit.SECONDS: (1, "秒"),
    Unit.MILLISECONDS: (0, "ミリ秒"),
    Unit.WAIT: (1, "秒"),
    Unit.PER_HOUR: (1, "件/時"),
}


def _exact(unit: Unit, parts: Parts) -> Decimal | None:
    if parts.denominator is None:
        return Decimal(parts.numerator)
    if parts.denominator == 0:
        return None
    match unit:
        case Unit.MILLISECONDS:
            return Decimal(parts.numerator)
        case Unit.WAIT:
            return Decimal(parts.numerator) / 1000
        case Unit.PERCENT:
            return Decimal(parts.numerator * 100) / parts.denominator
        case Unit.SECONDS:
            return Decimal(parts.numerator) / (parts.denominator * 1000)
        case Unit.PER_HOUR:
            return Decimal(parts.numerator * _MS_AN_HOUR) / parts.denominator
        case _:
            return Decimal(parts.numerator)


def percentile(values: Sequence[int], share: int) -> int:
    """The nearest-rank percentile: the smallest value that `share` percent of all do not exceed. 0 of nothing."""
    if not values:
        return 0
    return sorted(values)[-(-len(values) * share // 100) - 1]
