"""What was said, written: the values found in a text, each canonical for machines and readable for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ValueKind(StrEnum):
    """What a value is, and with it how `Value.canonical` is to be read."""

    NUMBER = "number"
    """An integer, with a sign if negative. A counter (人, 台) stays in the text after it."""
    DECIMAL = "decimal"
    """`3.14`."""
    FRACTION = "fraction"
    """`3/4`, or `1 3/4`."""
    PERCENTAGE = "percentage"
    """Of a hundred: 2割5分 is `25`."""
    ORDINAL = "ordinal"
    """The place, an integer."""
    MONEY = "money"
    """Yen: an integer. Other currencies: ISO 4217 code, space, amount."""
    MEASURE = "measure"
    """Amount, space, unit."""
    DATE = "date"
    """ISO 8601 `2026-11-25`; unknown parts left out (`2026-11`, `--11-25`, `--11`, `---25`); `W1` to `W7` for a
    weekday; relative days `today+1`, `week+1-W1`, `month+1`, unless the reader knows what today is."""
    TIME = "time"
    """`15:30`; seconds only if said. Without 午前 or 午後 the hour is as spoken."""
    DURATION = "duration"
    """ISO 8601: `PT30M`, `P3D`."""
    TELEPHONE = "telephone"
    """Digits alone, with the leading 0; `+` and country code if said."""
    POSTAL_CODE = "postal_code"
    """Seven digits."""
    DIGITS = "digits"
    """A number that is a name: customer, receipt or card number, digit by digit."""


@dataclass(frozen=True)
class Value:
    """One value. `start` and `end` are its place in the source text, in characters; `display` is what replaces it."""

    kind: ValueKind
    start: int
    end: int
    canonical: str
    display: str


@dataclass(frozen=True)
class Written:
    """A text with its values in written form. `values` are in the order of the text and do not overlap."""

    source: str
    text_display: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Style:
    """Where written Japanese has more than one convention. The default is what the agent's records use.

    `NEMO` below is the convention of NVIDIA NeMo's Japanese tests: ASCII fractions, bracketed weekdays, every cardinal
    in figures with thousands separators.
    """

    ascii_fractions: bool = False
    """1/3 instead of 3分の1."""
    bracketed_weekdays: bool = False
    """3月1日(水) instead of 3月1日水曜日."""
    myriads: bool = True
    """5万, 1億2,000万円 instead of 50,000 and 120,000,000円, where nothing remains under ten thousand."""
    lone_people: bool = False
    """1人, 2人 instead of 一人, 二人, which are words."""
    joined_ranges: bool = False
    """5〜9日 instead of 5から9日."""
    half_hours: bool = False
    """午後3時半 instead of 午後3時30分."""
    grouped_ordinals: bool = True
    """10,001番目 instead of 10001番目."""


NEMO = Style(
    ascii_fractions=True,
    bracketed_weekdays=True,
    myriads=False,
    lone_people=True,
    joined_ranges=True,
    half_hours=True,
    grouped_ordinals=False,
)
