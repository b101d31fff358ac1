"""Counting morae: the beats of Japanese, and so the length of what is said."""

from __future__ import annotations

import re
from typing import Final

_SMALL: Final = frozenset("ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ")
_KANA: Final = re.compile(r"[ぁ-ゖァ-ヺー]")
_KANJI: Final = re.compile(r"[㐀-鿿々〇]")
_LETTER_OR_DIGIT: Final = re.compile(r"[0-9A-Za-z0-9A-Za-z]")

_MORAE_OF_A_KANJI: Final = 2
_MORAE_OF_A_SIGN: Final = 2


def morae(kana: str) -> int:
    """Count the morae of a kana text: きゃ is one, っ, ん and ー are one each; what is not kana counts nothing."""
    return sum(1 for char in kana if _KANA.match(char) and char not in _SMALL)


def estimated_morae(text: str) -> int:
    """Guess the morae of a mixed text without reading it: two for a kanji, a digit or a Latin letter."""
    signs = len(_KANJI.findall(text)) * _MORAE_OF_A_KANJI + len(_LETTER_OR_DIGIT.findall(text)) * _MORAE_OF_A_SIGN
    return morae(text) + signs
