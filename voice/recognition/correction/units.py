"""What was written, cut where a term may begin or end, each piece with every way it may have sounded.

A recogniser that does not know a word writes its sound with whatever characters it likes (解約 becomes 開訳, whose
dictionary reading is ひらけやくし): so a lone kanji is given all its readings. Kana are cut between any two morae.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import pyopenjtalk

from voice.recognition.kana_distance import morae_of
from voice.turn.morphemes import Morpheme, Morphemes

Morae: TypeAlias = tuple[str, ...]

_LETTERS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        re.split(
            " ",
            "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー アール エス "
            "ティー ユー ブイ ダブリュー エックス ワイ ゼット",
        ),
        strict=True,
    )
)
_PAUSES: Final = frozenset("、,・ 　")
_SMALL: Final = frozenset("ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ")


@dataclass(frozen=True)
class Unit:
    """Characters `start` to `end` of the text, which sound as one of `readings`.

    No reading means that nothing may be matched across it (the end of a sentence, a number). `opens` and `closes` say
    whether a term may begin before it and end after it: where words begin and end, after a kanji stem, and anywhere in
    an unknown word. `doubtful`: the word is unknown, or a lone kanji beside another, as compounds torn apart are.
    `grammar`: a particle, an auxiliary or a pause, which terms seldom hold.
    """

    start: int
    end: int
    readings: tuple[Morae, ...]
    opens: bool
    closes: bool
    doubtful: bool
    grammar: bool = False


class UnitReader:
    """Cuts texts into units. Thread-safe."""

    def __init__(self, morphemes: Morphemes) -> None:
        self._morphemes = morphemes
        self._sounds: Callable[[str], tuple[Morae, ...]] = lru_cache(maxsize=8192)(self._sounds_of)

    def read(self, text: str) -> list[Unit]:
        """The units of `text` from left to right; white space belongs to none."""
        units: list[Unit] = []
        at = 0
        for word in self._morphemes.read(text):
            at = text.index(word.surface, at)
            after = at + len(word.surface)
            torn = _is_kanji(text[max(0, at - 1) : at]) or _is_kanji(text[after : after + 1])
            units += self._cut(word, at, torn)
            at = after
        return units

    def _cut(self, word: Morpheme, at: int, torn: bool) -> list[Unit]:
        surface = word.surface
        if all(char in _PAUSES for char in surface):
            return [Unit(at, at + len(surface), ((),), True, True, False, True)]
        if surface.isascii() and surface.isalpha():
            spelled = morae_of("".join(_LETTERS.get(char, "") for char in surface.upper()))
            readings = {spelled, morae_of(word.reading)} - {()}
            return [Unit(at, at + len(surface), tuple(sorted(readings)), True, True, not word.known)]
        core = len(surface.rstrip("".join(filter(_is_kana, set(surface)))))
        pieces: list[tuple[int, int, tuple[Morae, ...], bool]] = []
        if core:
            doubtful = not word.known or (torn and _is_kanji(surface[:core]))
            pieces.append((0, core, self._core(word, core, torn), doubtful))
        for a, b in _kana_pieces(surface, core):
            # イ and ウ may lengthen what is before them: a piece sounds as it does in its word.
            sound = morae_of(surface[core:b])[len(morae_of(surface[core:a])) :]
            pieces.append((a, b, (sound,), not word.known))
        last, loose = len(pieces) - 1, not word.known
        grammar = word.pos.startswith(("助詞", "助動詞"))
        return [
            Unit(at + a, at + b, readings, i == 0 or loose, i == last or b == core or loose, doubtful, grammar)
            for i, (a, b, readings, doubtful) in enumerate(pieces)
        ]

    def _core(self, word: Morpheme, core: int, torn: bool) -> tuple[Morae, ...]:
        """The readings of the part before the trailing kana: none when it has no sound of its own."""
        head, tail = word.surface[:core], word.surface[core:]
        if any(char.isdigit() for char in unicodedata.normalize("NFKC", head)):
            return ()
        read = word.reading[: -len(tail)] if tail and len(word.reading) > len(tail) else word.reading
        found = dict.fromkeys([morae_of(read)] if word.known else [])
        if not word.known or (torn and _is_kanji(head)):
            found |= dict.fromkeys(self._sounds(head))
        return tuple(reading for reading in found if reading)

    def _sounds_of(self, word: str) -> tuple[Morae, ...]:
        readings = [*self._morphemes.readings_of(word), str(pyopenjtalk.g2p(word, kana=True))]
        return tuple(dict.fromkeys(found for reading in readings if (found := morae_of(reading))))


def _is_kana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ" or "ァ" <= char <= "ヺ" or char == "ー"


def _is_kanji(text: str) -> bool:
    return len(text) == 1 and "㐀" <= text <= "鿿"


def _kana_pieces(surface: str, start: int) -> list[tuple[int, int]]:
    """One piece a mora; a small kana and a long mark stay with what is before them."""
    starts = [i for i in range(start, len(surface)) if i == start or not (surface[i] in _SMALL or surface[i] == "ー")]
    return list(zip(starts, [*starts[1:], len(surface)], strict=True)) if starts else []
