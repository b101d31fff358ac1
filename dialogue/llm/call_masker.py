"""One call's masking: pseudonyms, and whatever the caller has once been found to say of themselves."""

from __future__ import annotations

import re
import threading
from typing import Final

from dialogue.llm.masking import Masker
from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.pseudonyms import between_tokens
from dialogue.privacy.refusal import secret_token
from dialogue.privacy.words import Words, shared_words

FIRST_NUMBER: Final = 101
"""Numbers of our own pseudonyms begin here, out of the way of those that `Pseudonyms` counts from 1."""

_NOUNS: Final = (("名詞", "普通名詞", "一般"), ("名詞", "固有名詞", "一般"), ("名詞", "固有名詞", "地名"))
"""Words that are a family's name too (林, 松本); not counters (円) and not words of time (今)."""


class CallMasker:
    """A `Masker` over another that also masks the values it was told to `remember`, and every name of a person.

    An answer to 「お名前をお願いします」 is a name only there and then: 「みなみです」 later, or in the transcript that
    a summary is made of, looks like any word. And where the other needs 「と申します」 or 「様」 to see a name, a word
    that may be a family's is enough here: masking too much costs little. Secrets are not restored. Thread-safe.
    """

    def __init__(self, pseudonyms: Masker, words: Words | None = None) -> None:
        self._pseudonyms = pseudonyms
        self._words = words
        self._tokens: dict[str, str] = {}
        self._restored: dict[str, str] = {}
        self._lock = threading.Lock()

    def remember(self, kind: PersonalKind, value: str) -> None:
        """Mask `value`, as it is spelt, from now on."""
        with self._lock:
            self._remember(kind, value)

    def _remember(self, kind: PersonalKind, value: str) -> None:
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
        with self._lock:
            return self._masked(text)

    def _masked(self, text: str) -> str:
        text = self._pseudonyms.mask(self._known_masked(text))
        words = self._words or shared_words()
        for start, end in between_tokens(text):
            for word in words.of(text[start:end]):
                if word.person or (word.pos[:3] in _NOUNS and words.may_be_surname(word.surface)):
                    self._remember(PersonalKind.NAME, word.surface)
        return self._known_masked(text)

    def restore(self, text: str) -> str:
        """See `Masker.restore`."""
        with self._lock:
            text = self._pseudonyms.restore(text)
            for token, value in self._restored.items():
                text = text.replace(token, value)
        return text

    def _known_masked(self, text: str) -> str:
        if not self._tokens:
            return text
        longest_first = sorted(self._tokens, key=len, reverse=True)
        known = re.compile("|".join(re.escape(value) for value in longest_first))
        parts: list[str] = []
        at = 0
        for start, end in between_tokens(text):
            parts += [text[at:start], known.sub(lambda found: self._tokens[found[0]], text[start:end])]
            at = end
        return "".join([*parts, text[at:]])
