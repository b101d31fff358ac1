"""Money, shares, fractions, places, measures and plain numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from voice.itn.figures import grouped, plain, spelt, written
from voice.itn.rules import Found, Reading, Rule, pattern
from voice.itn.values import ValueKind

_CURRENCIES: Final = {
    "どる": "USD", "米どる": "USD", "ゆーろ": "EUR", "ぽんど": "GBP", "うぉん": "KRW",
    "元": "CNY",
}  # fmt: skip
_WHOLE_AND_CENTS: Final = (
    r"(?P<currency>米?どる|ゆーろ|ぽんど|うぉん|元(?![年気旦々]))(?:(?P<cents>N)(?:せんと|ぺんす))?"
)
_SIGN: Final = r"(?P<sign>まいなす|ぷらす|(?<![0-9A-Za-z])-)?"
_YEN: Final = pattern(rf"{_SIGN}(?:¥\s*)?(?P<amount>N)(?:円(?![形周高安陣])|えん)(?:(?P<sen>N)銭)?")
_YEN_SIGN: Final = pattern(r"(?:¥|jpy\s*|JPY\s*)(?P<amount>N)")
_FOREIGN: Final = pattern(rf"{_SIGN}(?P<amount>N){_WHOLE_AND_CENTS}")
_FOREIGN_SIGN: Final = pattern(r"(?P<code>US\s?\$|USD|usd|\$|EUR|eur|€|GBP|gbp|£|₩|KRW|CNY|cny)\s*(?P<amount>N)")
_CODES: Final = {"US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "₩": "KRW"}
_PERCENT: Final = pattern(rf"{_SIGN}(?P<amount>N)(?:%|ぱーせんと)")
_TENTHS: Final = pattern(r"(?P<amount>N)割(?!り)(?:(?P<hundredths>N)分)?")
_FRACTION: Final = pattern(rf"{_SIGN}(?:(?P<whole>N)(?:と|荷|か))?(?P<below>N)(?:分|ぶん|ぶ)の(?P<above>N)")
_ASCII_FRACTION: Final = pattern(r"(?<![/0-9A-Za-z.])(?P<above>N)/(?P<below>N)(?![/0-9A-Za-z])")
_ORDINAL: Final = pattern(
    r"(?P<first>第|だい)(?P<amount>N)(?![人者三])|(?P<place>N)(?P<suffix>番目|ばんめ|つ目|回目|人目|度目|位(?!置))"
)
_MEASURES: Final = {
    "きろめーとる": "km", "せんちめーとる": "cm", "みりめーとる": "mm", "めーとる": "m", "平方めーとる": "m²",
    "立方めーとる": "m³",
    "きろぐらむ": "kg", "みりぐらむ": "mg", "ぐらむ": "g", "とん": "t", "りっとる": "L", "みりりっとる": "mL",
    "せんち": "cm", "みり": "mm", "きろ": "k", "ぎがばいと": "GB", "めがばいと": "MB",
    "てらばいと": "TB", "ぎが": "GB", "めが": "MB",
    "わっと": "W", "きろわっと": "kW", "ぼると": "V", "あんぺあ": "A", "へるつ": "Hz",
    "歳": "歳", "さい": "歳", "才": "歳",
    "km": "km", "cm": "cm", "mm": "mm", "kg": "kg", "GB": "GB", "MB": "MB", "TB": "TB", "Mbps": "Mbps", "Gbps": "Gbps",
    "めがびーぴーえす": "Mbps", "ぎがびーぴーえす": "Gbps",
}  # fmt: skip
_MEASURE: Final = pattern(
    rf"{_SIGN}(?P<amount>N)(?P<unit>{'|'.join(sorted(_MEASURES, key=len, reverse=True))})(?:毎(?P<per>秒|分|時))?"
)
_RANGE: Final = pattern(
    r"(?P<low>N)(?P<to>から)(?P<high>N)(?=年代|日|月|年|時|分|人|円|回|世紀|歳|個|件|台|枚|階|つ|%|か月|ヶ月|番|名|週間)"
)
_DECADE: Final = pattern(r"(?P<amount>N)(?=年代)")
_PLAIN: Final = pattern(rf"{_SIGN}(?P<amount>N)")
_SIGNS: Final = {"まいなす": "-", "ぷらす": "+", "-": "-"}


def _sign(found: Found) -> str:
    return _SIGNS.get(found.group("sign"), "")


def _amount(found: Found, name: str = "amount") -> Decimal:
    number = found.number(name)
    return number.amount if number else Decimal(0)


def _yen(found: Found) -> Reading | None:
    amount, sen = _amount(found), found.number("sen")
    sign = _sign(found)
    if sen is not None:
        value = amount + sen.amount / 100
        return Reading(sign + plain(value), f"{sign}{grouped(amount, found.style)}円{int(sen.amount)}銭")
    return Reading(sign.replace("+", "") + plain(amount), f"{sign}{grouped(amount, found.style)}円")


def _yen_sign(found: Found) -> Reading | None:
    return Reading(plain(_amount(found)), f"{grouped(_amount(found), found.style)}円")


def _foreign(found: Found) -> Reading | None:
    currency = found.group("currency")
    cents = found.number("cents")
    amount = _amount(found) + (cents.amount / 100 if cents else 0)
    name = {"どる": "ドル", "米どる": "米ドル", "ゆーろ": "ユーロ", "ぽんど": "ポンド", "うぉん": "ウォン"}.get(
        currency, currency
    )
    small = ("ペンス" if name == "ポンド" else "セント") if cents else ""
    display = f"{_sign(found)}{grouped(_amount(found), found.style)}{name}"
    if cents:
        display += f"{int(cents.amount)}{small}"
    return Reading(f"{_CURRENCIES[currency]} {_sign(found)}{plain(amount)}", display)


def _foreign_sign(found: Found) -> Reading | None:
    code = re.sub(r"\s", "", found.group("code")).upper()
    return Reading(f"{_CODES.get(code, code)} {plain(_amount(found))}", None)


def _percent(found: Found) -> Reading | None:
    number = found.number("amount")
    if number is None:
        return None
    return Reading(_sign(found) + spelt(number), f"{_sign(found)}{spelt(number)}%")


def _tenths(found: Found) -> Reading | None:
    number, small = found.number("amount"), found.number("hundredths")
    if number is None:
        return None
    total = number.amount * 10 + (small.amount if small else 0)
    return Reading(plain(total), f"{spelt(number)}割" + (f"{spelt(small)}分" if small else ""))


def _fraction(found: Found) -> Reading | None:
    above, below, whole = found.number("above"), found.number("below"), found.number("whole")
    if above is None or below is None or not below.amount:
        return None
    sign = _sign(found)
    canonical = f"{sign}{spelt(whole) + ' ' if whole else ''}{spelt(above)}/{spelt(below)}"
    if found.style.ascii_fractions:
        return Reading(canonical, canonical)
    mixed = f"{spelt(whole)}と" if whole else ""
    return Reading(canonical, f"{'マイナス' if sign else ''}{mixed}{spelt(below)}分の{spelt(above)}")


def _ascii_fraction(found: Found) -> Reading | None:
    above, below = found.integer("above"), found.integer("below")
    if above is None or not below or above >= below or below > 100:
        return None
    return Reading(f"{above}/{below}", None)


def _ordinal(found: Found) -> Reading | None:
    number = found.number("amount") or found.number("place")
    if number is None:
        return None
    said = found.spellings[0]
    written_so = said if said.isascii() else number.literal
    text = written_so or (f"{int(number.amount):,}" if found.style.grouped_ordinals else plain(number.amount))
    suffix = {"ばんめ": "番目"}.get(found.group("suffix"), found.group("suffix"))
    return Reading(plain(number.amount), f"第{text}" if found.group("first") else f"{text}{suffix}")


def _measure(found: Found) -> Reading | None:
    number = found.number("amount")
    if number is None:
        return None
    name = found.group("unit")
    unit, per = _MEASURES[name], found.group("per")
    speed = {"秒": "/s", "分": "/min", "時": "/h"}.get(per, "")
    shown = unit if unit.isascii() or unit in {"m²", "m³", "歳"} else name
    shown = {"k": "キロ"}.get(unit, shown)
    if name in {"ぎが", "めが", "みり", "せんち"}:
        shown = {"ぎが": "ギガ", "めが": "メガ", "みり": "ミリ", "せんち": "センチ"}[name]
    text = written(number, found.style, found.spellings[0])
    return Reading(f"{_sign(found)}{plain(number.amount)} {unit}{speed}", f"{_sign(found)}{text}{shown}{speed}")


def _range(found: Found) -> Reading | None:
    low, high = found.number("low"), found.number("high")
    if low is None or high is None or low.amount >= high.amount:
        return None
    between = "〜" if found.style.joined_ranges else "から"
    canonical = f"{plain(low.amount)}/{plain(high.amount)}"
    return Reading(canonical, f"{spelt(low)}{between}{spelt(high)}")


def _decade(found: Found) -> Reading | None:
    """1990年代: a year, so never with a separator."""
    number = found.number("amount")
    return None if number is None else Reading(plain(number.amount), spelt(number))


def _number(found: Found) -> Reading | None:
    number = found.number("amount")
    if number is None:
        return None
    sign = _sign(found)
    text = written(number, found.style, found.spellings[0])
    if not found.spellings[0].isascii() and len(number.literal) > 1 and "." not in number.literal:
        text = number.literal
    canonical = number.literal if "." in number.literal else plain(number.amount)
    return Reading(sign + canonical, sign + text)


AMOUNT_RULES: Final = (
    Rule(ValueKind.MONEY, _YEN, _yen),
    Rule(ValueKind.MONEY, _YEN_SIGN, _yen_sign),
    Rule(ValueKind.MONEY, _FOREIGN, _foreign),
    Rule(ValueKind.MONEY, _FOREIGN_SIGN, _foreign_sign),
    Rule(ValueKind.PERCENTAGE, _PERCENT, _percent),
    Rule(ValueKind.PERCENTAGE, _TENTHS, _tenths),
    Rule(ValueKind.FRACTION, _FRACTION, _fraction),
    Rule(ValueKind.FRACTION, _ASCII_FRACTION, _ascii_fraction),
    Rule(ValueKind.ORDINAL, _ORDINAL, _ordinal),
    Rule(ValueKind.MEASURE, _MEASURE, _measure),
    Rule(ValueKind.NUMBER, _RANGE, _range),
    Rule(ValueKind.NUMBER, _DECADE, _decade),
    Rule(ValueKind.NUMBER, _PLAIN, _number),
)
