"""Facts of every call of a period, from what is kept of ended calls and what people did with them since."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.desk_schema import CallbackRow, HandlingRow, PresenceRow
from records.figures.facts import CallFacts, Handled, Promise, Staffing, TalkFacts
from records.figures.reading import call_fact, in_pieces, talks_of
from records.figures.recontact import WINDOW_S, Contact, again_after, digits_of
from records.figures.stored import REVISION, facts_of, text_of
from records.figures.talk import CallFact
from records.figures_schema import CallFactsRow
from records.models import CallState, Direction
from records.presence import PresenceState
from records.schema import CallRow, FaqEntryRow
from records.tuning_schema import VoteRow
from records.votes import Verdict

WINDOW: Final = timedelta(seconds=WINDOW_S)
KEPT_AT_ONCE: Final = 50
LONGEST_CALL: Final = timedelta(days=1)
"""What began longer ago has ended."""


class FigureRepository:
    """Gives facts of calls, and keeps those of calls that have ended so that they need not be reduced again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._all_kept_before: datetime | None = None

    async def facts(self, since: datetime, until: datetime, now: datetime | None = None) -> list[CallFacts]:
        """Every call that came in from `since` to before `until` and has ended, in order; `now` is the present.

        A call that still runs has come to nothing yet. The calls of the week after are read too: who calls again is
        seen in them.
        """
        now = now or utc_now()
        async with self._database.read() as connection:
            rows = [row async for row in in_pieces(connection, _calls(since, until + WINDOW))]
            talks = await _kept(rows)
            missing = await asyncio.to_thread(_missing, rows, talks)
            for place in range(0, len(missing), KEPT_AT_ONCE):
                talks |= await talks_of(connection, missing[place : place + KEPT_AT_ONCE])
            people = await _People.read(connection, since, until)
            categories = await _categories(connection)

        def together() -> list[CallFacts]:
            numbers = {number: digits_of(number) for number in {row.caller_number for row in rows}}
            contacts = (
                Contact(row.id, numbers[row.caller_number], row.started_at, talks[row.id].topic) for row in rows
            )
            again = again_after(contacts)
            return [
                CallFacts(
                    call_id=row.id,
                    offered_at=row.started_at,
                    called_number=row.called_number,
                    line=row.line,
                    talk=talks[row.id],
                    handled=tuple(people.handled.get(row.id, ())),
                    promises=tuple(people.promises.get(row.id, ())),
                    votes_right=people.votes[row.id, Verdict.RIGHT],
                    votes_wrong=people.votes[row.id, Verdict.WRONG],
                    number_known=bool(numbers[row.caller_number]),
                    again_after_s=again.get(row.id),
                    settled=row.started_at + WINDOW <= now,
                    category=categories.get(talks[row.id].topic, ""),
                )
                for row in rows
                if row.started_at < until
            ]

        return await asyncio.to_thread(together)

    async def staffing(self, since: datetime, until: datetime, now: datetime | None = None) -> Staffing:
        """People's presence within the period; a stretch that lasts is counted to the present moment."""
        end = min(until, now or utc_now())
        wanted = select(PresenceRow.state, PresenceRow.since, PresenceRow.until).where(
            PresenceRow.since < end, or_(PresenceRow.until.is_(None), PresenceRow.until > since)
        )
        present = ready = timedelta()
        async with self._database.read() as connection:
            async for row in in_pieces(connection, wanted):
                lasted = max(timedelta(), min(row.until or end, end) - max(row.since, since))
                present += lasted if row.state != PresenceState.OFFLINE else timedelta()
                ready += lasted if row.state == PresenceState.AVAILABLE else timedelta()
        return Staffing(_ms(present), _ms(ready))

    async def titles(self) -> dict[str, str]:
        """What each entry is called, by its newest wording."""
        async with self._database.read() as connection:
            return await _newest(connection, "title")

    async def keep_up(self, at_most: int = 500) -> int:
        """Keep the facts of calls that have ended since, oldest first; how many were kept."""
        kept = 0
        while kept < at_most:
            calls = await self._not_kept()
            if not calls:
                self._all_kept_before = utc_now() - LONGEST_CALL
                break
            async with self._database.read() as connection:
                facts = [(each.id, call_fact(each.started_at, each.ended_at, each.ended_by)) for each in calls]
                talks = await talks_of(connection, facts)
            values = [
                {
                    "call_id": each.id,
                    "offered_at": each.started_at,
                    "revision": REVISION,
                    "facts": text_of(talks[each.id]),
                }
                for each in calls
            ]
            await self._write(values)
            kept += len(calls)
        return kept

    async def _not_kept(self) -> list[Any]:
        wanted = (
            select(CallRow.id, CallRow.started_at, CallRow.ended_at, CallRow.ended_by)
            .outerjoin(CallFactsRow, _of_now())
            .where(CallRow.state == CallState.ENDED.value, CallFactsRow.call_id.is_(None))
            .where(CallRow.direction == Direction.INBOUND.value)
            .order_by(CallRow.started_at)
            .limit(KEPT_AT_ONCE)
        )
        if self._all_kept_before is not None:
            # All that began before it is kept: the table is looked through from its beginning once a start.
            wanted = wanted.where(CallRow.started_at >= self._all_kept_before)
        async with self._database.read() as connection:
            return list((await connection.execute(wanted)).all())

    async def _write(self, values: list[dict[str, Any]]) -> None:
        dialect = sqlite if self._database.dialect == "sqlite" else postgresql
        async with self._database.write() as connection:
            # A call may have been erased meanwhile.
            there = select(CallRow.id).where(CallRow.id.in_([each["call_id"] for each in values]))
            left = set((await connection.scalars(there)).all())
            kept = [each for each in values if each["call_id"] in left]
            if not kept:
                return
            statement: Any = dialect.insert(CallFactsRow.__table__)
            changed = {name: statement.excluded[name] for name in ("revision", "facts")}
            await connection.execute(statement.on_conflict_do_update(index_elements=["call_id"], set_=changed), kept)


class _People:
    """What people did with the calls of a period."""

    def __init__(self) -> None:
        self.handled: dict[str, list[Handled]] = defaultdict(list)
        self.promises: dict[str, list[Promise]] = defaultdict(list)
        self.votes: Counter[tuple[str, str]] = Counter()

    @classmethod
    async def read(cls, connection: AsyncConnection, since: datetime, until: datetime) -> _People:
        found = cls()
        within = and_(CallRow.started_at >= since, CallRow.started_at < until)
        handlings = select(
            HandlingRow.call_id, HandlingRow.started_at, HandlingRow.talk_ended_at, HandlingRow.hold_ms,
            HandlingRow.acw_ended_at, HandlingRow.resolved,
        ).join(CallRow, CallRow.id == HandlingRow.call_id)  # fmt: skip
        async for row in in_pieces(connection, handlings.where(within).order_by(HandlingRow.started_at)):
            found.handled[row.call_id].append(_handled(row))
        promises = select(CallbackRow.call_id, CallbackRow.due_at, CallbackRow.done_at)
        joined = promises.join(CallRow, CallRow.id == CallbackRow.call_id).where(within)
        async for row in in_pieces(connection, joined.order_by(CallbackRow.booked_at)):
            done = row.done_at is not None
            found.promises[row.call_id].append(Promise(done, done and row.done_at <= row.due_at))
        votes = select(VoteRow.call_id, VoteRow.turn, VoteRow.voter, VoteRow.verdict)
        on_calls = votes.join(CallRow, CallRow.id == VoteRow.call_id).where(within).order_by(VoteRow.at, VoteRow.id)
        newest: dict[tuple[str, int, str], str] = {}
        async for row in in_pieces(connection, on_calls):
            newest[row.call_id, row.turn, row.voter] = row.verdict
        found.votes.update((call_id, verdict) for (call_id, _, _), verdict in newest.items())
        return found


def _handled(row: Any) -> Handled:
    talk_ended = row.talk_ended_at or row.started_at
    acw = row.acw_ended_at - talk_ended if row.acw_ended_at is not None else timedelta()
    return Handled(
        talk_ms=max(0, _ms(talk_ended - row.started_at) - row.hold_ms),
        hold_ms=row.hold_ms,
        acw_ms=_ms(acw),
        finished=row.acw_ended_at is not None,
        resolved=row.resolved,
    )


def _calls(since: datetime, until: datetime) -> Any:
    return (
        select(
            CallRow.id, CallRow.started_at, CallRow.ended_at, CallRow.ended_by, CallRow.caller_number,
            CallRow.called_number, CallRow.line, CallFactsRow.facts,
        )
        .outerjoin(CallFactsRow, _of_now())
        .where(CallRow.started_at >= since, CallRow.started_at < until)
        .where(CallRow.direction == Direction.INBOUND.value, CallRow.state == CallState.ENDED.value)
        .order_by(CallRow.started_at, CallRow.id)
    )  # fmt: skip


def _of_now() -> ColumnElement[bool]:
    return and_(CallFactsRow.call_id == CallRow.id, CallFactsRow.revision == REVISION)


def _missing(rows: list[Any], talks: dict[str, TalkFacts]) -> list[tuple[str, CallFact]]:
    return [(row.id, call_fact(row.started_at, row.ended_at, row.ended_by)) for row in rows if row.id not in talks]


async def _kept(rows: list[Any]) -> dict[str, TalkFacts]:
    return await asyncio.to_thread(lambda: {row.id: facts_of(row.facts) for row in rows if row.facts is not None})


async def _categories(connection: AsyncConnection) -> dict[str, str]:
    return await _newest(connection, "category")


async def _newest(connection: AsyncConnection, name: str) -> dict[str, str]:
    wanted = select(FaqEntryRow.entry_id, FaqEntryRow.content[name].as_string()).order_by(FaqEntryRow.version)
    return {row[0]: row[1] or "" async for row in in_pieces(connection, wanted)}


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
