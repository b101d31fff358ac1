"""How far two readings are apart to a Japanese ear, in morae.

A reading is cut into morae (きゃ is one; っ, ん and ー are one each), and the distance is a weighted edit distance:
what a telephone line or a recogniser confuses costs little (し/ひ, voiced and unvoiced, long vowels, small っ, ん/む,
え/い, じゅ/じ), what is really different costs one. A mora is a consonant and a vowel, and the cost of taking one for
another is the mean of what its two halves cost.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

LONG: Final = "ー"
_SMALL: Final = frozenset("ァィゥェォャュョヮ")
_NO_MORA: Final = ("", "")

_ROWS: Final = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サ_スセソ", "z": "ザ_ズゼゾ", "t": "タ__テト",
    "d": "ダ__デド", "n": "ナニヌネノ", "h": "ハヒ_ヘホ", "b": "バビブベボ", "p": "パピプペポ", "m": "マミムメモ",
    "y": "ヤ_ユ_ヨ", "r": "ラリルレロ", "w": "ワ____", "sh": "_シ___", "j": "_ジ___", "ch": "_チ___",
    "ts": "__ツ__", "f": "__フ__",
}  # fmt: skip
_OLD: Final = str.maketrans("ヲヂヅヱヰ", "オジズエイ")
_Y_GLIDE: Final = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL_VOWEL: Final = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}

_NEAR_CONSONANTS: Final = {
    0.25: "k/g s/z t/d h/b h/p b/p sh/j ch/j sh/h s/sh z/j ts/s t/ts ky/gy hy/by hy/py sh/hy f/h v/b d/r m/n g/n my/ny",
    0.3: "ch/t ch/ts sh/ch z/d k/ky g/gy n/ny h/hy b/by p/py m/my r/ry /y /w b/m r/n g/ng f/p f/w dy/j ty/ch y/j s/ts",
    0.5: "/h /r /f k/h k/t p/t b/d g/d b/g p/k ky/ch gy/j h/r w/r w/m y/r y/ny y/ry s/t s/h s/ch z/ts k/ch s/f d/n b/w",
}
_NEAR_VOWELS: Final = {0.35: "i/e u/o i/u", 0.6: "a/o a/e e/o u/e"}
_SYLLABIC: Final = {"ン", "ッ", LONG}
_PAIRED: Final = {
    ("ン", "ム"): 0.2, ("ン", "ヌ"): 0.3, ("ン", "ニ"): 0.35, ("ン", "モ"): 0.4, ("ン", "ノ"): 0.4, ("ン", "ウ"): 0.4,
    ("ン", "イ"): 0.5, ("ン", LONG): 0.5, ("ン", "グ"): 0.5, ("ッ", "ツ"): 0.2, ("ッ", "ク"): 0.4, ("ッ", "チ"): 0.4,
    ("ッ", "ト"): 0.4, ("ッ", "キ"): 0.4, ("ッ", LONG): 0.4, ("ン", "ッ"): 0.6,
}  # fmt: skip
_LIGHT: Final = {LONG: 0.25, "ッ": 0.3, "ン": 0.5, "ウ": 0.4, "イ": 0.4, "ア": 0.5, "エ": 0.5, "オ": 0.5}
_WHISPERED: Final = frozenset("シスツクキフチヒ")
_UNKNOWN_MORA: Final = 1.0


def morae_of(reading: str) -> tuple[str, ...]:
    """The morae of a kana reading, in katakana; a vowel that lengthens the one before is ー; all else is left out.

    せいきゅう is セ・ー・キュ・ー: 請求 is said so.
    """
    found: list[str] = []
    for char in _katakana(reading):
        if char in _SMALL and found and found[-1] not in _SYLLABIC and len(found[-1]) == 1:
            found[-1] += char
        elif "ァ" <= char <= "ヴ" or char == LONG:
            found.append(LONG if found and _lengthens(found, char) else char)
    return tuple(found)


@lru_cache(maxsize=32_768)
def substitution(one: str, other: str) -> float:
    """What it costs to take one mora for another, in [0, 1]; symmetric, 0 only for the same sound."""
    if one == other:
        return 0.0
    paired = _PAIRED.get((one, other), _PAIRED.get((other, one)))
    if paired is not None:
        return paired
    if LONG in (one, other):
        return 0.2 if (other if one == LONG else one) in "アイウエオ" else 1.0
    if one in _SYLLABIC or other in _SYLLABIC:
        return 1.0
    (consonant, vowel), (consonant2, vowel2) = _halves(one), _halves(other)
    if _NO_MORA in ((consonant, vowel), (consonant2, vowel2)):
        return _UNKNOWN_MORA
    return (_near(consonant, consonant2, _CONSONANTS) + _near(vowel, vowel2, _VOWELS)) / 2


def omission(mora: str) -> float:
    """What it costs that a mora was lost, or heard where there was none; long vowels and っ go easily."""
    if mora in _WHISPERED:
        return 0.7
    return _LIGHT.get(mora, 0.9)


def distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Weighted edit distance of two sequences of morae; 0 for homophones, about one for each mora that differs."""
    row = [0.0]
    for mora in other:
        row.append(row[-1] + omission(mora))
    for heard in one:
        lost = omission(heard)
        fresh = [row[0] + lost]
        for j, mora in enumerate(other):
            fresh.append(min(row[j + 1] + lost, fresh[j] + omission(mora), row[j] + substitution(heard, mora)))
        row = fresh
    return row[-1]


def _katakana(reading: str) -> str:
    folded = unicodedata.normalize("NFKC", reading)
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in folded).translate(_OLD)


def _lengthens(found: list[str], char: str) -> bool:
    if found[-1] in ("ン", "ッ"):
        return False
    if char == LONG:
        return True
    vowel = next((_halves(mora)[1] for mora in reversed(found) if mora != LONG), "")
    after_long = found[-1] == LONG
    return not after_long and (vowel, char) in {
        ("a", "ア"), ("i", "イ"), ("u", "ウ"), ("e", "エ"), ("e", "イ"), ("o", "オ"), ("o", "ウ")
    }  # fmt: skip


@lru_cache(maxsize=1024)
def _halves(mora: str) -> tuple[str, str]:
    """Consonant and vowel of a mora; two empty strings for what is none."""
    head, small = mora[0], mora[1:]
    if head == "ヴ":
        return "v", _SMALL_VOWEL.get(small, _Y_GLIDE.get(small, "u"))
    consonant, vowel = _PLAIN.get(head, _NO_MORA)
    if not vowel:
        return _NO_MORA
    if small in _Y_GLIDE:
        return (consonant if consonant in ("sh", "j", "ch") else f"{consonant}y"), _Y_GLIDE[small]
    if small in _SMALL_VOWEL:
        return ("w" if head == "ウ" else consonant), _SMALL_VOWEL[small]
    return consonant, vowel


def _near(one: str, other: str, table: dict[frozenset[str], float]) -> float:
    return 0.0 if one == other else table.get(frozenset((one, other)), 1.0)


def _pairs(near: dict[float, str]) -> dict[frozenset[str], float]:
    return {frozenset(pair.split("/")): cost for cost, pairs in near.items() for pair in pairs.split(" ")}


_PLAIN: Final = {
    kana: (consonant, "aiueo"[i]) for consonant, row in _ROWS.items() for i, kana in enumerate(row) if kana != "_"
}
_CONSONANTS: Final = _pairs(_NEAR_CONSONANTS)
_VOWELS: Final = _pairs(_NEAR_VOWELS)
