"""One call's masking: pseudonyms, and whatever the caller has once been found to say of themselves."""

from __future__ import annotations

import re
from typing import Final

from dialogue.llm.masking import Masker
from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.pseudonyms import between_tokens
from dialogue.privacy.refusal import secret_token
from dialogue.privacy.words import Words, shared_words

FIRST_NUMBER: Final = 101
"""Numbers of our own pseudonyms begin here, out of the way of those that `Pseudonyms` counts from 1."""

# What follows a family's name that is a place's or a thing's too (松本, 林).
_AS_A_PERSON: Final = re.compile(
    r"の(?:家族|主人|夫|旦那|妻|家内|嫁|息子|娘|母|父|親|祖父|祖母|兄|姉|弟|妹|身内|代理)"
    r"|(?:です|でございます)(?:が|けど|けれど|、|。|\s|$)"
)


class CallMasker:
    """A `Masker` over another that also masks the values it was told to `remember`, and every name of a person.

    An answer to 「お名前をお願いします」 is a name only there and then: 「みなみです」 later, or in the transcript that
    a summary is made of, looks like any word. And where the other needs 「と申します」 or 「様」 to see a name, a word
    that the dictionary calls a person's is enough here: masking too much costs little. Secrets are not restored.
    """

    def __init__(self, pseudonyms: Masker, words: Words | None = None) -> None:
        self._pseudonyms = pseudonyms
        self._words = words
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
        text = self._pseudonyms.mask(self._known_masked(text))
        words = self._words or shared_words()
        for start, end in between_tokens(text):
            part = text[start:end]
            for word in words.of(part):
                if word.person or (
                    word.noun and _AS_A_PERSON.match(part, word.end) and words.may_be_surname(word.surface)
                ):
                    self.remember(PersonalKind.NAME, word.surface)
        return self._known_masked(text)

    def restore(self, text: str) -> str:
        """See `Masker.restore`."""
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
