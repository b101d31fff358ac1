"""A hand-over note, taken apart into its headings again: what is shown large, small, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.transcript import NAMES, LineMask

_QUEUE: Final = re.compile(r"^［(?P<queue>[^］]*)］")
_LABELS: Final = frozenset(NAMES.values())
_PART: Final = re.compile(r"【(?P<heading>[^】]{1,20})】(?P<text>[^【]*)")


@dataclass(frozen=True)
class NoteParts:
    """The parts of a note by heading, in the note's order; a note without headings is one part of its own."""

    parts: Mapping[str, str]

    @classmethod
    def of(cls, note: str) -> NoteParts:
        """Read a note: 「【ご用件】請求の確認」 a line."""
        text = _QUEUE.sub("", note).strip()
        found = {match["heading"]: match["text"].strip() for match in _PART.finditer(text)}
        return cls(found or ({"申し送り": text} if text else {}))

    def covered(self, mask: LineMask) -> NoteParts:
        """The note with what is personal covered: what was asked for as a name or a number, wherever it stands."""
        answers = {value: name for name, value in self.collected.items() if value and _is_personal(name)}
        return NoteParts({heading: _cover(text, answers, mask) for heading, text in self.parts.items()})

    @property
    def matter(self) -> str:
        """What the caller wants, in words: keys that were pressed are none."""
        said = self.parts.get("ご用件", "")
        return said if any(sign.isalpha() for sign in said) else ""

    @property
    def reason(self) -> str:
        """Why a person is needed."""
        return self.parts.get("引き継ぎの理由", "")

    @property
    def tone(self) -> str:
        """How the caller seems."""
        return self.parts.get("ご様子", "")

    @property
    def next_step(self) -> str:
        """What to begin with."""
        return self.parts.get("次の対応", "")

    @property
    def collected(self) -> dict[str, str]:
        """The values that were asked for, by name."""
        pairs = (pair.partition(":") for pair in self.parts.get("伺った内容", "").split("、") if pair.strip())
        return {name.strip(): value.strip() for name, _, value in pairs}


def _is_personal(name: str) -> bool:
    return any(label in name or name in label for label in _LABELS)


def _cover(text: str, answers: Mapping[str, str], mask: LineMask) -> str:
    for value in sorted(answers, key=len, reverse=True):
        text = text.replace(value, f"〈{answers[value]}〉")
    return mask.text(text)
