"""Keeps what is personal out of drafts: what the finder finds, and any long number besides, known kind or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from dialogue.privacy.finder import find_personal
from dialogue.privacy.kinds import PersonalSpan

FindPersonal = Callable[[str], Sequence[PersonalSpan]]
"""The personal spans of a text; `PersonalFinder.find` of a finder that knows the company's own names."""

Stretch = tuple[int, int]

_LONG_NUMBER: Final = re.compile(r"\d(?:[-‐‑–—−ーのノ 　]?\d){6,}")
_OPEN_TO_ALL: Final = re.compile(r"[0０][1１][2２][0０]|[0０][5５][7７][0０]|[0０][8８][0０][0０]")
_CLAUSE: Final = re.compile(r"[^、。?？!！]*[、。?？!！]?")


class PersonalGuard:
    """Tells what of a text may not stand in a draft. Numbers that companies give to everybody (0120 …) may."""

    def __init__(self, find: FindPersonal = find_personal) -> None:
        self._find = find

    def stretches(self, text: str) -> list[Stretch]:
        """The personal stretches of `text`, as places; they may overlap."""
        found = [(span.start, span.end) for span in self._find(text)]
        numbers = (match for match in _LONG_NUMBER.finditer(text) if not _OPEN_TO_ALL.match(match.group()))
        return found + [match.span() for match in numbers]

    def is_free(self, text: str) -> bool:
        """Whether nothing in `text` is personal."""
        return not self.stretches(text)

    def without(self, text: str) -> str:
        """`text` without the clauses that hold something personal."""
        personal = self.stretches(text)
        if not personal:
            return text
        return "".join(clause.group() for clause in _CLAUSE.finditer(text) if not touches(clause.span(), personal))


def touches(place: Stretch, stretches: Sequence[Stretch]) -> bool:
    """Whether `place` shares a sign with any of `stretches`."""
    return any(start < place[1] and place[0] < end for start, end in stretches)
