"""Which calls a figure is of: those of a number called, a line, an entry, a category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from records.figures.facts import CallFacts


@dataclass(frozen=True)
class Selection:
    """What calls must have; an empty value asks for nothing."""

    called: str = ""
    line: str = ""
    category: str = ""
    entry: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is every call: only then people's presence belongs to it."""
        return self == Selection()

    def of(self, calls: Sequence[CallFacts]) -> list[CallFacts]:
        """The calls that are meant."""
        return [call for call in calls if self._takes(call)]

    def _takes(self, call: CallFacts) -> bool:
        return (
            (not self.called or call.called_number == self.called)
            and (not self.line or call.line == self.line)
            and (not self.category or call.category == self.category)
            and (not self.entry or self.entry in call.talk.entries)
        )
