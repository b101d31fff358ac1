"""A call's facts as text, to be kept and read back quickly."""

from __future__ import annotations

import json
from typing import Any, Final

from records.figures.facts import Finish, Left, Outcome, TalkFacts, Wait

REVISION: Final = 3
"""Grows whenever the reduction of a call changes: facts of an older one are made anew."""


def text_of(talk: TalkFacts) -> str:
    """Compact JSON: a list in the order of the fields."""
    return json.dumps(
        [
            talk.answered, talk.short_abandon, talk.engaged, talk.agent_ms, talk.finish, talk.outcome, talk.topic,
            talk.entries, talk.answers, talk.unanswered, talk.caller_turns, talk.asked_again, talk.prompts, talk.cuts,
            talk.false_cuts, talk.responses_ms, talk.reasons, [(each.waited_ms, each.left) for each in talk.waits],
            talk.person, talk.left_at,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )  # fmt: skip


def facts_of(text: str) -> TalkFacts:
    """The facts again."""
    values: list[Any] = json.loads(text)
    values[4] = Finish(values[4])
    values[5] = None if values[5] is None else Outcome(values[5])
    for place in (7, 15, 16):
        values[place] = tuple(values[place])
    values[17] = tuple(Wait(waited, Left(left)) for waited, left in values[17])
    return TalkFacts(*values)
