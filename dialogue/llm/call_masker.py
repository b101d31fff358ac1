"""One call's masking: pseudonyms, and whatever the caller has once been found to say of themselves."""

from __future__ import annotations

import re
from typing import Final

from dialogue.llm.masking import Masker
from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.pseudonyms import between_tokens
from dialogue.privacy.refusal import secret_token

FIRST_NUMBER: Final = 101
"""Numbers of our own pseudonyms begin here, out of the way of those that `Pseudonyms` counts from 1."""


class CallMasker:
    """A `Masker` over another that also masks the values it was told to `remember`.

    An answer to 「お名前をお願いします」 is a name only there and then: 「みなみです」 later, or in the transcript that
    a summary is made of, looks like any word. Secrets are masked and not restored.
    """

    def __init__(self, pseudonyms: Masker) -> None:
        self._pseudonyms = pseudonyms
        self._tokens: dict[str, str] = {}
        self._restored: dict[str, str] = {}

    def remember(self, kind: PersonalKind, value: str) -> None:
        """Mask `value`, as it is spelt, from now on."""
        value = value.strip()
        if not value or value in self._tokens:
            return
        if kind.secret:
            self._tokens[value] = secret_token(kind)
            return
        token = f"〈{kind.label}{FIRST_NUMBER + len(self._tokens)}〉"
        self._tokens[value] = token
        self._restored[token] = value

    def mask(self, text: str) -> str:
        """See `Masker.mask`."""
        if not self._tokens:
            return self._pseudonyms.mask(text)
        longest_first = sorted(self._tokens, key=len, reverse=True)
        known = re.compile("|".join(re.escape(value) for value in longest_first))
        parts: list[str] = []
        at = 0
        for start, end in between_tokens(text):
            parts += [text[at:start], known.sub(lambda found: self._tokens[found[0]], text[start:end])]
            at = end
        return self._pseudonyms.mask("".join([*parts, text[at:]]))

    def restore(self, text: str) -> str:
        """See `Masker.restore`."""
        text = self._pseudonyms.restore(text)
        for token, value in self._restored.items():
            text = text.replace(token, value)
        return text
