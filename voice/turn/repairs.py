"""Takes what a caller took back out of what was said, and keeps it beside: 三日、じゃなくて四日です; み、みなと通信.

Conservative: いや and 違います are answers unless a value is replaced by a value of its kind, or an explicit
じゃなくて or 違う stands between two nouns of one kind with a pause before it. 光回線じゃなくてモバイルです is a
contrast and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voice.itn.folding import fold
from voice.itn.normaliser import TextNormaliser
from voice.itn.number_plan import is_telephone
from voice.itn.values import Value, ValueKind
from voice.turn.morphemes import Morpheme, Morphemes, shared_morphemes

_WRONG: Final = (
    r"(?:じゃなくて|ではなくて|じゃない|じゃなかった|じゃなく|でなくて|(?:あ[、，]?\s*)?(?:違う違う|違う|違った|違いました|"
    r"ちがう|ちがった|違います|間違えました|間違えた|間違い))(?:すみません|ごめんなさい|わ|な|ね|です)?"
)
_WEAK: Final = (
    r"(?:いやいや|いや|いえ|すみません|すいません|失礼しました|失礼|訂正します|訂正|もとい|ごめんなさい|あっ|あ)"
)
_PAUSE: Final = r"[、，。…\s]*"
_EDIT: Final = re.compile(rf"(?:{_PAUSE}(?:{_WRONG}|{_WEAK}))+{_PAUSE}")
_SURE: Final = re.compile(rf"[、，。…\s]+(?:(?:あ|あっ|いや|すみません)[、，]?\s*)?{_WRONG}{_PAUSE}")
_AFTER_VALUE: Final = re.compile(
    r"(?:名|人|枚|個|台|件|本|回|番|階|号|つ|杯|泊|歳)?(?:です|に|の|で|は|が|を|と|から|まで)?"
)
_LIKE_DIGITS: Final = frozenset({ValueKind.NUMBER, ValueKind.DIGITS, ValueKind.TELEPHONE, ValueKind.POSTAL_CODE})
_FRAGMENT: Final = re.compile(
    r"(?:^|(?<=[、，。…\s]))(?P<part>[ぁ-ゖァ-ヺ一-鿿][ぁ-ゖァ-ヺー]{0,2})[、，…][…\s]*(?=(?P=part)[^、，。…\s])"
)
_REPETITION: Final = re.compile(r"(?:^|(?<=[、，。…\s]))(?P<part>[^、，。…\s!?！？]{2,10})[、，…][…\s]*(?=(?P=part))")
_NEVER_REPAIRED: Final = re.compile(
    r"(?:はい|いいえ|いえ|いや|ええ|うん|あの|その|もしもし|違(?:う|います)|そう(?:です)?|いい|だめ|ありがとう.*|すみません|"
    r"お願いします|わかりました|了解|どう|ね|な|も|まあ|ちょっと)(?:です)?(?:ね|よ)?"
)
_COUNTING: Final = re.compile(
    r".*[0-9０-９〇一二三四五六七八九十百千万].*|ぜろ|いち|さん|よん|ろく|なな|はち|きゅう|に|ご|し|く|.*(?:ぜろ|きゅー)"
)


class RepairKind(StrEnum):
    """How the caller repaired: took a phrase back, broke a word off, or said one twice."""

    CORRECTION = "correction"
    FRAGMENT = "fragment"
    REPETITION = "repetition"


@dataclass(frozen=True)
class Repair:
    """One repair. `removed` is what left the text, editing words included; `start` its place when it left."""

    kind: RepairKind
    start: int
    removed: str


@dataclass(frozen=True)
class Repaired:
    """What was said word for word, and what was meant; `repairs` in the order they were undone."""

    verbatim: str
    plain: str
    repairs: tuple[Repair, ...]


class RepairFilter:
    """Separates what was taken back. Thread-safe; total for every text."""

    def __init__(self, normaliser: TextNormaliser | None = None, morphemes: Morphemes | None = None) -> None:
        self._morphemes = morphemes or shared_morphemes()
        self._normaliser = normaliser or TextNormaliser(morphemes=self._morphemes)

    def separate(self, text: str) -> Repaired:
        """Both forms of `text`."""
        plain, repairs = text, []
        for kind, pattern in ((RepairKind.FRAGMENT, _FRAGMENT), (RepairKind.REPETITION, _REPETITION)):
            while match := next((m for m in pattern.finditer(_hiragana(plain)) if _unmeant(m["part"])), None):
                repairs.append(Repair(kind, match.start(), plain[match.start() : match.end()]))
                plain = plain[: match.start()] + plain[match.end() :]
        while cut := self._correction(plain):
            start, end = cut
            repairs.append(Repair(RepairKind.CORRECTION, start, plain[start:end]))
            plain = plain[:start] + plain[end:]
        return Repaired(text, plain, tuple(repairs))

    def _correction(self, text: str) -> tuple[int, int] | None:
        """The first stretch that was taken back."""
        edits = [match for match in _EDIT.finditer(text) if match.start() and match.end() < len(text)]
        if not edits:
            return None
        values = self._normaliser.normalise(text).values
        for edit in edits:
            if (cut := _replaced_value(text, values, edit)) is not None:
                return cut
        for edit in edits:
            sure = _SURE.fullmatch(edit[0])
            if sure and (cut := _replaced_noun(text, self._morphemes, edit)) is not None:
                return cut
        return None


def separate_repairs(text: str) -> Repaired:
    """`text` as it was said and as it was meant."""
    return RepairFilter().separate(text)


def _hiragana(text: str) -> str:
    """`text` with katakana as hiragana (ぷ、プラン is one word), or as it is if its places would move."""
    kana = fold(text).kana
    return kana if len(kana) == len(text) else text


def _unmeant(part: str) -> bool:
    return _NEVER_REPAIRED.fullmatch(part) is None and _COUNTING.fullmatch(part) is None


def _replaced_value(text: str, values: Sequence[Value], edit: re.Match[str]) -> tuple[int, int] | None:
    """From the value before the editing words to the value after them, if the second can replace the first."""
    before = next((v for v in reversed(values) if v.end <= edit.start()), None)
    after = next((v for v in values if v.start >= edit.end()), None)
    if before is None or after is None or after.start != edit.end():
        return None
    if _AFTER_VALUE.fullmatch(text, before.end, edit.start()) is None:
        return None
    if before.kind in _LIKE_DIGITS and after.kind in _LIKE_DIGITS:
        if (
            before.kind is ValueKind.NUMBER
            and after.kind is ValueKind.NUMBER
            and not _same_counter(text, before, after)
        ):
            return None
        start = _corrected_group(text, before, after)
        return start, after.start
    return (before.start, after.start) if before.kind is after.kind else None


def _same_counter(text: str, before: Value, after: Value) -> bool:
    """三名、いや四名: the same counter follows, or none was said the first time."""
    counter = text[before.end : before.end + 1]
    return counter == text[after.end : after.end + 1] or counter in "、，。 …" or not counter.strip()


def _corrected_group(text: str, before: Value, after: Value) -> int:
    """Where the taken-back part begins: the whole number, or its last group if only that was said anew."""
    if after.kind is ValueKind.TELEPHONE or "-" not in before.display:
        return before.start
    kept, _, _ = before.display.rpartition("-")
    if not is_telephone(kept.replace("-", "") + after.canonical):
        return before.start
    source = text[before.start : before.end]
    last = max(source.rfind(mark) + len(mark) for mark in ("の", "ハイフン", "-", "、") if mark in source)
    return before.start + last


def _replaced_noun(text: str, morphemes: Morphemes, edit: re.Match[str]) -> tuple[int, int] | None:
    before = morphemes.read(text[: edit.start()])
    after = morphemes.read(text[edit.end() :])
    particles = 0
    while particles < min(2, len(before)) and before[-1 - particles].pos.startswith("助詞"):
        particles += 1
    if particles == len(before) or not after:
        return None
    old, new = before[len(before) - 1 - particles], after[0]
    if not _same_kind(old, new) or old.surface == new.surface:
        return None
    length = sum(len(word.surface) for word in before[len(before) - 1 - particles :])
    start = edit.start() - length
    if text[start : start + len(old.surface)] != old.surface:
        return None
    return start, edit.end()


def _same_kind(old: Morpheme, new: Morpheme) -> bool:
    if not old.pos.startswith("名詞") or "助動詞" in old.pos:
        return False
    kinds = [tuple(word.pos.split("-")[:2]) for word in (old, new)]
    return kinds[0] == kinds[1] and "数詞" not in old.pos
