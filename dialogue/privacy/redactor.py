"""Keeps secrets out of everything that is written of a call, and marks what else is personal."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from dialogue.privacy.checksums import is_business_telephone, is_personal_telephone
from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.folding import fold
from dialogue.privacy.kinds import PersonalKind, PersonalSpan, SlotHint
from dialogue.privacy.numbers import cue_before, digits_after
from dialogue.privacy.refusal import secret_spans, secret_token
from dialogue.privacy.spoken_digits import DigitRun, digit_runs

DIGITS_TOKEN: Final = "〈番号〉"
HIDDEN_KEY: Final = "＊"
_SECRETS: Final = frozenset(kind for kind in PersonalKind if kind.secret)
_CARD_KEYS: Final = 13
_CODE_KEYS: Final = 3
_LONGEST_PARTIAL: Final = 4
_ANSWER_BEGINS: Final = 8
_LEAST: Final = 3
_SUSPICIOUS: Final = 6
_SLIP: Final = 2
_QUANTITY: Final = re.compile(r"\s*(?:円|年|月|日|時|分|人|名|件|個|台|回|歳|%|ぎが|gb|つ|種類|番目)")
_TOKENS: Final = {secret_token(kind): kind for kind in PersonalKind if kind.secret}
_TOKEN: Final = re.compile("|".join(_TOKENS))


class Redactor:
    """One call's censor. Cards, security codes, PINs and My Number leave it as 〈カード番号〉; nothing keeps them.

    It remembers of a secret only a keyed digest, to know the same digits again where no word announces them, and
    whether the caller broke off after カード番号は, to know what the next turn begins with. Not for several threads.
    """

    def __init__(self, finder: PersonalFinder | None = None) -> None:
        self._finder = finder
        self._key = os.urandom(16)
        self._known: dict[bytes, PersonalKind] = {}
        self._awaited: PersonalKind | None = None
        self._next: PersonalKind | None = None
        self._hint: SlotHint | None = None
        self._guarded = False
        self._keys = 0

    def expect(self, hint: SlotHint | None) -> None:
        """The agent has just asked for this."""
        self._hint = hint

    @property
    def asked(self) -> bool:
        """Whether the agent has just asked for something that is personal."""
        return self._hint is not None

    def heard(self, text: str) -> None:
        """The caller's next words, before anything is written of them."""
        self._awaited = self._hint if self._hint in _SECRETS else self._next
        self._learn(text)
        folded = fold(text)
        spans = self._secrets(text)
        cue = cue_before(folded, len(folded))
        if spans and len(text) - spans[-1].end <= _ANSWER_BEGINS:
            self._next = spans[-1].kind
        else:
            self._next = cue if cue in _SECRETS else None
        self._guarded = self._guarded or bool(spans) or self._next is not None

    def text(self, text: str) -> str:
        """`text` with a token for every secret."""
        return _replaced(text, [(span.start, span.end, secret_token(span.kind)) for span in self._secrets(text)])

    def partial(self, text: str) -> str:
        """Words that are still being said: digits that may become a secret are held back."""
        folded = fold(text)
        places = [(span.start, span.end, secret_token(span.kind)) for span in self._secrets(text)]
        hidden = digits_after(folded, _SECRETS)
        for run in digit_runs(folded):
            long = len(run.digits) > _LONGEST_PARTIAL and not run.digits.startswith("0")
            awaited = self._next is not None and run.start < _ANSWER_BEGINS
            if long or awaited:
                hidden.append((run.start, run.end))
        for start, end in hidden:
            if not any(start < other[1] and other[0] < end for other in places):
                places.append((start, end, DIGITS_TOKEN))
        return _replaced(text, sorted(places))

    def data(self, value: Any) -> Any:
        """Plain data with every string in it redacted; what one string tells of a secret counts for all.

        Beside a secret, any long number may be the same one, written otherwise: it is taken for that secret.
        """
        found = {text: self._secrets(text) for text in dict.fromkeys(_strings(value))}
        secrets = [(span.kind, _digits_of(text, span)) for text, spans in found.items() for span in spans]
        if not secrets:
            return value
        for kind, digits in secrets:
            self._know(digits, kind)
        for text in found:
            self._suspect(text, secrets[0][0], {digits for _, digits in secrets})
        return self._redacted(value)

    def key(self, digit: str) -> str:
        """One pressed key as it is written: the first of a number tells a choice, the others may be a card's."""
        self._keys += 1
        hidden = digit.isdigit() and (self._keys > 1 or self._guarded)
        return HIDDEN_KEY if hidden else digit

    def keys(self, digits: str) -> str:
        """All keys of a turn as they are written; the next key begins another number."""
        self._keys = 0
        figures = [digit for digit in digits if digit.isdigit()]
        if len(figures) >= _CARD_KEYS or (self._guarded and len(figures) >= _CODE_KEYS):
            self._guarded = True
            kind = PersonalKind.CARD if len(figures) >= _CARD_KEYS else self._next or PersonalKind.CARD
            self._know("".join(figures), kind)
            return secret_token(kind)
        return self.text(digits)

    def personal(self, text: str) -> list[dict[str, Any]]:
        """What is personal in redacted `text`, tokens of secrets too: `kind`, `start` and `end` of each."""
        finder = self._finder or PersonalFinder()
        tokens = [PersonalSpan(_TOKENS[token[0]], token.start(), token.end(), "") for token in _TOKEN.finditer(text)]
        others = [
            span
            for span in finder.find(text, self._hint)
            if not span.kind.secret and not any(span.overlaps(token) for token in tokens)
        ]
        spans = sorted([*tokens, *others], key=lambda span: span.start)
        return [{"kind": span.kind.value, "start": span.start, "end": span.end} for span in spans]

    def _redacted(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self._redacted(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._redacted(item) for item in value]
        return value

    def _secrets(self, text: str) -> list[PersonalSpan]:
        found = list(secret_spans(text))
        folded = fold(text)
        for run in digit_runs(folded):
            if len(run.digits) < _LEAST:
                continue
            kind = self._known.get(self._digest(run.digits)) or self._awaited_kind(folded, run)
            if kind is None:
                # A recogniser's slip in the middle of a card's number leaves its end behind.
                kind = next((span.kind for span in found if 0 <= run.start - span.end <= _SLIP), None)
            span = None if kind is None else PersonalSpan(kind, run.start, run.end, run.digits)
            if span is not None and not any(span.overlaps(other) for other in found):
                found.append(span)
        return sorted(found, key=lambda span: span.start)

    def _awaited_kind(self, folded: str, run: DigitRun) -> PersonalKind | None:
        fits = run.start <= _ANSWER_BEGINS and len(run.digits) >= _LEAST and not _QUANTITY.match(folded, run.end)
        return self._awaited if fits else None

    def _learn(self, text: str) -> None:
        for span in self._secrets(text):
            self._know(_digits_of(text, span), span.kind)

    def _suspect(self, text: str, kind: PersonalKind, secrets: set[str]) -> None:
        folded = fold(text)
        for run in digit_runs(folded):
            telephone = is_business_telephone(run.digits) or is_personal_telephone(run.digits)
            part = any(run.digits in digits for digits in secrets)
            if len(run.digits) >= _SUSPICIOUS and (part or not telephone):
                self._know(run.digits, kind)

    def _know(self, digits: str, kind: PersonalKind) -> None:
        if len(digits) >= _LEAST:
            self._known.setdefault(self._digest(digits), kind)

    def _digest(self, digits: str) -> bytes:
        return hashlib.blake2b(digits.encode(), key=self._key, digest_size=16).digest()


def _digits_of(text: str, span: PersonalSpan) -> str:
    return "".join(run.digits for run in digit_runs(fold(text[span.start : span.end])))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _replaced(text: str, places: Iterable[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end, token in places:
        if start >= at:
            parts += [text[at:start], token]
            at = end
    return "".join([*parts, text[at:]])
