"""The retention policy as a document: days for each kind, and whether words are kept at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from records.documents import DocumentRepository
from records.retention import Kept, RetentionTimes

KIND: Final = "retention"
"""Its kind among the documents."""
LONGEST_DAYS: Final = 36_500


class RetentionPolicyError(ValueError):
    """The document cannot be used; the message says why, in Japanese."""


@dataclass(frozen=True)
class RetentionPolicy:
    """`zero`: nobody's words are written down, no recording is made, and no number is kept; figures remain."""

    times: RetentionTimes = RetentionTimes()
    zero: bool = False

    @classmethod
    def from_content(cls, content: Mapping[str, Any] | None) -> RetentionPolicy:
        """The policy of a document's content; the defaults without one. Raises `RetentionPolicyError`."""
        if content is None:
            return cls()
        days = content.get("days", {})
        unknown = [name for name in days if name not in set(Kept)]
        if unknown or set(content) - {"days", "zero"} or not isinstance(content.get("zero", False), bool):
            raise RetentionPolicyError("保存期間の項目をご確認ください。")
        for value in days.values():
            whole = isinstance(value, int) and not isinstance(value, bool)
            if value is not None and not (whole and 0 <= value <= LONGEST_DAYS):
                raise RetentionPolicyError(f"保存期間は、0から{LONGEST_DAYS}までの日数でご指定ください。")
        policy = cls(RetentionTimes(**{**asdict(RetentionTimes()), **days}), content.get("zero", False))
        policy._check_order()
        return policy

    def to_content(self) -> dict[str, Any]:
        """As a document."""
        return {"days": asdict(self.times), "zero": self.zero}

    def _check_order(self) -> None:
        # A part cannot outlive the whole: the call takes everything of it along.
        whole = self.times.calls
        for kind in (Kept.RECORDINGS, Kept.WORDS, Kept.DECISIONS):
            days = self.times.of(kind)
            if whole is not None and (days is None or days > whole):
                raise RetentionPolicyError("録音・発話・判断の保存期間は、通話全体の保存期間より長くできません。")


async def published_policy(documents: DocumentRepository) -> tuple[int, RetentionPolicy]:
    """The policy that holds, and its version: 0 and the defaults before the first is published."""
    current = await documents.current(KIND)
    if current is None:
        return 0, RetentionPolicy()
    return current.version, RetentionPolicy.from_content(current.content)
