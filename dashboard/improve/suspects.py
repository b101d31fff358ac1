"""Answers that were probably wrong: voted down, taken back, cut off and asked otherwise, or left for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dashboard.improve.asked import Doubt, DoubtedTurn, doubted_in, exchanges, mask_of
from dashboard.transcript import LineMask
from records.asked import AskedRepository, SlimCall
from records.clock import utc_now
from records.votes import Verdict, Vote, VoteRepository

MOST_CALLS: Final = 5_000
_EXAMPLES: Final = 10


@dataclass(frozen=True)
class Suspect:
    """One doubted answer. `after` is what the caller said next, `note` what the voter wrote."""

    call_id: str
    turn: int
    question_turn: int
    at: datetime
    why: Doubt
    question: str
    answer: str
    after: str
    voter: str = ""
    note: str = ""


@dataclass(frozen=True)
class SuspectedEntry:
    """An entry whose answers are doubted; `answered` is how often it was spoken in the same time."""

    entry_id: str
    count: int
    answered: int
    why: Mapping[str, int]
    examples: tuple[Suspect, ...]


class WrongAnswers:
    """Finds them in the records."""

    def __init__(self, asked: AskedRepository, votes: VoteRepository, mask: LineMask) -> None:
        self._asked = asked
        self._votes = votes
        self._mask = mask

    async def of_days(self, days: int) -> list[SuspectedEntry]:
        """The entries doubted in the last `days`, the most doubted first."""
        since = utc_now() - timedelta(days=days)
        votes = await self._votes.since(since)
        aside = {(vote.call_id, vote.turn) for vote in votes if vote.verdict is Verdict.SET_ASIDE}
        against = {(vote.call_id, vote.turn): vote for vote in _newest(votes) if vote.verdict is Verdict.WRONG}
        found: dict[str, list[Suspect]] = {}
        answered: Counter[str] = Counter()
        async for call in self._asked.calls(since, MOST_CALLS):
            for _, _, reply in exchanges(call):
                answered.update(reply.entry_ids[:1])
            for doubted in _doubted(call, against):
                place = (call.id, doubted.answer.index)
                if place not in aside:
                    suspect = self._suspect(call, doubted, against.get(place))
                    found.setdefault(doubted.answer.entry_ids[0], []).append(suspect)
        entries = [_entry(entry_id, answered[entry_id], suspects) for entry_id, suspects in found.items()]
        return sorted(entries, key=lambda entry: (-entry.count, entry.entry_id))

    def _suspect(self, call: SlimCall, doubted: DoubtedTurn, vote: Vote | None) -> Suspect:
        mask, after = mask_of(call, self._mask), doubted.after
        return Suspect(
            call_id=call.id,
            turn=doubted.answer.index,
            question_turn=doubted.heard.index,
            at=call.started_at + timedelta(milliseconds=doubted.answer.started_ms),
            why=doubted.why,
            question=mask.text(doubted.heard.text, doubted.heard.personal or None),
            answer=mask.text(doubted.answer.text),
            after=mask.text(after.text, after.personal or None) if after is not None else "",
            voter=vote.voter if vote is not None else "",
            note=mask.text(vote.note) if vote is not None else "",
        )


def _doubted(call: SlimCall, against: Mapping[tuple[str, int], Vote]) -> list[DoubtedTurn]:
    """Each answer once; what a person says counts before what the call tells."""
    found = {each.answer.index: each for each in doubted_in(call)}
    for place, heard, reply in exchanges(call):
        if (call.id, reply.index) in against and reply.entry_ids:
            after = call.turns[place + 1] if place + 1 < len(call.turns) else None
            found[reply.index] = DoubtedTurn(heard, reply, after, Doubt.VOTED)
    return list(found.values())


def _newest(votes: list[Vote]) -> list[Vote]:
    """Each voter's newest vote on each answer."""
    return list({(vote.call_id, vote.turn, vote.voter): vote for vote in votes}.values())


def _entry(entry_id: str, answered: int, suspects: list[Suspect]) -> SuspectedEntry:
    why = Counter(suspect.why.value for suspect in suspects)
    newest = sorted(suspects, key=lambda suspect: suspect.at, reverse=True)
    return SuspectedEntry(entry_id, len(suspects), answered, dict(why), tuple(newest[:_EXAMPLES]))
