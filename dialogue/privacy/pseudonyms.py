"""Pseudonyms: personal data by another name, the same all through a call, and back again."""

from __future__ import annotations

import re
from typing import Final

from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import PersonalKind, PersonalSpan, SlotHint
from dialogue.privacy.refusal import secret_token

_TOKEN: Final = re.compile(r"〈(?:" + "|".join(kind.label for kind in PersonalKind) + r")[0-9]*〉")
_PASSES: Final = 12


def between_tokens(text: str) -> list[tuple[int, int]]:
    """The stretches of `text` outside tokens, as places."""
    places: list[tuple[int, int]] = []
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            places.append((at, token.start()))
        at = token.end()
    if at < len(text):
        places.append((at, len(text)))
    return places


class Pseudonyms:
    """One call's pseudonyms: `mask` puts 〈お名前1〉 for a name, `restore` the name for 〈お名前1〉.

    Equal data get the same pseudonym however they are spelt. Secrets (cards, codes, My Number) become 〈カード番号〉
    and are not kept, so nothing restores them. Not for several threads.
    """

    def __init__(self, finder: PersonalFinder | None = None) -> None:
        self._finder = finder or PersonalFinder()
        self._tokens: dict[tuple[PersonalKind, str], str] = {}
        self._spelt: dict[str, str] = {}

    def mask(self, text: str, hint: SlotHint | None = None) -> str:
        """`text` with pseudonyms for what is personal. Masking again changes nothing."""
        for _ in range(_PASSES):
            masked = self._pass(text, hint)
            if masked == text:
                break
            text, hint = masked, None
        return text

    def restore(self, text: str) -> str:
        """`text` with the data for its pseudonyms, each as it was spelt last; unknown pseudonyms stay."""
        return _TOKEN.sub(lambda token: self._spelt.get(token[0], token[0]), text)

    def __len__(self) -> int:
        return len(self._tokens)

    def _pass(self, text: str, hint: SlotHint | None) -> str:
        parts: list[str] = []
        at = 0
        for start, end in between_tokens(text):
            parts.append(text[at:start])
            parts.append(self._masked(text[start:end], hint))
            at = end
        return "".join([*parts, text[at:]])

    def _masked(self, text: str, hint: SlotHint | None) -> str:
        parts: list[str] = []
        at = 0
        for span in self._finder.find(text, hint):
            parts += [text[at : span.start], self._token(span, text[span.start : span.end])]
            at = span.end
        return "".join([*parts, text[at:]])

    def _token(self, span: PersonalSpan, spelt: str) -> str:
        if span.kind.secret:
            return secret_token(span.kind)
        key = span.kind, span.value
        if key not in self._tokens:
            number = 1 + sum(kind is span.kind for kind, _ in self._tokens)
            self._tokens[key] = f"〈{span.kind.label}{number}〉"
        self._spelt[self._tokens[key]] = spelt
        return self._tokens[key]
