"""Likeness of sound: what a recogniser's wrong kanji leave intact."""

from __future__ import annotations

import re

# Sounds that the telephone band confuses or that spelling hides: long vowels, small っ, ヂ/ジ, ヅ/ズ, ヲ/オ.
_MERGED = str.maketrans({"ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "ー": None, "ッ": None})
_LONG = re.compile("(?<=[オコソトノホモヨョロゴゾドボポュ])ウ|(?<=[セケテメレヘネゼデベペ])イ")


def sounds(kana: str) -> str:
    """Katakana with the differences taken out that a telephone does not carry."""
    return _LONG.sub("", kana).translate(_MERGED)


def groups(kana: str) -> list[str]:
    """Groups of two and three sounds, as they occur, of katakana read aloud."""
    heard = sounds(kana)
    return [heard[at : at + size] for size in (2, 3) for at in range(len(heard) - size + 1)]
