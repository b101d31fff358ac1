"""One way of writing that keeps every character in its place, so that a match has its place in the source."""

from __future__ import annotations

import functools
import unicodedata
from typing import Final

_DASHES: Final = frozenset("‐‑‒–—―−﹣－")
_SIGNS: Final = 8_192
_KATAKANA_TO_HIRAGANA: Final = ord("ァ") - ord("ぁ")


def narrow(text: str) -> str:
    """`text` with narrow signs and small letters, dashes as `-`; as long as `text`."""
    return "".join(map(_narrow, text))


def fold(text: str) -> str:
    """`narrow` with katakana as hiragana; as long as `text`."""
    return "".join(map(_hiragana, narrow(text)))


@functools.lru_cache(maxsize=_SIGNS)
def _narrow(sign: str) -> str:
    if sign in _DASHES:
        return "-"
    normal = unicodedata.normalize("NFKC", sign).lower()
    return normal if len(normal) == 1 else sign


@functools.lru_cache(maxsize=_SIGNS)
def _hiragana(sign: str) -> str:
    return chr(ord(sign) - _KATAKANA_TO_HIRAGANA) if "ァ" <= sign <= "ヶ" else sign
