"""Figures as a file for a spreadsheet: UTF-8 with a mark at its beginning, which Excel needs to know it by."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from records.figures.catalogue import FIGURES
from records.figures.figure import UNKNOWN, Unit

HEAD: Final = ("期間の始め", "期間の終わり", "区分", "指標", "値", "単位", "分子", "分母", "計算式")
_UNITS: Final = {
    Unit.COUNT: "件",
    Unit.PERCENT: "%",
    Unit.SECONDS: "秒",
    Unit.WAIT: "秒",
    Unit.MILLISECONDS: "ミリ秒",
    Unit.PER_HOUR: "件/時",
}
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(first: str, last: str, groups: Sequence[tuple[str, Sequence[dict[str, Any]]]]) -> bytes:
    """A line a figure and group. Times in numerators and denominators are milliseconds, as they were summed."""
    kinds = {each.key: each for each in FIGURES}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for group, figures in groups:
        for each in figures:
            figure = kinds[each["key"]]
            writer.writerow(
                (
                    first,
                    last,
                    _safe(group),
                    figure.name,
                    UNKNOWN if each["value"] is None else _number(each["value"], figure.unit),
                    _UNITS[figure.unit],
                    _or_unknown(each["numerator"]),
                    "" if figure.unit is Unit.COUNT else _or_unknown(each["denominator"]),
                    figure.formula,
                )
            )
    return text.getvalue().encode("utf-8-sig")


def _number(value: float, unit: Unit) -> str:
    return f"{value:.0f}" if unit in {Unit.COUNT, Unit.MILLISECONDS} else f"{value:.1f}"


def _or_unknown(value: int | None) -> str:
    return UNKNOWN if value is None else str(value)


def _safe(text: str) -> str:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
