"""Digits as callers dictate them, at the end of a text: how many, and is that a whole number of its kind?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_WORDS: Final = {
    word: digit
    for digit, words in {
        "0": "ゼロ ぜろ れい レイ 零 〇 まる マル オー",
        "1": "イチ いち 一",
        "2": "ニー にー に ニ 二",
        "3": "さん サン 三",
        "4": "よん ヨン し 四",
        "5": "ゴー ごー ご ゴ 五",
        "6": "ろく ロク 六",
        "7": "なな ナナ しち シチ 七",
        "8": "はち ハチ 八",
        "9": "きゅー きゅう キュー キュウ く 九",
    }.items()
    for word in words.split()
}
_SEPARATORS: Final = ("ハイフン", "はいふん", "マイナス", "の", "ノ", "-", "‐", "−", "–", "ー", "、", ",", " ", "・")
_SPOKEN_SEPARATORS: Final = frozenset({"ハイフン", "はいふん", "マイナス", "の", "ノ", "-", "‐", "−", "–"})
_WEAK: Final = frozenset({"に", "ニ", "し", "ご", "ゴ", "く"})
"""Words that are a digit only among digits: に and し are particles and endings everywhere else."""
_UNIT: Final = re.compile(
    "|".join(re.escape(u) for u in sorted([*_WORDS, *_SEPARATORS], key=len, reverse=True)) + r"|\d"
)


@dataclass(frozen=True)
class DigitTail:
    """The run of digits that ends a text. `open_ended`: a separator follows the last digit (090の…)."""

    digits: str
    open_ended: bool

    @property
    def missing(self) -> int:
        """How many digits a plausible whole still lacks; 0 if it is whole, negative if it is too long.

        Domestic numbers begin with 0: 11 digits for 050/070/080/090 and 0800, otherwise 10 (0120 and 0570 too).
        Others are taken for postal codes (7). A customer number of another length is waited for like an open one.
        """
        if not self.digits.startswith("0"):
            return 7 - len(self.digits)
        mobile = self.digits.startswith(("050", "070", "080", "090", "0800"))
        return (11 if mobile else 10) - len(self.digits)


def digit_tail(text: str) -> DigitTail | None:
    """The digits `text` ends with, or None if it ends otherwise."""
    text = unicodedata.normalize("NFKC", text).rstrip("。．.!?、,… 　")
    units: list[str] = []
    for start in range(len(text)):
        if (units := _whole_run(text, start)) and _strong(units[0]):
            break
        units = []
    digits = "".join(_WORDS.get(u, u) for u in units if u in _WORDS or u.isdigit())
    if not digits:
        return None
    return DigitTail(digits, open_ended=units[-1] in _SPOKEN_SEPARATORS)


def _whole_run(text: str, start: int) -> list[str]:
    """The units from `start` to the end, or nothing if anything else stands between."""
    units: list[str] = []
    at = start
    while at < len(text):
        match = _UNIT.match(text, at)
        if match is None:
            return []
        units.append(match.group())
        at = match.end()
    return units


def _strong(unit: str) -> bool:
    return unit.isdigit() or (unit in _WORDS and unit not in _WEAK)
