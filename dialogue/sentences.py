"""Sentences of a Japanese text, as they are spoken one by one."""

from __future__ import annotations

import re

_OPEN, _CLOSE = "「『(（", "」』)）"
_END = "。！？!?\n"
_BLANK = re.compile(r"\s+")


def sentences_of(text: str) -> tuple[str, ...]:
    """`text` cut after 。！？ and at line ends, never inside 「」 or brackets. Joined again it is the same words."""
    sentences: list[str] = []
    current = ""
    depth = 0
    for index, sign in enumerate(text):
        current += sign
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth = max(0, depth - 1)
        if sign == "\n" or (depth == 0 and sign in _END and text[index + 1 : index + 2] not in tuple(_END + _CLOSE)):
            sentences.append(current)
            current = ""
    sentences.append(current)
    return tuple(clean for sentence in sentences if (clean := _BLANK.sub(" ", sentence).strip()))
