"""Which numbers in a text are personal: check digits first, then the words before a number, then its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dialogue.privacy.checksums import (
    is_business_telephone,
    is_card,
    is_date,
    is_my_number,
    is_personal_telephone,
    may_be_misheard_card,
)
from dialogue.privacy.kinds import PersonalKind, PersonalSpan
from dialogue.privacy.spoken_digits import DigitRun, DigitUnit, digit_runs

_NUMBER: Final = r"(?:の)?(?:番号|ばんごう|なんばー)"
_CUES: Final = (
    (PersonalKind.CARD, rf"くれじっと(?:かーど)?|かーど(?:{_NUMBER}|[がはの、])|下4桁|下四桁", 4, 19),
    (
        PersonalKind.CARD_CODE,
        r"せきゅりてぃー?こーど|cvv2?|cvc2?|しー?ぶいしー|しー?ぶいぶい|(?:裏|うら)(?:面)?の?(?:数字|番号|すうじ|[3三]桁|さんけた)",
        3,
        4,
    ),
    (
        PersonalKind.PIN,
        rf"暗証{_NUMBER}|あんしょう{_NUMBER}|ぱすわーど|ぱすこーど|ぴん(?:こーど|番号|ばんごう)|わんたいむ|(?<![a-z])pin",
        3,
        12,
    ),
    (PersonalKind.MY_NUMBER, r"まいなんばー|個人番号|こじんばんごう", 10, 14),
    (
        PersonalKind.ACCOUNT,
        rf"口座{_NUMBER}?|こうざ{_NUMBER}?|普通(?:預金|よきん)?|当座(?:預金)?|ふつうよきん|支店",
        5,
        8,
    ),
    (PersonalKind.POSTAL_CODE, rf"郵便{_NUMBER}|ゆうびん{_NUMBER}|〒", 7, 7),
    (PersonalKind.BIRTH_DATE, r"生年月日|せいねんがっぴ|誕生日|たんじょうび", 6, 8),
    (
        PersonalKind.MEMBER_NO,
        r"(?:お客様|お客さま|おきゃくさま|会員|かいいん|契約|けいやく|契約者|注文|受付|うけつけ|予約|顧客|製造|利用者|証券|保険証|診察券|免許証)"
        rf"{_NUMBER}|(?:ぽいんと|会員|しむ|sim|診察|めんばーず|ぎふと|ぷりぺいど)かーど{_NUMBER}?|いめい|あいえむいーあい|imei|(?<![a-z])id|あいでぃー",
        4,
        20,
    ),
    (
        PersonalKind.PHONE,
        r"電話|でんわ|携帯|けいたい|連絡先|れんらくさき|折り返し|おりかえし|(?<![a-z])tel|ふぁっくす",
        8,
        13,
    ),
)
_CUE: Final = re.compile("|".join(f"(?P<{kind.value}>{words})" for kind, words, _, _ in _CUES))
_LENGTHS: Final = {kind: (least, most) for kind, _, least, most in _CUES}
_CUE_REACH: Final = 18
"""How many characters may stand between a cue and its number."""
_QUANTITY: Final = re.compile(
    r"\s*(?:円|えん|年|ねん|月|がつ|日|時|分|秒|人|名|件|個|台|回|歳|才|%|ぱーせんと|ぎが|めが|きろ|gb|mb|桁|けた|ぽいんと"
    r"|つ|本|枚|階|割|倍|万|億|兆|度|点|丁目|番地|号)"
)
_DECIMAL: Final = re.compile(r"\d{1,6}\.\d+")
_AMOUNT: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_LATIN: Final = re.compile("[a-z_]")
_HYPHEN: Final = frozenset({"-", "の", "はいふん", "ー", "のー"})
_LEAST: Final = 3
"""Fewer digits tell of nobody."""
_LEAST_UNNAMED: Final = 8
_LEAST_UNITS: Final = 4
"""千と千尋 is no number of eight digits."""
_CARD_FROM: Final = 13


def personal_numbers(folded: str) -> list[PersonalSpan]:
    """The personal numbers in folded text, in order and without overlap; `value` is their digits."""
    found: list[PersonalSpan] = []
    before = 0
    for run in digit_runs(folded):
        if len(run.digits) >= _LEAST:
            found += _Judge(folded, run, before, _after_card(found)).spans()
            before = run.end
    return found


def digits_after(folded: str, kinds: frozenset[PersonalKind]) -> list[tuple[int, int]]:
    """Where digits, however few, follow a cue of one of `kinds`: a number that is still being said."""
    places: list[tuple[int, int]] = []
    before = 0
    for run in digit_runs(folded):
        if cue_before(folded, run.start, before) in kinds:
            places.append((run.start, run.end))
        if len(run.digits) >= _LEAST:
            before = run.end
    return places


def cue_before(folded: str, at: int, since: int = 0) -> PersonalKind | None:
    """What the words shortly before `at`, but not before `since`, say that a number there is."""
    window = folded[max(since, at - 2 * _CUE_REACH) : at]
    last = max(_CUE.finditer(window), key=re.Match.end, default=None)
    if last is None or len(window) - last.end() > _CUE_REACH or last.lastgroup is None:
        return None
    return PersonalKind(last.lastgroup)


def _after_card(found: list[PersonalSpan]) -> bool:
    return any(span.kind is PersonalKind.CARD for span in found)


class _Judge:
    def __init__(self, folded: str, run: DigitRun, before: int, after_card: bool) -> None:
        self._text = folded
        self._run = run
        self._cue = cue_before(folded, run.start, before)
        self._after_card = after_card

    def spans(self) -> Iterator[PersonalSpan]:
        if self._cue is None and self._is_identifier():
            return
        if self._cue is not None and self._suits(self._cue):
            yield self._span(self._cue, self._run)
            return
        rest = 0
        units = self._run.units
        while rest < len(units):
            found = self._proven(rest)
            if found is None:
                break
            kind, first, last = found
            if first > rest:
                yield from self._unproven(self._run.part(rest, first))
            yield self._span(kind, self._run.part(first, last))
            self._after_card = self._after_card or kind is PersonalKind.CARD
            rest = last
        if rest < len(units):
            yield from self._unproven(self._run.part(rest, len(units)))

    def _suits(self, cue: PersonalKind) -> bool:
        """Whether the whole run is what the words before it announce."""
        digits = self._run.digits
        least, most = _LENGTHS[cue]
        if not least <= len(digits) <= most or self._is_quantity(self._run):
            return False
        if is_business_telephone(digits) and not cue.secret:
            return False
        if is_card(digits) and len(digits) > _CARD_FROM:
            return cue is PersonalKind.CARD
        if is_personal_telephone(digits):
            return cue in (PersonalKind.PHONE, PersonalKind.MEMBER_NO)
        return not is_my_number(digits) or cue in (PersonalKind.MY_NUMBER, PersonalKind.MEMBER_NO)

    def _proven(self, since: int) -> tuple[PersonalKind, int, int] | None:
        """The first part of the run, as long as can be, that its digits alone prove to be personal."""
        units = self._run.units
        for first in range(since, len(units)):
            if not self._may_cut(first, units[since:first]):
                continue
            for last in range(len(units), first, -1):
                if not self._may_cut(last, units[last:]):
                    continue
                kind = _proven_kind("".join(unit.digits for unit in units[first:last]), self._abroad(first))
                if kind is not None:
                    return kind, first, last
        return None

    def _may_cut(self, place: int, outside: tuple[DigitUnit, ...]) -> bool:
        """Whether a number may begin or end at `place`: at a joint, where words meet figures, or beside particles."""
        units = self._run.units
        if all(unit.weak for unit in outside):
            return True
        return bool(units[place].joint) or units[place].word != units[place - 1].word

    def _unproven(self, run: DigitRun) -> Iterator[PersonalSpan]:
        kind = self._unproven_kind(run)
        if kind is not None:
            yield self._span(kind, run)

    def _unproven_kind(self, run: DigitRun) -> PersonalKind | None:
        digits = run.digits
        source = self._text[run.start : run.end]
        if self._is_quantity(run) or _DECIMAL.fullmatch(source) or _AMOUNT.fullmatch(source):
            return None
        if self._after_card and len(digits) >= _LEAST:
            return PersonalKind.CARD_CODE if len(digits) < _LEAST_UNNAMED else PersonalKind.CARD
        if is_business_telephone(digits):
            return None
        if may_be_misheard_card(digits):
            return PersonalKind.CARD
        if run.shape == (3, 4) and any(unit.joint in _HYPHEN for unit in run.units[1:]):
            return PersonalKind.POSTAL_CODE
        if len(digits) < _LEAST_UNNAMED or is_date(digits) or all(unit.weak for unit in run.units):
            return None
        if len(run.units) < _LEAST_UNITS:
            return None
        return PersonalKind.PHONE if digits.startswith("0") and len(digits) > 8 else PersonalKind.MEMBER_NO

    def _is_quantity(self, run: DigitRun) -> bool:
        return _QUANTITY.match(self._text, run.end) is not None

    def _is_identifier(self) -> bool:
        """A part of a hash, a file's name or a product's: letters touch it."""
        beside = (
            self._text[max(0, self._run.start - 1) : self._run.start] + self._text[self._run.end : self._run.end + 1]
        )
        return _LATIN.search(beside) is not None

    def _abroad(self, first: int) -> bool:
        start = self._run.units[first].start
        return self._text[max(0, start - 1) : start] == "+" or self._text[max(0, start - 3) : start] == "ぷらす"

    def _span(self, kind: PersonalKind, run: DigitRun) -> PersonalSpan:
        digits = run.digits
        if kind is PersonalKind.PHONE and digits.startswith("81") and self._abroad(0):
            digits = "0" + digits[2:].removeprefix("0")
        return PersonalSpan(kind, run.start, run.end, digits)


def _proven_kind(digits: str, abroad: bool) -> PersonalKind | None:
    if is_card(digits):
        return PersonalKind.CARD
    if is_personal_telephone(digits):
        return PersonalKind.PHONE
    if is_my_number(digits):
        return PersonalKind.MY_NUMBER
    if abroad and digits.startswith("81") and is_personal_telephone("0" + digits[2:].removeprefix("0")):
        return PersonalKind.PHONE
    return None
