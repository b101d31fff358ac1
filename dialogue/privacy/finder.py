"""What is personal in a text: the answer to what was asked first, then patterns and check digits, then names."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Final

from dialogue.privacy.addresses import addresses
from dialogue.privacy.folding import fold, narrow
from dialogue.privacy.kinds import PersonalKind, PersonalSpan, SlotHint
from dialogue.privacy.letters import birth_dates, emails
from dialogue.privacy.names import NameFinder
from dialogue.privacy.numbers import personal_numbers
from dialogue.privacy.refusal import secret_spans
from dialogue.privacy.spoken_digits import digit_runs
from dialogue.privacy.words import Words, shared_words

_LEAD: Final = re.compile(
    r"^(?:はい|ええ|えーっと|えーと|えっと|えー|あのー|あの|そうですね|私は|私|わたくし|わたし|名前は|電話番号は|番号は|住所は|生年月日は"
    r"|メールアドレスは|カード番号は|口座番号は|お客様番号は|[、。\s])+"
)
_TAIL: Final = re.compile(
    r"(?:になります|でございます|でお願いします|でお願いいたします|と申します|といいます|と言います|ですけれども|ですけど|ですが|ですね|です|だよ|だけど"
    r"|[、。\s])+$"
)
_REFUSAL: Final = re.compile(
    r"ません|ない|なんで|どうして|なぜ|ですか|いいえ|嫌|教え|ください|ちょっと|待って|忘れ|どこ|どれ|何|オペレーター|たい"
)
_NO_NAME: Final = re.compile(
    r"ません|なんで|どうして|なぜ|ですか|いいえ|教え|ください|待って|忘れ|何|したい|たくない|わからない|オペレーター|お願い"
)
_LEAST_DIGITS: Final = {
    PersonalKind.PHONE: 5,
    PersonalKind.POSTAL_CODE: 3,
    PersonalKind.BIRTH_DATE: 2,
    PersonalKind.CARD: 4,
    PersonalKind.CARD_CODE: 3,
    PersonalKind.PIN: 3,
    PersonalKind.MY_NUMBER: 6,
    PersonalKind.ACCOUNT: 4,
    PersonalKind.MEMBER_NO: 3,
}
_LONGEST_ANSWER: Final = 80


class PersonalFinder:
    """Finds personal data. Thread-safe, total for every text, about a millisecond a sentence.

    `allowed` are words and numbers that are nobody's own here: the company's and its plans' names, its telephone.
    """

    def __init__(self, allowed: Iterable[str] = (), words: Words | None = None) -> None:
        terms = frozenset(narrow(term).strip() for term in allowed if term.strip())
        self._words = words or shared_words()
        self._names = NameFinder(self._words, terms)
        self._allowed_digits = frozenset(digits for term in terms if len(digits := re.sub(r"\D", "", term)) > 6)

    def find(self, text: str, hint: SlotHint | None = None) -> tuple[PersonalSpan, ...]:
        """The personal spans of `text` in order, none overlapping. `hint` is what the agent has just asked for."""
        folded = fold(text)
        found: list[PersonalSpan] = []
        if hint is not None and (answer := self._answer(text, folded, hint)) is not None:
            found.append(answer)
        numbers = personal_numbers(folded)
        words = self._words.of(text)
        places = list(addresses(text, words))
        candidates = (
            secret_spans(text),
            emails(text),
            birth_dates(text),
            places,
            numbers,
            self._names.find(text, words),
        )
        for group in candidates:
            for span in group:
                if span.value not in self._allowed_digits and not any(span.overlaps(other) for other in found):
                    found.append(span)
        return tuple(sorted(found, key=lambda span: span.start))

    def _answer(self, text: str, folded: str, hint: SlotHint) -> PersonalSpan | None:
        """The whole answer as what was asked for; None when the caller said something else."""
        lead = _LEAD.match(text)
        start = lead.end() if lead else 0
        tail = _TAIL.search(text, start)
        end = tail.start() if tail else len(text)
        answer = text[start:end]
        if (
            not answer
            or len(answer) > _LONGEST_ANSWER
            or (_NO_NAME if hint is PersonalKind.NAME else _REFUSAL).search(text)
        ):
            return None
        if hint is PersonalKind.NAME:
            value = re.sub(r"[\s　、]", "", answer)
            bare = re.sub("(?:さん|様)$", "", answer)
            if not self._names.whole(bare, self._words.of(bare)):
                return None
            return PersonalSpan(hint, start, start + len(bare), re.sub("(?:さん|様)$", "", value))
        if hint in (PersonalKind.ADDRESS, PersonalKind.EMAIL):
            if len(answer) < 4:
                return None
            return PersonalSpan(hint, start, end, re.sub(r"\s", "", narrow(answer)))
        runs = [run for run in digit_runs(folded) if run.start >= start and run.end <= end]
        digits = "".join(run.digits for run in runs)
        if len(digits) < _LEAST_DIGITS[hint]:
            return None
        if hint is PersonalKind.BIRTH_DATE:
            return PersonalSpan(hint, start, end, re.sub(r"\s", "", folded[start:end]))
        return PersonalSpan(hint, runs[0].start, runs[-1].end, digits)


@functools.cache
def _default_finder() -> PersonalFinder:
    return PersonalFinder()


def find_personal(text: str, hint: SlotHint | None = None) -> tuple[PersonalSpan, ...]:
    """`PersonalFinder.find` of a finder that allows nothing in particular."""
    return _default_finder().find(text, hint)
