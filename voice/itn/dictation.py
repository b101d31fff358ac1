"""Numbers dictated digit by digit: telephone, postal code, customer number, with の, ハイフン and pauses between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from voice.itn.number_plan import is_telephone, with_hyphens
from voice.itn.values import ValueKind

_DIGITS: Final = {
    word: str(value)
    for value, words in enumerate(
        (
            "ぜろ れい れー 零 〇 まる おー",
            "いち いーち ひと 一",
            "にー にい に ふた 二",
            "さん 三",
            "よん よー し 四",
            "ごー ご 五",
            "ろく ろーく 六",
            "なな しち ひち 七",
            "はち 八",
            "きゅう きゅー きゅ く 九",
        )
    )
    for word in words.split()
}
_WEAK: Final = frozenset({"に", "にい", "し", "ご", "く", "ひと", "ふた", "まる", "おー"})
# にいち is 2 and 1, not a long 2 and a ち.
_WORD: Final = "|".join("にい(?!ー?ち)" if word == "にい" else word for word in sorted(_DIGITS, key=len, reverse=True))
_SEPARATOR: Final = r"(?:はいふん|まいなす|の|のー|-|ー|[、,，\s・.()])"
_UNIT: Final = re.compile(
    rf"(?P<sep>{_SEPARATOR})|(?P<tens>[二三四五六七八九]?十[一二三四五六七八九]?(?![百千万円月日時年]))"
    rf"|(?P<figure>[0-9])|(?P<word>{_WORD})"
)
_QUANTITY: Final = re.compile(
    r"円|えん|年|月|日|時|分|人|名|件|個|台|回|歳|%|[十百千万億兆]|ぱーせんと|ひゃく|じゅう|せん|まん"
)
_POSTAL_CUE: Final = re.compile(r"(?:郵便番号|ゆうびんばんごう|〒)[はがの、:\s]*$")
_PLUS: Final = re.compile(r"\+|ぷらす")
_LEAST: Final = 5
_LEAST_ASKED: Final = 3
_ALONE_BEFORE: Final = re.compile(r"(?:^|[はが:、,。.\s])$")
_ALONE_AFTER: Final = re.compile(r"[、,。.\s]*(?:$|です|でございます|になります|でお願い|だよ|だけど)")
_SOLID: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


@dataclass(frozen=True)
class Dictated:
    """A dictated number in folded text."""

    start: int
    end: int
    kind: ValueKind
    digits: str
    display: str


def dictated(text: str, asked: bool = False) -> Iterator[Dictated]:
    """The dictated numbers in folded text, from left to right. `asked`: the agent has asked for digits."""
    at = 0
    while at < len(text):
        plus = _PLUS.match(text, at)
        begin = plus.end() if plus else at
        run = _Run.read(text, begin) if _may_begin(text, begin) else None
        if run and plus and (abroad := run.abroad(at)):
            yield abroad
            at = abroad.end
            continue
        found = run and run.judge(text, asked)
        if found:
            yield found
            at = found.end
        else:
            at += 1


@dataclass
class _Run:
    start: int
    end: int
    groups: list[str]
    words: int
    weak: int
    solid: bool

    @classmethod
    def read(cls, text: str, start: int) -> _Run | None:
        run = cls(start, start, [""], 0, 0, True)
        at, separators = start, ""
        while match := _UNIT.match(text, at):
            word, kind = match[0], match.lastgroup
            at = match.end()
            if kind == "sep":
                if run.end == start:
                    return None
                separators += word
                continue
            aside = separators or text[run.end - 1 : run.end].isdigit()
            weak = kind == "word" and word in _WEAK and run.end > start
            if weak and (is_telephone("".join(run.groups)) or (aside and not _digit_goes_on(text, at))):
                break
            if separators:
                run.groups.append("")
            separators = ""
            run.groups[-1] += _tens(word) if kind == "tens" else _DIGITS.get(word, word)
            run.words += kind != "figure"
            run.weak += word in _WEAK
            run.end = at
        return run if run.end > start else None

    def abroad(self, plus: int) -> Dictated | None:
        """The run as an international number (E.164: at most 15 digits), begun by a plus at `plus`."""
        digits = "".join(self.groups)
        if not 9 <= len(digits) <= 15 or digits.startswith("0"):
            return None
        country, *rest = self.groups
        display = f"+{country} {'-'.join(rest)}" if rest else f"+{digits}"
        return Dictated(plus, self.end, ValueKind.TELEPHONE, f"+{digits}", display)

    def judge(self, text: str, asked: bool) -> Dictated | None:
        digits = "".join(self.groups)
        source = text[self.start : self.end]
        if _QUANTITY.match(text, self.end):
            return None
        if self.weak * 2 > max(1, self.words) and not (asked and self._is_alone(text)):
            return None
        postal = len(digits) == 7 and (_POSTAL_CUE.search(text, 0, self.start) is not None or self._shape() == (3, 4))
        if is_telephone(digits):
            return Dictated(self.start, self.end, ValueKind.TELEPHONE, digits, with_hyphens(digits))
        if postal:
            return Dictated(self.start, self.end, ValueKind.POSTAL_CODE, digits, f"{digits[:3]}-{digits[3:]}")
        plain = _SOLID.fullmatch(source) is not None
        least = _LEAST_ASKED if asked else _LEAST
        if digits.startswith("0") and len(digits) >= _LEAST_ASKED and "." not in source:
            least = _LEAST_ASKED
        if len(digits) < least or (plain and ("," in source or "." in source)):
            return None
        if not asked and not self.words and len(self.groups) > 1 and not digits.startswith("0") and len(digits) < 8:
            return None
        return Dictated(self.start, self.end, ValueKind.DIGITS, digits, self._written(source))

    def _is_alone(self, text: str) -> bool:
        """Whether nothing else is said beside it: then ごご is 55 and not the afternoon."""
        return bool(_stands_apart(text, self.start) and _ALONE_AFTER.match(text, self.end))

    def _written(self, source: str) -> str:
        """As one number, unless it was said in groups."""
        said = any(mark in source for mark in ("の", "はいふん", "-", "まいなす"))
        return ("-" if said else "").join(self.groups)

    def _shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.groups))


def _may_begin(text: str, at: int) -> bool:
    match = _UNIT.match(text, at)
    if match is None or match.lastgroup == "sep":
        return False
    if match[0] in _WEAK - {"まる", "おー"} and not _stands_apart(text, at):
        return False
    if at and (text[at - 1].isdigit() or text[at - 1] in "第約¥$" or text[at - 1 : at + 1] in {"/0", ":0"}):
        return False
    if at and text[at - 1] in "〇零一二三四五六七八九点":
        return False
    return not (match.lastgroup == "figure" and at > 1 and text[at - 1] in ".,:/" and text[at - 2].isdigit())


def _stands_apart(text: str, at: int) -> bool:
    """Whether a weak word may be a digit here: に after a noun is a particle."""
    return _ALONE_BEFORE.search(text[max(0, at - 1) : at]) is not None


def _digit_goes_on(text: str, at: int) -> bool:
    match = _UNIT.match(text, at)
    return match is not None and match.lastgroup != "sep"


def _tens(word: str) -> str:
    head, _, tail = word.partition("十")
    return f"{int(_DIGITS.get(head, '1')) * 10 + int(_DIGITS.get(tail, '0'))}"
