"""What a rule of the grammar is: a pattern on the skeleton, and what its match means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from voice.itn.numerals import Number
from voice.itn.skeleton import MARK
from voice.itn.values import Style, ValueKind


@dataclass(frozen=True)
class Found:
    """A match on the skeleton: its numbers in order, their spelling in the text, and how values are to be written."""

    match: re.Match[str]
    numbers: tuple[Number, ...]
    spellings: tuple[str, ...]
    style: Style
    today: date | None

    def group(self, name: str) -> str:
        """A named part of the match, empty if absent; numbers in it are marks."""
        return self.match[name] or ""

    def number(self, name: str) -> Number | None:
        """The one number of a named part."""
        part = self.match[name]
        if not part or MARK not in part:
            return None
        return self.numbers[self.match.string.count(MARK, self.match.start(), self.match.start(name))]

    def integer(self, name: str) -> int | None:
        """The integer of a named part, or None without it."""
        number = self.number(name)
        return int(number.amount) if number and number.amount == int(number.amount) else None


@dataclass(frozen=True)
class Reading:
    """What a match means. `display` None: the text stays as it was said."""

    canonical: str
    display: str | None


@dataclass(frozen=True)
class Rule:
    """One kind of value: `read` returns None for a match that makes no sense (32月)."""

    kind: ValueKind
    pattern: re.Pattern[str]
    read: Callable[[Found], Reading | None]


def pattern(source: str) -> re.Pattern[str]:
    """Compile `source`, in which an N that is no part of a word is a number."""
    return re.compile(re.sub(r"(?<![A-Za-z])N(?![A-Za-z])", MARK, source))
