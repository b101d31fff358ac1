"""Readings: any Japanese text as kana, numbers included. What is heard wrong in kanji is often right in kana."""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace

import jaconv
from sudachipy import Dictionary, SplitMode

from dialogue.normalize import normalize

_DIGITS = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_HUNDREDS = {3: "サンビャク", 6: "ロッピャク", 8: "ハッピャク"}
_THOUSANDS = {3: "サンゼン", 8: "ハッセン"}
_MYRIADS = ("", "マン", "オク", "チョウ")
_LETTERS = {
    "a": "エー", "b": "ビー", "c": "シー", "d": "ディー", "e": "イー", "f": "エフ", "g": "ジー", "h": "エイチ",
    "i": "アイ", "j": "ジェー", "k": "ケー", "l": "エル", "m": "エム", "n": "エヌ", "o": "オー", "p": "ピー",
    "q": "キュー", "r": "アール", "s": "エス", "t": "ティー", "u": "ユー", "v": "ブイ", "w": "ダブリュー",
    "x": "エックス", "y": "ワイ", "z": "ゼット",
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_NOT_KANA = re.compile("[^ァ-ヺー]")
_LATIN = re.compile("[a-z]+")
_LONE_KANJI = re.compile("[一-鿿][ぁ-ゖ]{0,2}")
_MAX_READINGS = 9
_SMALL = frozenset("ァィゥェォャュョヮぁぃぅぇぉゃゅょゎ")
_LONGEST_WHOLE_NUMBER = 12
# Numbers that change their sound before a counter, where the dictionary does not know it.
_BEFORE_COUNTER = {
    ("4", "月"): "シ",
    ("7", "月"): "シチ",
    ("9", "月"): "ク",
    ("4", "時"): "ヨ",
    ("7", "時"): "シチ",
    ("9", "時"): "ク",
    ("4", "円"): "ヨ",
}


@dataclass(frozen=True)
class Token:
    """One word: as written, in katakana, in its dictionary form, and Sudachi's first two levels of part of speech."""

    surface: str
    reading: str
    normalized: str
    pos: tuple[str, str]


_END = Token("", "", "", ("", ""))


@dataclass(frozen=True)
class _Known:
    """The company's own words at one instant: a text that is being read sees one state."""

    readings: dict[str, str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, words: Iterable[tuple[str, str]]) -> _Known:
        readings = {normalize(surface): to_katakana(reading) for surface, reading in words if surface.strip()}
        return cls(readings, _longest_first(readings))


class Reader:
    """Reads text with Sudachi (split mode C: whole compounds) and its core dictionary.

    `words` are (surface, reading in kana) pairs that go before the dictionary, for example ("eSIM", "イーシム").
    Sudachi's tokenizer keeps buffers of its own and is not thread-safe, so each reader holds a lock: one reader
    may be shared by all threads; it takes well under a millisecond a sentence.
    """

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        self._dictionary = Dictionary(dict="core")
        self._tokenizer = self._dictionary.tokenizer(mode=SplitMode.C)
        self._lock = threading.Lock()
        self._known = _Known.of(words)

    def learn(self, words: Iterable[tuple[str, str]]) -> None:
        """Put other (surface, reading) pairs in force from the next text on. Safe from any thread."""
        self._known = _Known.of(words)

    def knowing(self, words: Iterable[tuple[str, str]]) -> Reader:
        """A reader beside this one with other words. The two share the dictionary and its lock."""
        other = copy(self)
        other.learn(words)
        return other

    def tokens(self, text: str) -> list[Token]:
        """The words of normalised `text`, punctuation and spaces included."""
        tokens: list[Token] = []
        for part, reading in self._parts(normalize(text)):
            if reading is not None:
                tokens.append(Token(part, reading, part, ("名詞", "固有名詞")))
                continue
            with self._lock:
                morphemes = [
                    (m.surface(), m.reading_form(), m.normalized_form(), m.part_of_speech())
                    for m in self._tokenizer.tokenize(part)
                ]
            tokens += [Token(s, _reading(s, r, n, p), n, (p[0], p[1])) for s, r, n, p in morphemes]
        return [
            replace(token, reading=_BEFORE_COUNTER.get((token.normalized, after.surface[:1]), token.reading))
            for token, after in itertools.zip_longest(tokens, tokens[1:], fillvalue=_END)
        ]

    def katakana(self, text: str) -> str:
        """`text` read aloud, in katakana only: punctuation, spaces and what has no reading are left out."""
        return "".join(token.reading for token in self.tokens(text))

    def hiragana(self, text: str) -> str:
        """Like `katakana`, in hiragana."""
        return str(jaconv.kata2hira(self.katakana(text)))

    def readings(self, text: str) -> list[str]:
        """Ways to read `text` in katakana, the likeliest first, at most 9.

        A recogniser that misses a word often writes kanji that make no word (解約 becomes 開訳). Such a run of single
        kanji is read again sign by sign, each in its two commonest Sino-Japanese or other noun readings.
        """
        tokens = self.tokens(text)
        variants: list[list[str]] = []
        odd = _odd_kanji(tokens)
        for index, token in enumerate(tokens):
            choices = [token.reading]
            if index in odd:
                kanji, kana = token.surface[0], token.surface[1:]
                choices += [reading + to_katakana(kana) for reading in self._kanji_readings(kanji)]
            variants.append(list(dict.fromkeys(choices)))
        first = "".join(token.reading for token in tokens)
        others = itertools.islice(itertools.product(*(reversed(choices) for choices in variants)), _MAX_READINGS)
        return list(dict.fromkeys([first, *map("".join, others)]))[:_MAX_READINGS]

    def _kanji_readings(self, kanji: str) -> list[str]:
        with self._lock:
            found = [(m.reading_form(), m.part_of_speech()) for m in self._dictionary.lookup(kanji)]
        nouns = [reading for reading, pos in found if pos[0] in ("名詞", "接頭辞", "接尾辞") and reading != kanji]
        return [reading for reading, _ in Counter(nouns).most_common(2)]

    def _parts(self, text: str) -> list[tuple[str, str | None]]:
        known = self._known
        if known.pattern is None:
            return [(text, None)] if text else []
        parts: list[tuple[str, str | None]] = []
        end = 0
        for match in known.pattern.finditer(text):
            if match.start() > end:
                parts.append((text[end : match.start()], None))
            parts.append((match.group(), known.readings[match.group()]))
            end = match.end()
        if end < len(text):
            parts.append((text[end:], None))
        return parts


def to_katakana(text: str) -> str:
    """Kana in `text` as katakana; everything else is dropped."""
    return _NOT_KANA.sub("", jaconv.hira2kata(normalize(text)))


def read_number(digits: str) -> str:
    """Katakana of a number written in digits, as it is said: `3980` サンゼンキュウヒャクハチジュウ.

    Digit by digit when it begins with a zero or has more than 12 places (a telephone number, a customer number).
    """
    whole, _, fraction = digits.replace(",", "").partition(".")
    if not whole.isascii() or not whole.isdigit():
        return ""
    if (len(whole) > 1 and whole[0] == "0") or len(whole) > _LONGEST_WHOLE_NUMBER:
        spoken = _one_by_one(whole)
    else:
        spoken = _whole(int(whole))
    return spoken + ("テン" + _one_by_one(fraction) if fraction else "")


def morae(kana: str) -> int:
    """How many morae `kana` has: a small ゃ joins the sound before it, っ and ん and ー count."""
    return sum(1 for sound in kana if sound not in _SMALL)


def _odd_kanji(tokens: list[Token]) -> set[int]:
    """Places of tokens that begin with a lone kanji and stand beside another such: probably one misheard word."""
    lone = [bool(_LONE_KANJI.fullmatch(token.surface)) for token in tokens]
    return {
        index
        for index, is_lone in enumerate(lone)
        if is_lone and ((index > 0 and lone[index - 1]) or (index + 1 < len(lone) and lone[index + 1]))
    }


def _longest_first(words: dict[str, str]) -> re.Pattern[str] | None:
    if not words:
        return None
    alternatives = []
    for word in sorted(words, key=len, reverse=True):
        latin = word.isascii()
        alternatives.append(f"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if latin else re.escape(word))
    return re.compile("|".join(alternatives))


def _reading(surface: str, reading: str, normalized: str, pos: tuple[str, ...]) -> str:
    if pos[0] in ("補助記号", "空白"):
        return ""
    if pos[1] == "数詞" and _NUMBER.fullmatch(surface) and len(surface) > 1:
        return read_number(surface)
    if pos[1] == "数詞" and normalized.isascii() and normalized.isdigit() and len(normalized) > 1:
        return read_number(normalized)
    if _LATIN.fullmatch(reading.lower()):
        return "".join(_LETTERS[letter] for letter in reading.lower())
    return to_katakana(reading)


def _one_by_one(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    spoken = ""
    for place, name in reversed(list(enumerate(_MYRIADS))):
        part = number // 10 ** (4 * place) % 10_000
        if part:
            spoken += _below_ten_thousand(part) + name
    return spoken


def _below_ten_thousand(number: int) -> str:
    thousands, hundreds, tens, ones = (number // unit % 10 for unit in (1000, 100, 10, 1))
    spoken = _THOUSANDS.get(thousands) or _with_unit(thousands, "セン")
    spoken += _HUNDREDS.get(hundreds) or _with_unit(hundreds, "ヒャク")
    spoken += _with_unit(tens, "ジュウ")
    return spoken + (_DIGITS[ones] if ones else "")


def _with_unit(digit: int, unit: str) -> str:
    if digit == 0:
        return ""
    return unit if digit == 1 else _DIGITS[digit] + unit
