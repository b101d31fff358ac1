"""Cutting a reply into sentences, so that the first one can be spoken while the rest is made."""

from __future__ import annotations

import re
from typing import Final

from voice.tts.morae import estimated_morae, morae

__all__ = ["FIRST_CHUNK_MORAE", "LONGEST_MORAE", "morae", "split_sentences"]

FIRST_CHUNK_MORAE: Final = 25
"""A first chunk no longer than this gives the first sound quickly."""

LONGEST_MORAE: Final = 160
"""A sentence longer than this (about 25 s) is cut at commas, so that no single job holds a worker."""

_SHORTEST_PIECE: Final = 8
_ENDS: Final = "。！？!?"
_OPENING: Final = "「『（(【［["
_CLOSING: Final = "」』）)】］]"

# Where a speaker takes breath anyway: after a cushion, a condition, a reason, a topic or a conjunction.
_BREATH: Final = re.compile(
    r"(?:が|けど|けれども|ので|から|ため|場合は|際は|ときは|時は|には|では|のは|とは|ては|たら|れば|ますと|ですと"
    r"|まして|ですね|はい|承知いたしました|かしこまりました|ございます|つきましては|ついては|また|なお|ただし"
    r"|それでは|まず|次に|さて|は)、$"
)


def split_sentences(text: str, first_chunk_morae: int = FIRST_CHUNK_MORAE) -> list[str]:
    """Cut `text` after 。！？ and at line ends, never inside 「」『』（）.

    When the first sentence is long it is cut once more at a 、 where one would breathe, so that its head has at
    most about `first_chunk_morae` morae (0 turns this off). Nothing but white space at the edges is lost.
    """
    sentences = [piece for line in text.splitlines() for sentence in _sentences(line) for piece in _bounded(sentence)]
    if sentences and first_chunk_morae > 0:
        sentences[:1] = _quick_head(sentences[0], first_chunk_morae)
    return sentences


def _sentences(line: str) -> list[str]:
    found: list[str] = []
    depth = 0
    start = 0
    for index, char in enumerate(line):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        following = line[index + 1] if index + 1 < len(line) else ""
        if char in _ENDS and depth == 0 and following not in _ENDS + _CLOSING and not _inside_a_word(char, following):
            found.append(line[start : index + 1])
            start = index + 1
    found.append(line[start:])
    return [sentence.strip() for sentence in found if sentence.strip()]


def _inside_a_word(char: str, following: str) -> bool:
    """A half-width ? or ! within Latin text (an address on the web, a name) ends no sentence."""
    return char in "!?" and following.isascii() and (following.isalnum() or following in "=&/")


def _commas(sentence: str) -> list[int]:
    """Positions just after each 、 that stands outside brackets."""
    depth = 0
    found: list[int] = []
    for index, char in enumerate(sentence):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char == "、" and depth == 0:
            found.append(index + 1)
    return found


def _quick_head(sentence: str, most: int) -> list[str]:
    if estimated_morae(sentence) <= most:
        return [sentence]
    cuts = [
        cut
        for cut in _commas(sentence)
        if _BREATH.search(sentence[:cut])
        and _SHORTEST_PIECE <= estimated_morae(sentence[:cut]) <= most
        and estimated_morae(sentence[cut:]) >= _SHORTEST_PIECE
    ]
    if not cuts:
        return [sentence]
    return [sentence[: cuts[-1]].strip(), sentence[cuts[-1] :].strip()]


def _bounded(sentence: str) -> list[str]:
    if estimated_morae(sentence) <= LONGEST_MORAE:
        return [sentence]
    pieces: list[str] = []
    start = 0
    for cut in [*_commas(sentence), len(sentence)]:
        if start < cut and estimated_morae(sentence[start:cut]) > LONGEST_MORAE // 2:
            pieces.extend(_chopped(sentence[start:cut]))
            start = cut
    pieces.extend(_chopped(sentence[start:]))
    return [piece.strip() for piece in pieces if piece.strip()]


def _chopped(piece: str) -> list[str]:
    """Last resort for text without commas: pieces of a fixed length."""
    if estimated_morae(piece) <= LONGEST_MORAE:
        return [piece]
    step = LONGEST_MORAE // 2
    return [piece[index : index + step] for index in range(0, len(piece), step)]
