"""One spelling for many: NFKC and hiragana, character by character, so that places in the source stay known."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

_VOICED: Final = "\uff9e\uff9f"
_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") - 1)}
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_PRIVATE: Final = "\ufffd"
"""What stands for private-use characters: the skeleton needs one of them for itself."""


@dataclass(frozen=True)
class Folded:
    """A text in one spelling. `origins[i]` is where character i began in the source; one more for the end."""

    source: str
    width: str
    """After NFKC: kanji, hiragana and katakana apart, figures and Latin in half width."""
    kana: str
    """The same length, with katakana as hiragana and every dash as `-`; for matching."""
    origins: tuple[int, ...]


def fold(text: str) -> Folded:
    """Fold `text`; total for every string."""
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        if text[end : end + 1] and text[end] in _VOICED and "\uff66" <= text[at] <= "\uff9d":
            end += 1
        piece = unicodedata.normalize("NFKC", text[at:end]).replace("\u301c", "〜")
        piece = "".join(_PRIVATE if unicodedata.category(char) == "Co" else char for char in piece)
        pieces.append(piece)
        origins += [at] * len(piece)
        at = end
    origins.append(len(text))
    width = "".join(pieces)
    return Folded(text, width, width.translate(_HIRAGANA).translate(_DASHES), tuple(origins))
