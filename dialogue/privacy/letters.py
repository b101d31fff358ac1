"""Personal data in letters and dates: mail addresses, passwords, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dialogue.privacy.folding import fold, narrow
from dialogue.privacy.kinds import PersonalKind, PersonalSpan

_LETTER: Final = (
    "エー|ビー|シー|ディー|イー|エフ|ジー|エイチ|エッチ|アイ|ジェー|ジェイ|ケー|ケイ|エル|エム|エヌ|オー|ピー|キュー|アール"
    "|エス|ティー|ユー|ブイ|ダブリュー|エックス|ワイ|ゼット"
)
_AT: Final = r"\s*(?:@|アットマーク|アット|あっとまーく|あっと)\s*"
_DOT: Final = r"\s*(?:\.|ドット|どっと|てん(?=コム|com))\s*"
_LABEL: Final = r"(?:[a-z0-9_+\-]|[ァ-ヺー]|アンダーバー|ハイフン|あんだーばー|はいふん)+?"
_EMAIL: Final = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL})*{_AT}{_LABEL}(?:{_DOT}(?:[a-z0-9\-]+|[ァ-ヺー]+))+")
_EMAIL_MARKS: Final = (
    ("アットマーク", "@"), ("あっとまーく", "@"), ("アット", "@"), ("あっと", "@"), ("ドット", "."), ("どっと", "."),
    ("アンダーバー", "_"), ("あんだーばー", "_"), ("ハイフン", "-"), ("はいふん", "-"),
)  # fmt: skip
_PASSWORD: Final = re.compile(
    r"(?:パスワード|パスコード|ぱすわーど|暗証番号|合言葉)[はがを、:\s]*"
    rf"(?P<secret>(?=[^\s]*[0-9a-z]|(?:{_LETTER}){{2}})(?:[0-9a-z!#$%&*+\-_@]|{_LETTER}|大文字の|小文字の)"
    rf"(?:[0-9a-z!#$%&*+\-_@、\s]|{_LETTER}|大文字の|小文字の){{2,}})"
)
_ERA: Final = "(?:明治|大正|昭和|平成|令和|西暦|めいじ|たいしょう|しょうわ|へいせい|れいわ|せいれき)"
_FIGURES: Final = "[0-9〇一二三四五六七八九十百千元]"
_DATE: Final = re.compile(
    rf"(?:{_ERA}\s*{_FIGURES}{{1,4}}\s*年?|{_FIGURES}{{2,4}}\s*[年/\-.])\s*の?\s*{_FIGURES}{{1,3}}\s*[月/\-.]\s*の?\s*{_FIGURES}{{1,3}}\s*日?"
    rf"|{_ERA}[ぁ-んー]{{1,14}}?ねん[ぁ-んー]{{1,6}}?がつ[ぁ-んー]{{1,8}}?(?:にち|か|たち)"
)
_BORN_BEFORE: Final = re.compile(r"(?:生年月日|せいねんがっぴ|誕生日|たんじょうび)[^。]{0,10}$")
_BORN_AFTER: Final = re.compile(r"\s*(?:の)?\s*(?:生まれ|うまれ|生れ|せいです|に生まれ)")
_LONG_AGO: Final = re.compile("明治|大正|昭和|めいじ|たいしょう|しょうわ|19[0-9]{2}")


def emails(text: str) -> Iterator[PersonalSpan]:
    """Mail addresses, typed or said (タロウアットマークエグザンプルドットコム)."""
    for match in _EMAIL.finditer(narrow(text)):
        value = match[0]
        for spoken, mark in _EMAIL_MARKS:
            value = value.replace(spoken, mark)
        yield PersonalSpan(PersonalKind.EMAIL, match.start(), match.end(), re.sub(r"\s", "", value))


def passwords(text: str) -> Iterator[PersonalSpan]:
    """What is said after パスワードは, where it is letters and digits."""
    for match in _PASSWORD.finditer(narrow(text)):
        secret = match["secret"].rstrip("、 ")
        yield PersonalSpan(PersonalKind.PIN, match.start("secret"), match.start("secret") + len(secret), secret)


def birth_dates(text: str) -> Iterator[PersonalSpan]:
    """Dates that the words around them, or their age alone, say to be of a birth."""
    folded = fold(text)
    for match in _DATE.finditer(folded):
        born = _BORN_BEFORE.search(folded, 0, match.start()) or _BORN_AFTER.match(folded, match.end())
        if born or _LONG_AGO.match(match[0]):
            yield PersonalSpan(PersonalKind.BIRTH_DATE, match.start(), match.end(), re.sub(r"\s", "", match[0]))
