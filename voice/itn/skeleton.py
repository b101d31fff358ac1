"""A folded text with each number reduced to one mark, so that the grammar of dates and money is a pattern on words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from voice.itn.folding import Folded
from voice.itn.numerals import NUMERALS, Number, numbers_at
from voice.turn.morphemes import Morpheme

MARK: Final = "\ue000"
TAKEN: Final = "\ue001"
"""Stands for what is already a value: a telephone number, a postal code."""

_IDIOMS: Final = re.compile(
    r"一日中|一日も早く|三日月|三日坊主|一昨[日年]|一月三舟|十三湖|一か八か|一つ一つ|一人一人|七五三|四六時中|"
    r"一期一会|[一二三四五六七八九十]重(?!量)|一月足らず|十日町|[数何][十百千万]|千代|二の次|二の足|一の[宮関]|"
    r"三軒茶屋|三つ葉|四つ角|八つ当|一途|八百長|[一二三四五六七八九]次会|一に|その一(?!番)|[々]|(?<!第)[一二三四五六七八九]条|千万だ"
)
_PEOPLE: Final = frozenset({"一人", "二人"})
_COUNTED: Final = re.compile(r"[一二三四五六七八九十百千万]+(?:回|人|件|歳|台|杯|冊|秒|泊|名|年|日|月)")
_UNIT_AHEAD: Final = re.compile(
    r"えん(?!じ|き|ちょう|そ)|がつ|にち(?!じょう)|じかん|じ(?![ゃゅょぇぁっつぶこ])|ふん|ぷん|ねん(?!れい|まつ)|にん|さい(?!ふ|きん|ご|しょ)|"
    r"かげつ|しゅうかん|まい(?!る|に)|ぱーせんと|ぎが|どる|円|月|日|時|分|年|人|歳|枚|回|件|台|個|つ目|番|割|%|ばんめ|びょう|ぶんの|分の"
)
_ENDS: Final = re.compile(r"(?:です)?。?$")
_O_CLOCK: Final = re.compile(r"[二三四五十半に頃前]|から|まで|過ぎ|すぎ|ごろ|です")
_MINUTES: Final = re.compile(r"はん|半|[いにさしよごろなはきくじゅうっちんー]{1,8}[ふぷ]ん|[0-9]")
_CLOSE: Final = re.compile(r"$|[\s、。,.!?]|です|でした|だ|は|が|を|で|と|も|の|から|まで|くらい|ぐらい|ほど|に")
_OPEN_BEFORE: Final = re.compile(
    r"(?:^|[^ぁ-ゖー]|[はがをのでともへや]|から|より|ごぜん|ごご|やく|だいたい|れいわ|へいせい|しょうわ|まいなす|だい)$"
)
_PREFIX: Final = re.compile(r"(?:ごぜん|ごご|やく|れいわ|へいせい|しょうわ|まいなす|だい)$")
_CLOCK_BEFORE: Final = re.compile(r"(?:午前|午後|ごぜん|ごご|朝|夜|夕方|昼の?)$")


@dataclass(frozen=True)
class Skeleton:
    """`text` with marks; `numbers` in the order of the marks; `places[i]` is where character i began in folded text."""

    text: str
    numbers: tuple[Number, ...]
    places: tuple[int, ...]

    def numbers_between(self, start: int, end: int) -> tuple[Number, ...]:
        """The numbers whose marks stand in `text[start:end]`."""
        before = self.text.count(MARK, 0, start)
        return self.numbers[before : before + self.text.count(MARK, start, end)]


def build_skeleton(
    folded: Folded, taken: Sequence[tuple[int, int]], words: Sequence[Morpheme], lone_people: bool = False
) -> Skeleton:
    """Find the numbers outside `taken`. `words` are the morphemes of `known_zeros(folded.width)`."""
    closed = _closed(known_zeros(folded.width), words, lone_people)
    skipped = dict(taken)
    text, kana = [], folded.kana
    numbers: list[Number] = []
    places: list[int] = []
    at, unit_end = 0, -1
    while at < len(kana):
        places.append(at)
        if at in skipped:
            text.append(TAKEN)
            at = skipped[at]
            continue
        number = None if closed[at] else _number(folded, at, unit_end, closed)
        if number is None:
            text.append(kana[at])
            at += 1
            continue
        text.append(MARK)
        numbers.append(number)
        at = number.end
        unit = _UNIT_AHEAD.match(kana, at)
        unit_end = unit.end() if unit else -1
    places.append(len(kana))
    return Skeleton("".join(text), tuple(numbers), tuple(places))


def known_zeros(width: str) -> str:
    """`width` with 〇 as 零: the morpheme dictionary takes 〇 and all that follows for one unknown word."""
    return width.replace("〇", "零")


def _number(folded: Folded, at: int, unit_end: int, closed: Sequence[bool]) -> Number | None:
    text = folded.kana
    for number in numbers_at(text, at):
        if any(closed[number.start : number.end]):
            continue
        if not number.kana:
            if (
                text[at].isdigit()
                and at
                and (text[at - 1].isascii() and (text[at - 1].isalnum() or text[at - 1] in "_"))
            ):
                return None
            return number
        if _kana_number(folded, number, at == unit_end):
            return number
    return None


def _kana_number(folded: Folded, number: Number, after_unit: bool) -> bool:
    """Whether these sounds can be meant as a number here."""
    text, start, end = folded.kana, number.start, number.end
    if not text[start].isascii() and text[start] in NUMERALS:
        return True
    if text[start].isdigit():
        return True
    if not after_unit and _OPEN_BEFORE.search(text, 0, start) is None:
        return False
    before = folded.width[start - 1 : start]
    inside = not after_unit and _is_katakana(folded.width[start]) and _is_katakana(before)
    if inside and _PREFIX.search(text, 0, start) is None:
        return False
    unit = _UNIT_AHEAD.match(text, end)
    if unit and number.tokens == 1 and not number.begins_strongly and not _is_kana(text[end]):
        return False
    clock = _CLOCK_BEFORE.search(text, 0, start) is not None
    if unit and text[start : unit.end()] == "いっさい":
        return False
    if unit:
        if number.tokens == 1 and number.begins_strongly and text[start:end] == "いち" and unit[0] in {"番", "ばんめ"}:
            return False
        alone = start == 0 and _ENDS.match(text, unit.end()) is not None
        if number.tokens == 1 and not number.begins_strongly and not alone:
            return after_unit or clock or unit[0] == "がつ" or (unit[0] == "じ" and _is_clock(text, start, unit.end()))
        return not (number.tokens == 1 and text[start:end] in {"せん", "ぜん", "まん"} and unit[0] in {"さい", "にん"})
    if number.ends_weakly and number.tokens > 1 and not re.match(r"$|[、。\s]|です|でした|を", text[end:]):
        return False
    if folded.width[start:end] != text[start:end] and "ァ" <= folded.width[end : end + 1] <= "ヺ":
        return False
    whole = start == 0 and _ENDS.match(text, end) is not None
    enough = 1 if whole else 3
    return number.tokens >= enough and number.amount >= 10 and _CLOSE.match(text, end) is not None


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヺ" or char == "ー"


def _is_kana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ"


def _is_clock(text: str, start: int, after: int) -> bool:
    """よじ is a time; くじ and ごじ are words unless minutes follow."""
    return text[start] == "よ" or _MINUTES.match(text, after) is not None


def _closed(width: str, words: Sequence[Morpheme], lone_people: bool) -> list[bool]:
    """Which characters belong to words that only look like numbers: 一緒, 千葉県, 万が一, 一番."""
    closed = [False] * len(width)
    at = 0
    for word in words:
        found = width.find(word.surface, at)
        if found < 0:
            continue
        at = found + len(word.surface)
        if "数詞" in word.pos or not any(char in NUMERALS for char in word.surface):
            continue
        if all(char in NUMERALS for char in word.surface) or _counts(word, width[at : at + 2], lone_people):
            continue
        if word.surface == "十分" and found and (width[found - 1] in NUMERALS or width[found - 1] == "時"):
            continue
        closed[found:at] = [True] * (at - found)
    for match in _IDIOMS.finditer(width):
        closed[match.start() : match.end()] = [True] * len(match[0])
    return closed


def _counts(word: Morpheme, following: str, lone_people: bool) -> bool:
    if word.surface in _PEOPLE:
        return lone_people
    if word.surface == "一番":
        return following.startswith("目")
    if word.surface == "一時":
        return _O_CLOCK.match(following) is not None
    if word.surface == "第一":
        return following[:1] in NUMERALS
    return _COUNTED.fullmatch(word.surface) is not None and "人名" not in word.pos
