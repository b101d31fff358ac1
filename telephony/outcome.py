"""A call's result in one word, for lists and figures."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.turns import Act
from records.models import EndedBy


def outcome_of(acts: Sequence[Act], ended_by: EndedBy, *, attended: bool = False) -> str:
    """The word for it; `attended`: a person handled the call.

    `hand_over`, `answered`, `unanswered` (the caller spoke, no answer was found), `silent`, or `failed`.
    """
    if attended or Act.HAND_OVER in acts:
        return "hand_over"
    if Act.ANSWER in acts:
        return "answered"
    if ended_by is EndedBy.ERROR:
        return "failed"
    if any(act not in {Act.GREET, Act.NO_INPUT} for act in acts):
        return "unanswered"
    return "silent"
