"""Numbers as they are said or written: kanji, kana, figures and mixtures, with their decimals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_KANJI_DIGITS: Final = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANA_DIGITS: Final = {
    word: value
    for value, words in enumerate(
        (
            "ぜろ れい れー",
            "いち いっ",
            "にー にい に",
            "さん",
            "よん よー よ し",
            "ごー ご",
            "ろく ろっ",
            "なな しち",
            "はち はっ",
            "きゅう きゅー く",
        )
    )
    for word in words.split()
}
_KANJI_SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "億": 10**8, "兆": 10**12}
_KANA_SCALES: Final = {
    word: scale
    for scale, words in (
        (10, "じゅう じゅー じゅっ じっ"),
        (100, "ひゃく びゃく ぴゃく ひゃっ びゃっ ぴゃっ"),
        (1000, "せん ぜん"),
        (10**4, "まん"),
        (10**8, "おく"),
        (10**12, "ちょう ちょー"),
    )
    for word in words.split()
}
_WEAK: Final = frozenset({"に", "にい", "よ", "し", "ご", "く", "よー"})
_MYRIAD: Final = 10**4
_TOKEN: Final = re.compile(
    r"(?P<figures>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<kanji>[〇一二三四五六七八九零])|(?P<kanji_scale>[十百千万億兆])"
    rf"|(?P<kana_scale>{'|'.join(sorted(_KANA_SCALES, key=len, reverse=True))})(?!ょ|め)"
    rf"|(?P<kana>{'|'.join(sorted(_KANA_DIGITS, key=len, reverse=True))})"
)
_POSITIONAL: Final = re.compile(r"[〇零一二三四五六七八九]{2,}(?![十百千])")
_POINT: Final = re.compile(r"点|てん")
_AFTER_POINT: Final = re.compile(
    rf"(?:[0-9〇零一二三四五六七八九]|{'|'.join(sorted(_KANA_DIGITS, key=len, reverse=True))})"
)
NUMERALS: Final = frozenset("〇一二三四五六七八九零十百千万億兆")


@dataclass(frozen=True)
class Number:
    """A number in folded text. `literal` is how it is spelt digit by digit, empty if it was said with its scales."""

    start: int
    end: int
    amount: Decimal
    literal: str
    kana: bool
    tokens: int
    ends_weakly: bool
    """Its last sound is also a particle or an ending: に, し, ご, く, よ."""
    begins_strongly: bool


def digit_of(unit: str) -> str:
    """The figure that one word or character names (folded), or nothing."""
    if unit.isdigit() and unit.isascii():
        return unit
    value = _KANJI_DIGITS.get(unit, _KANA_DIGITS.get(unit))
    return "" if value is None else str(value)


def numbers_at(text: str, start: int) -> list[Number]:
    """All numbers that begin at `start` of folded text, longest first; empty if none does."""
    if run := _POSITIONAL.match(text, start):
        literal = "".join(str(_KANJI_DIGITS[char]) for char in run[0])
        number = Number(start, run.end(), Decimal(literal), literal, False, len(literal), False, True)
        return [_with_decimals(text, number)]
    found = list(_prefixes(text, start))
    return [_with_decimals(text, number) for number in reversed(found)]


def _prefixes(text: str, start: int) -> Iterator[Number]:
    total, section = Decimal(0), Decimal(0)
    pending: Decimal | None = None
    small, large = Decimal(10**4), Decimal(10**16)
    literal = ""
    kana_before: bool | None = None
    any_kana, strong = False, False
    at, count = start, 0
    while match := _TOKEN.match(text, at):
        kind, word = match.lastgroup, match[0]
        is_kana = kind in {"kana", "kana_scale"}
        if kind in {"figures", "kanji", "kana"}:
            if pending is not None or (kind == "kana" and kana_before is False):
                return
            value = Decimal(word.replace(",", "")) if kind == "figures" else Decimal(digit_of(word))
            if count and (value >= small or value == 0 or "." in word):
                return
            pending = value
            literal = word.replace(",", "") if kind == "figures" and not count else ""
        else:
            if word == "ぜん" and pending != 3:
                return
            scale = Decimal(_KANJI_SCALES.get(word) or _KANA_SCALES[word])
            if scale < _MYRIAD:
                if scale >= small or (pending is not None and pending >= 10):
                    return
                section, pending, small = section + (1 if pending is None else pending) * scale, None, scale
            else:
                group = section + (pending or 0)
                if scale >= large or group <= 0:
                    return
                total, section, pending = total + group * scale, Decimal(0), None
                small, large = Decimal(10**4), scale
            literal = ""
        at = match.end()
        count += 1
        any_kana, kana_before = any_kana or is_kana, is_kana
        if count == 1:
            strong = word not in _WEAK
        yield Number(start, at, total + section + (pending or 0), literal, any_kana, count, word in _WEAK, strong)


def _with_decimals(text: str, number: Number) -> Number:
    """Take in the digits after 点; without digits it is a counter (三点) or a word."""
    point = _POINT.match(text, number.end)
    if point is None or number.amount != int(number.amount) or "." in number.literal:
        return number
    digits, at, unit = "", point.end(), ""
    while match := _AFTER_POINT.match(text, at):
        if number.kana is False and not match[0].isascii() and match[0] not in _KANJI_DIGITS:
            break
        digits, at, unit = digits + digit_of(match[0]), match.end(), match[0]
    if not digits or _scale_follows(text, at):
        return number
    literal = f"{int(number.amount)}.{digits}"
    tokens = number.tokens + len(digits)
    return Number(
        number.start, at, Decimal(literal), literal, number.kana, tokens, unit in _WEAK, number.begins_strongly
    )


def _scale_follows(text: str, at: int) -> bool:
    return text[at : at + 1] in {"十", "百", "千"}
