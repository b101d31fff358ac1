"""Telephone numbers, postal codes and other numbers that are names rather than quantities."""

from __future__ import annotations

import re
from typing import Final

from voice.tts.digits import PAUSE, in_groups, say_digits

_DASH: Final = r"[-‐‑‒–—―−ー]"
_NOT_BEFORE: Final = rf"(?<![0-9A-Za-z,.])(?<![0-9]{_DASH})"
_NOT_AFTER: Final = rf"(?![0-9])(?!{_DASH}[0-9])(?![,.][0-9])"

_POSTAL: Final = re.compile(rf"(〒\s*|郵便番号[はが:、]?\s*){_NOT_BEFORE}([0-9]{{3}}){_DASH}?([0-9]{{4}}){_NOT_AFTER}")
_POSTAL_BARE: Final = re.compile(rf"{_NOT_BEFORE}([0-9]{{3}}){_DASH}([0-9]{{4}}){_NOT_AFTER}")
_INTERNATIONAL: Final = re.compile(
    rf"\+([0-9]{{1,3}})[ -]?\(?([0-9]{{1,4}})\)?[ -]?([0-9]{{2,4}})[ -]?([0-9]{{3,4}}){_NOT_AFTER}"
)
_DOMESTIC: Final = re.compile(
    rf"{_NOT_BEFORE}(?:\((0[0-9]{{1,4}})\)|(0[0-9]{{1,4}}){_DASH}|(0[0-9]{{1,4}})[(])\s?"
    rf"([0-9]{{1,4}})[-‐‑‒–—―−ー)]([0-9]{{3,4}}){_NOT_AFTER}"
)
_SOLID: Final = re.compile(rf"{_NOT_BEFORE}0[0-9]{{9,10}}{_NOT_AFTER}")
_GROUPED: Final = re.compile(
    rf"{_NOT_BEFORE}(?:[0-9]{{2,5}}{_DASH}){{2,}}[0-9]{{3,8}}{_NOT_AFTER}"
    rf"|{_NOT_BEFORE}[0-9]{{3,6}}{_DASH}[0-9]{{4,8}}{_NOT_AFTER}"
    rf"|{_NOT_BEFORE}[0-9]{{4}}(?: [0-9]{{4}}){{2,3}}{_NOT_AFTER}"
)
# Services of three digits; 110 and 119 are left to the dictionary, which knows ヒャクトーバン.
_SHORT_SERVICE: Final = re.compile(
    r"(?<![0-9第])(104|113|115|116|117|118|13[0-9]|14[0-9]|15[1-9]|16[0-9]|17[1-7]|18[4689]|189)"
    r"(?=番(?!目|地|街|台|線|号|まで)|を(?:つけ|押))"
    r"|(?<![0-9第,.])([0-9]{3,6})(?=[にへ](?:お)?(?:電話|かけ|発信)|をダイ[ヤア]ル)"
)
_HASH_SERVICE: Final = re.compile(r"([#*])([0-9]{1,6})(?![0-9])")
_NAMED: Final = re.compile(
    r"((?:番号|ナンバー|コード|パスワード|No\.|ID|PIN|桁|ケタ)(?:は|が|を|も|、|:|「|\s)*(?:[A-Za-z]{1,4}-?)?)"
    r"([0-9]{3,})(?![0-9,.]|番|件|個|桁|文字|回|つ|日|月|年|円|名|人|台|分|時|秒|万|ケタ|種)"
)
_LONG: Final = re.compile(
    r"(?<![0-9,.第])(?![0-9]+0000(?![0-9]))([0-9]{8,})(?![0-9,.]|番目|円|人|名|件|個|ポイント|万|億|バイト)"
)
_LEADING_ZERO: Final = re.compile(r"(?<![0-9,.:/])(0[0-9]+)(?![0-9,.:/]|日|月|年|時|分|秒|円|%)")

_CODE_NAME: Final = {"#": "シャープ", "*": "コメジルシ"}


def say_number_names(text: str) -> str:
    """Replace telephone numbers, postal codes, cards, receipt and service numbers by their digits in katakana.

    Works on NFKC text. Groups are kept as they are written, with a pause at each hyphen or bracket; a number
    without hyphens is grouped as the Japanese numbering plan groups it.
    """
    text = _POSTAL.sub(_marked_postal, text)
    text = _INTERNATIONAL.sub(lambda m: "プラス" + say_digits("-".join(m.groups())), text)
    text = _DOMESTIC.sub(lambda m: say_digits("-".join(group for group in m.groups() if group)), text)
    text = _SOLID.sub(lambda m: say_digits(_plan_groups(m[0])), text)
    text = _POSTAL_BARE.sub(lambda m: _postal(m[1], m[2]), text)
    text = _GROUPED.sub(lambda m: say_digits(m[0]), text)
    text = _SHORT_SERVICE.sub(lambda m: say_digits(m[0]), text)
    text = _HASH_SERVICE.sub(lambda m: _CODE_NAME[m[1]] + say_digits(m[2]), text)
    text = _NAMED.sub(lambda m: m[1] + say_digits(_fours(m[2])), text)
    text = _LONG.sub(lambda m: say_digits(_fours(m[1])), text)
    return _LEADING_ZERO.sub(lambda m: say_digits(m[1]), text)


def _marked_postal(match: re.Match[str]) -> str:
    """A postal code with its mark; what follows it after a space is the address, and wants a pause."""
    following = match.string[match.end() : match.end() + 1]
    return match[1].replace("〒", "郵便番号、") + _postal(match[2], match[3]) + (PAUSE if following.isspace() else "")


def _postal(head: str, tail: str) -> str:
    return f"{say_digits(head)}の{say_digits(tail)}"


def _plan_groups(digits: str) -> str:
    """Group a solid number: 0120/0570/0990 4-3-3, 0800 4-3-4, mobile and 050 3-4-4, 03/06 2-4-4, others 3-3-4."""
    if digits.startswith(("0120", "0570", "0990", "0800")):
        return in_groups(digits, (4, 3))
    if len(digits) == 11:
        return in_groups(digits, (3, 4))
    if digits.startswith(("03", "06")):
        return in_groups(digits, (2, 4))
    return in_groups(digits, (3, 3))


def _fours(digits: str) -> str:
    """Long numbers are heard best in fours; up to six digits stay together in halves."""
    if len(digits) <= 4:
        return digits
    if len(digits) <= 6:
        return in_groups(digits, (3,))
    return in_groups(digits, (4,) * (len(digits) // 4))
