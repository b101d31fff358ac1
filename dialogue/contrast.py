"""What tells two or three matters apart: the words in which their titles differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dialogue.normalize import normalize

_JOINTS: Final = re.compile(r"(?<=[のをはがへ、・（(])|(?=[（(])")
_MOST_OPTIONS: Final = 3


def differing(titles: Sequence[str]) -> tuple[str, ...] | None:
    """The parts in which `titles` differ, where everything after the first joint is the same.

    「スマホの解約」 and 「光回線の解約」 differ in スマホ and 光回線. None where the titles share no ending,
    or where one would be left without words or with the other's among its own.
    """
    parts = [_JOINTS.split(title) for title in titles]
    shared = _shared(parts)
    if not shared:
        return None
    left = tuple("".join(each[:-shared]).rstrip("のをはが、・") for each in parts)
    nested = any(one is not other and one in other for one in left for other in left)
    return left if all(left) and not nested else None


def shared_matter(titles: Sequence[str]) -> str:
    """What the titles have in common at their end: 解約 of 「スマホの解約」 and 「光回線の解約」. May be empty."""
    parts = [_JOINTS.split(title) for title in titles]
    shared = _shared(parts)
    return "".join(parts[0][-shared:]) if shared else ""


def _shared(parts: Sequence[Sequence[str]]) -> int:
    """How many parts all have in common at their end; the first part of each is its own."""
    shared = 0
    while all(len(each) > shared + 1 for each in parts) and len({each[-1 - shared] for each in parts}) == 1:
        shared += 1
    return shared


def which(titles: Sequence[str]) -> tuple[str, ...]:
    """The question that tells the matters apart, as sentences to be spoken. Two or three titles."""
    kept = list(titles[:_MOST_OPTIONS])
    apart, matter = differing(kept), shared_matter(kept)
    if apart is not None:
        named = [f"{part}でしょうか" for part in apart]
        return (f"{matter}についてですね。", f"{'、'.join(named[:-1])}、それとも、{named[-1]}。")
    if len(kept) == 2:
        return (f"{kept[0]}についてでしょうか。", f"それとも、{kept[1]}についてでしょうか。")
    return (f"{'、'.join(kept[:-1])}、", f"それとも、{kept[-1]}についてでしょうか。")


def sibling(title: str, named: str, others: Sequence[str]) -> int | None:
    """Which of `others` is the matter of `title` for what the caller named instead; None when it is not just one.

    The sibling of 「スマホの解約」 for 光 is 「みなと光の解約」: the titles differ in one part, and it holds the name.
    """
    name = normalize(named)
    if not name:
        return None
    found = []
    for place, other in enumerate(others):
        apart = differing((title, other))
        if apart is not None and name in normalize(apart[1]) and name not in normalize(apart[0]):
            found.append(place)
    return found[0] if len(found) == 1 else None


def longest_run(one: str, other: str) -> int:
    """Length of the longest run of signs that both have."""
    longest = 0
    for start in range(len(one)):
        while start + longest < len(one) and one[start : start + longest + 1] in other:
            longest += 1
    return longest
