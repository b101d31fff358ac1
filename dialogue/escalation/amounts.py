"""Amounts of money in words: 5万円, 50,000円, 三万五千円, 十万."""

from __future__ import annotations

import re
from typing import Final

from dialogue.normalize import normalize

_KANJI: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "両": 2}
_UNITS: Final = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS: Final = {"万": 10_000, "億": 100_000_000}
_SIGNS: Final = "〇零一二三四五六七八九十百千"
# One class, no alternatives within it: time grows with the length of the text, whatever it is.
_NUMBER: Final = rf"(?<![\d,.{_SIGNS}万億])[\d{_SIGNS}][\d,.{_SIGNS}万億]*"
_YEN: Final = re.compile(rf"({_NUMBER})(?:円|えん)")
# 「5万請求された」: ten thousands are said without 円, but not 5万人, 5万キロ.
_MYRIAD_ALONE: Final = re.compile(
    rf"({_NUMBER})(?<=[万億千百])"
    r"(?=を|も|の請|以上|近く|くらい|ぐらい|ほど|、|。|請求|取られ|払|引か|$)"
)
_PIECE: Final = re.compile(r"\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九十百千万億]")


def amounts_in(text: str) -> tuple[int, ...]:
    """The amounts in yen that `text` names, in order, each once."""
    words = normalize(text)
    in_yen = [match.group(1) for match in _YEN.finditer(words)]
    alone = [number for match in _MYRIAD_ALONE.finditer(words) if _MYRIADS.keys() & set(number := match.group(1))]
    values = (_value(each) for each in (*in_yen, *alone))
    return tuple(dict.fromkeys(value for value in values if value > 0))


def _value(number: str) -> int:
    total, section, digits = 0, 0.0, -1.0
    for piece in _PIECE.findall(number):
        if piece in _MYRIADS:
            amount = section + max(digits, 0.0)
            total += round((amount or 1) * _MYRIADS[piece])
            section, digits = 0.0, -1.0
        elif piece in _UNITS:
            section += (digits if digits >= 0 else 1) * _UNITS[piece]
            digits = -1.0
        elif piece in _KANJI:
            digits = max(digits, 0.0) * 10 + _KANJI[piece]
        else:
            digits = float(piece.replace(",", ""))
    return total + round(section + max(digits, 0.0))
