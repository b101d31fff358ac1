"""Which of two offered matters the caller picks: by place, or by the words in which the two differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dialogue.normalize import normalize

_FIRST: Final = re.compile(
    r"(?:1|一|ひと)(?:つ目|番目?|つめ)|最初|はじめ|初め|前者|(?:先|前|上)(?:の|に言った)(?:ほう|方)|^1[。]?$|^一番[。]?$"
)
_SECOND: Final = re.compile(
    r"(?:2|二|ふた)(?:つ目|番目?|つめ)|後者|(?:後|あと|下|最後)の(?:ほう|方)|^2[。]?$|^二番[。]?$|それとものほう|最後"
)
_LONGEST_PICK: Final = 16
"""What is longer is a question of its own, to be searched for."""
_PART: Final = re.compile(r"[一-龥]+|[ァ-ヶー]+|[a-z0-9]+")


def pick_option(text: str, titles: Sequence[str]) -> int | None:
    """The index of the picked title, or None when the words decide nothing. Works for two titles."""
    words = normalize(text)
    first, second = bool(_FIRST.search(words)), bool(_SECOND.search(words))
    if first != second:
        return 0 if first else 1
    if len(titles) != 2:
        return None
    parts = [set(_PART.findall(normalize(title))) for title in titles]
    hits = [sum(len(part) for part in own - other if part in words) for own, other in (parts, parts[::-1])]
    if hits[0] == hits[1] or len(words) > _LONGEST_PICK:
        return None
    return 0 if hits[0] > hits[1] else 1
