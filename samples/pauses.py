"""Pauses inside an utterance: `もしもし、[400]あの` holds 400 ms of silence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["PauseMarkError", "SpokenPart", "split_pauses", "spoken_text"]

_MARK: Final = re.compile(r"\[(\d{1,5})\]")


class PauseMarkError(ValueError):
    """A pause that cannot be understood."""


@dataclass(frozen=True)
class SpokenPart:
    """A stretch spoken in one breath after `pause_ms` of silence."""

    text: str
    pause_ms: int


def split_pauses(text: str) -> tuple[SpokenPart, ...]:
    """Cut an utterance at its pauses; pauses in a row add up, one at the very end is dropped.

    Raises `PauseMarkError` for a bracket that is no pause and for an utterance without words.
    """
    words_and_marks = _MARK.split(text)
    parts: list[SpokenPart] = []
    pause_ms = 0
    for index, piece in enumerate(words_and_marks):
        if index % 2:
            pause_ms += int(piece)
        elif "[" in piece or "]" in piece:
            raise PauseMarkError(f"間は [400] のようにミリ秒の数字で書いてください: {text}")
        elif piece.strip():
            parts.append(SpokenPart(piece.strip(), pause_ms))
            pause_ms = 0
    if not parts:
        raise PauseMarkError("話す言葉がありません")
    return tuple(parts)


def spoken_text(text: str) -> str:
    """The words alone, as a transcript would hold them."""
    return "".join(part.text for part in split_pauses(text))
