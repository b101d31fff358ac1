"""Numbers digit by digit, in whatever way a recogniser writes them: 〇九〇, ゼロキューゼロ, 090の1234."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_WORDS: Final = {
    word: str(value)
    for value, words in enumerate(
        (
            "ぜろ れい れー まる 零 〇 ○ ◯",
            "いち いーち 一 壱",
            "にー に ふた 二 弐",
            "さん 三 参",
            "よん よー し 四",
            "ごー ご 五",
            "ろく ろーく 六",
            "なな しち ひち 七",
            "はち 八",
            "きゅう きゅー く 九",
        )
    )
    for word in words.split()
}
_WEAK: Final = frozenset({"に", "し", "ご", "く", "ふた", "まる", "さん", "いち"})
_ONES: Final = "一二三四五六七八九"
_KANA_ONES: Final = "いち|に|さん|よん|ご|ろく|ろっ|なな|はち|はっ|きゅう"
_PLACES: Final = (
    rf"(?=[{_ONES}]?[千百十])(?>(?:[{_ONES}]?千)?(?:[{_ONES}]?百)?(?:[{_ONES}]?十)?[{_ONES}]?)(?![万億兆〇])"
    rf"|(?=(?:{_KANA_ONES})(?:[せぜ]ん|[ひびぴ]ゃく|じゅう)|(?:ひゃく|じゅう)(?:{_KANA_ONES}))"
    rf"(?>(?:(?:{_KANA_ONES})[せぜ]ん)?(?:(?:{_KANA_ONES})?[ひびぴ]ゃく)?(?:(?:{_KANA_ONES})?じゅう)?(?:{_KANA_ONES})?)"
)
_SEPARATOR: Final = (
    r"はいふん|まいなす|だっしゅ|えーっと|えーと|えっと|えー|あのー|あの|それから|のー|の|とー|と|[-ー~、,。・.()\s]"
)
_UNIT: Final = re.compile(
    rf"(?P<figure>[0-9])|(?P<places>{_PLACES})"
    rf"|(?P<word>{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})|(?P<separator>{_SEPARATOR})"
)
_BEGIN: Final = re.compile(f"[0-9千百十]|{'|'.join(sorted({word[0] for word in _WORDS} | {'ひ', 'じ'}))}")
_PART: Final = re.compile(rf"({_KANA_ONES}|[{_ONES}])?([千百十]|[せぜ]ん|[ひびぴ]ゃく|じゅう)?")
_SCALE: Final = {"千": 1000, "せん": 1000, "ぜん": 1000, "百": 100, "十": 10, "じゅう": 10}
_SEPARATORS_AT_MOST: Final = 4
LONGEST_RUN: Final = 48
"""Units of one run; what goes on longer is a run of its own."""


@dataclass(frozen=True)
class DigitUnit:
    """A figure, a digit's word or a number up to 9999 (十二). `joint` is what separates it from the unit before."""

    start: int
    end: int
    digits: str
    word: bool
    weak: bool
    joint: str


@dataclass(frozen=True)
class DigitRun:
    """Digits that belong together in folded text."""

    units: tuple[DigitUnit, ...]

    @property
    def start(self) -> int:
        """Where its first digit begins."""
        return self.units[0].start

    @property
    def end(self) -> int:
        """Where its last digit ends."""
        return self.units[-1].end

    @property
    def digits(self) -> str:
        """All of them."""
        return "".join(unit.digits for unit in self.units)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many digits stand between separators."""
        counts: list[int] = []
        for unit in self.units:
            if unit.joint or not counts:
                counts.append(0)
            counts[-1] += len(unit.digits)
        return tuple(counts)

    def part(self, first: int, last: int) -> DigitRun:
        """The units from `first` to `last`, that one left out."""
        return DigitRun(self.units[first:last])


def digit_runs(folded: str) -> Iterator[DigitRun]:
    """The runs of digits in folded text, from left to right; single digits too."""
    at = 0
    while begin := _BEGIN.search(folded, at):
        run = _read(folded, begin.start())
        if run is None:
            at = begin.start() + 1
        else:
            yield run
            at = run.end


def _read(folded: str, at: int) -> DigitRun | None:
    units: list[DigitUnit] = []
    joint, joints = "", 0
    while len(units) < LONGEST_RUN and (match := _UNIT.match(folded, at)):
        if not match[0]:
            break
        at = match.end()
        if match.lastgroup == "separator":
            if not units or joints == _SEPARATORS_AT_MOST:
                break
            joint, joints = joint + match[0], joints + 1
            continue
        units.append(_unit(match, joint))
        joint, joints = "", 0
    if len(units) > 1 and folded[units[-1].start : units[-1].end] == "に" and not units[-2].word:
        # 090-1234-5678に電話: the に is no 2.
        units.pop()
    return DigitRun(tuple(units)) if units else None


def _unit(match: re.Match[str], joint: str) -> DigitUnit:
    written = match[0]
    if match.lastgroup == "places":
        return DigitUnit(match.start(), match.end(), str(_value(written)), True, False, joint)
    digits = "2" if written == "にい" else _WORDS.get(written, written)
    word = match.lastgroup == "word"
    return DigitUnit(match.start(), match.end(), digits, word, written in _WEAK, joint)


def _value(written: str) -> int:
    value = 0
    for part in _PART.finditer(written):
        one, place = part.groups()
        if one is None and place is None:
            continue
        number = 1 if one is None else int(_WORDS.get(one) or {"ろっ": "6", "はっ": "8"}[one])
        value += number * _SCALE.get(place, 100) if place else number
    return value
