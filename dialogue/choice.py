"""Which of the offered matters the caller picks: by place, all of them, or by the words in which they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dialogue.normalize import normalize

_PLACES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:1|一|ひと)(?:つ目|番目?|つめ)|最初|はじめ|初め|前者|(?:先|前|上)(?:の|に言った)(?:ほう|方)|^1[。]?$|^一番[。]?$",
        r"(?:2|二|ふた)(?:つ目|番目?|つめ)|後者|(?:後|あと|下)の(?:ほう|方)|^2[。]?$|^二番[。]?$|それとものほう",
        r"(?:3|三|みっ)(?:つ目|番目?|つめ)|^3[。]?$|^三番[。]?$",
    )
)
_LAST: Final = re.compile(r"最後")
_ALL: Final = re.compile(r"両方|どちらも|どっちも|(?:2|二|ふた)つとも|全部|すべて|3つとも|三つとも")
_NEITHER: Final = re.compile(r"ない|ません|違|ちが|わから|分から")
LONGEST_PICK: Final = 16
"""What is longer is a question of its own, to be searched for. Characters."""
_PART: Final = re.compile(r"[一-龥]+|[ァ-ヶー]+|[a-z0-9]+")


def pick_options(text: str, titles: Sequence[str]) -> tuple[int, ...]:
    """The places of the picked titles; empty when the words decide nothing."""
    words = normalize(text)
    if not titles or len(words) > LONGEST_PICK + 10:
        return ()
    if _ALL.search(words) and not _NEITHER.search(words):
        return tuple(range(len(titles)))
    placed = [place for place, pattern in enumerate(_PLACES[: len(titles)]) if pattern.search(words)]
    if not placed and _LAST.search(words):
        placed = [len(titles) - 1]
    if len(placed) == 1:
        return (placed[0],)
    if len(words) > LONGEST_PICK:
        return ()
    parts = [set(_PART.findall(normalize(title))) for title in titles]
    own = [each - set().union(*(other for other in parts if other is not each)) for each in parts]
    runs = [run for run in _PART.findall(words) if sum(any(run in part for part in each) for each in parts) == 1]
    hits = [
        sum(len(part) for part in each if part in words) + sum(len(run) for run in runs if any(run in p for p in each))
        for each in own
    ]
    best = max(hits)
    return (hits.index(best),) if best and hits.count(best) == 1 else ()
