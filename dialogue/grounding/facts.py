"""The facts of a Japanese text: everything a caller could hold the company to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogue.grounding.numbers import numbers_in, phones_in
from dialogue.kana import Reader, Token
from dialogue.normalize import normalize


class FactKind(StrEnum):
    """What a fact is about."""

    NUMBER = "number"
    DATE = "date"
    PHONE = "phone"
    NAME = "name"
    NEGATION = "negation"
    CONDITION = "condition"


@dataclass(frozen=True)
class Fact:
    """One fact. `value` is canonical (2970 for 二千九百七十).

    `unit` is what is counted, with its bounds (月額…円, 日まで). `start` and `end` are its place in the normalised
    text; `clause` is the part between commas that it stands in.
    """

    kind: FactKind
    value: str
    unit: str
    start: int
    end: int
    clause: str

    @property
    def key(self) -> tuple[FactKind, str, str]:
        """What makes two facts the same."""
        return self.kind, self.value, self.unit


_DATE_UNITS: Final = frozenset({"年", "月", "日", "時", "曜", "水曜", "営業日"})
_DATE_WORDS: Final = re.compile(
    r"[月火水木金土日](?=曜)|土日祝|土日|平日|祝日|祭日|月末|末日|年末年始|年末|年始|月初|上旬|中旬|下旬|定休日|営業日|"
    r"当日|翌日|前日|毎日|翌々月|翌月|前月|今月|来月|先月|毎月|毎週|毎年|翌年|来年|今年|昨年|来週|今週|本日|今日|明日|昨日|"
    r"明後日|明くる日|午前|午後|正午|深夜|夜間|早朝|夕方|昼間|春|夏|秋|冬|いつでも|即日|後日|年中無休"
)
_NEGATIVE: Final = re.compile(
    r"ませんでし|ません|なかっ|なけれ|なく(?:て|な|、|ても)|ない|ぬ(?=場合|とき|よう)|ずに|ず、|(?<=[からまさたなわ])ず(?=$|。)|"
    r"かねます|かねる|不可|不要|無料|無償|対象外|圏外|時間外|なしで|なしの|なしに|無しで|まじき|禁止|お断り|ゼロ円|だめ|"
    r"休業|定休|お休み|廃止|終了"
)
_NOT_NEGATIVE: Final = re.compile(
    r"申し訳(?:が)?(?:ござい|あり)ません|すみません|かもしれません|ほかならない|間違いない|少ない|危ない|もったいない"
)
_CONDITION: Final = re.compile(
    r"場合|(?<=[るたのいすく])とき|(?<=[るたの])際|(?:た|の)(?:あと|後)|(?:る|の)(?:まえ|前)に|うえで|上で|"
    r"なら(?:ば)?(?=[、ぁ-ん一-鿿ァ-ヺa-z0-9])|たら|れば|けば|せば|てば|めば|えば|なければ|"
    r"(?<=[るすくぐむうぬぶつ])と、|ますと|に限り|に限ら|限りが|限定|のみ|(?<!いた)だけ|以外|を除く|を除き|除いて|対象|例外|"
    r"必要|条件|同意|ただし|但し|別途|税込み?|税抜き?|に限って|次第|しだい"
)
_ADDED_SPEECH: Final = re.compile(r"ほかに(?:ご不明|ご用件)")
_NAMED: Final = re.compile(r"「([^」]+)」|『([^』]+)』")
_NAME_RUN: Final = re.compile(r"[ァ-ヺー]{2,}|[a-z][a-z0-9+./-]*")
# Loan words that any sentence may use: they name nothing.
_PLAIN_LOANS: Final = frozenset(
    {
        "サービス",
        "ケース",
        "メモ",
        "ページ",
        "ホーム",
        "タイミング",
        "プラン",
        "コース",
        "センター",
        "データ",
        "お",
        "ai",
    }
)
_CLAUSE_END: Final = re.compile("[、。!?\n]")


class FactReader:
    """Reads facts with Sudachi's help for names. Thread-safe as the `Reader` is."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def facts(self, text: str) -> tuple[Fact, ...]:
        """The facts of `text`, in order of their place."""
        normal = normalize(text)
        found = [*_numbers(normal), *_dates(normal), *_negations(normal), *_conditions(normal), *self._names(normal)]
        return tuple(sorted(found, key=lambda fact: (fact.start, fact.end, fact.kind)))

    def _names(self, text: str) -> Iterator[Fact]:
        taken = [(number.start, number.end) for number in numbers_in(text)]
        for match in _NAMED.finditer(text):
            taken.append(match.span())
            yield _fact(FactKind.NAME, match[1] or match[2], "", text, match.start(), match.end())
        for start, end, word in proper_names(self._reader.tokens(text)):
            if any(a <= start and end <= b for a, b in taken):
                continue
            yield _fact(FactKind.NAME, word, "", text, start, end)


def proper_names(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Start, end and spelling of every noun run that holds a proper noun, a run of katakana or a Latin word."""
    place, begin, run = 0, 0, list[Token]()
    for token in [*tokens, Token("", "", "", ("", ""))]:
        noun = token.pos[0] in ("名詞", "接尾辞") and token.pos[1] != "数詞"
        if noun and not run:
            begin = place
        if noun:
            run.append(token)
        elif run:
            word = "".join(part.surface for part in run)
            if word not in _PLAIN_LOANS and any(_is_name(part) for part in run):
                yield begin, begin + len(word), word
            run = []
        place += len(token.surface)


def _is_name(token: Token) -> bool:
    if token.surface in _PLAIN_LOANS:
        return False
    return token.pos[1] == "固有名詞" or _NAME_RUN.fullmatch(token.surface) is not None


def _numbers(text: str) -> Iterator[Fact]:
    for number in numbers_in(text):
        kind = FactKind.DATE if number.unit in _DATE_UNITS else FactKind.NUMBER
        unit = "…".join(part for part in (number.before, number.unit + number.after) if part)
        yield _fact(kind, number.value, unit, text, number.start, number.end)
    for digits, start, end in phones_in(text):
        yield _fact(FactKind.PHONE, digits, "", text, start, end)


def _dates(text: str) -> Iterator[Fact]:
    for match in _DATE_WORDS.finditer(text):
        yield _fact(FactKind.DATE, match.group(), "", text, match.start(), match.end())


def _negations(text: str) -> Iterator[Fact]:
    """Each negation with the words before it in its clause: what is denied belongs to the fact."""
    courtesies = [match.span() for match in _NOT_NEGATIVE.finditer(text)]
    for match in _NEGATIVE.finditer(text):
        if any(a <= match.start() < b for a, b in courtesies):
            continue
        yield _fact(FactKind.NEGATION, negated(match.group()), "", text, match.start(), match.end())


def negated(written: str) -> str:
    """One way of writing for every verbal negation; a noun that denies (無料, 対象外) stays itself."""
    nouns = (
        "不可",
        "不要",
        "無料",
        "無償",
        "対象外",
        "圏外",
        "時間外",
        "禁止",
        "お断り",
        "お休み",
        "廃止",
        "終了",
        "休業",
        "定休",
    )
    return written if written in nouns else "ない"


def _conditions(text: str) -> Iterator[Fact]:
    for match in _CONDITION.finditer(text):
        if _ADDED_SPEECH.match(text, match.start()):
            continue
        yield _fact(FactKind.CONDITION, match.group().strip("、"), "", text, match.start(), match.end())


def _fact(kind: FactKind, value: str, unit: str, text: str, start: int, end: int) -> Fact:
    before = [match.end() for match in _CLAUSE_END.finditer(text, 0, start)]
    after = _CLAUSE_END.search(text, end)
    clause = text[before[-1] if before else 0 : after.start() if after else len(text)]
    return Fact(kind, value, unit, start, end, clause)
