"""A hand-over note, taken apart into its headings again: what is shown large, small, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_QUEUE: Final = re.compile(r"^［(?P<queue>[^］]*)］")
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

    @property
    def matter(self) -> str:
        """What the caller wants."""
        return self.parts.get("ご用件", "")

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
