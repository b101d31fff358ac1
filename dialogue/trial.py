"""What a mind told to one question, in the form in which two minds are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialogue.state import Decision
from dialogue.turns import Act


@dataclass(frozen=True)
class Told:
    """One reply. `entry_ids` were spoken, `offered` were asked back about; `score` is the best candidate's."""

    act: str
    entry_ids: tuple[str, ...]
    offered: tuple[str, ...]
    text: str
    score: float | None
    best: str

    @property
    def answered(self) -> bool:
        """Whether an entry's answer was spoken, also where a person takes over after it."""
        return bool(self.entry_ids)


class Change(StrEnum):
    """How a draft changes what a caller is told."""

    NONE = ""
    OTHER_ENTRY = "other_entry"
    OTHER_WORDS = "other_words"
    NOW_ANSWERED = "now_answered"
    NO_LONGER_ANSWERED = "no_longer_answered"
    OTHER_REPLY = "other_reply"


def told_of(decision: Decision) -> Told:
    """What the decision tells the caller."""
    reply = decision.reply
    best = reply.evidence.candidates[0] if reply.evidence.candidates else None
    offered = tuple(option.entry_id for option in decision.state.options) if reply.act is Act.CLARIFY else ()
    spoken = reply.evidence.entry_ids if reply.act in {Act.ANSWER, Act.HAND_OVER} else ()
    return Told(
        act=reply.act.value,
        entry_ids=spoken,
        offered=offered,
        text=reply.text,
        score=best.score if best is not None else None,
        best=best.entry_id if best is not None else "",
    )


def change_of(before: Told, after: Told) -> Change:
    """What a caller would notice. A score that moves without changing a word is no change."""
    if (before.act, before.entry_ids, before.offered, before.text) == (
        after.act, after.entry_ids, after.offered, after.text,
    ):  # fmt: skip
        return Change.NONE
    if before.answered and after.answered:
        return Change.OTHER_WORDS if before.entry_ids == after.entry_ids else Change.OTHER_ENTRY
    if before.answered != after.answered:
        return Change.NOW_ANSWERED if after.answered else Change.NO_LONGER_ANSWERED
    return Change.OTHER_REPLY
