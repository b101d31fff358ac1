"""Words of the FAQ that were written with the wrong characters: 開約 for 解約."""

from __future__ import annotations

from collections.abc import Iterable

from dialogue.kana import Reader, to_katakana
from dialogue.normalize import normalize
from dialogue.retrieval.kana import sounds

_LONGEST_RUN = 4
_FEWEST_SOUNDS = 3


class Homophones:
    """Puts the FAQ's own terms where words sound exactly like them. `terms` are (surface, reading in kana) pairs."""

    def __init__(self, terms: Iterable[tuple[str, str]], reader: Reader) -> None:
        self._reader = reader
        self._terms: dict[str, str] = {}
        for surface, reading in terms:
            sound = sounds(to_katakana(reading))
            if len(sound) >= _FEWEST_SOUNDS:
                self._terms.setdefault(sound, normalize(surface))

    def repaired(self, text: str) -> str:
        """`text`, normalised, with the terms in place; where several runs of words fit, the longest is taken."""
        tokens = self._reader.tokens(text)
        parts: list[str] = []
        at = 0
        while at < len(tokens):
            for end in range(min(len(tokens), at + _LONGEST_RUN), at, -1):
                run = tokens[at:end]
                term = self._terms.get(sounds("".join(token.reading for token in run)))
                if term is not None:
                    parts.append(term)
                    at = end
                    break
            else:
                parts.append(tokens[at].surface)
                at += 1
        return "".join(parts)
