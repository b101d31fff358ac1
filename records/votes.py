"""What people say of single answers and suggestions. The material for what is to be improved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.plain import clean_text
from records.tuning_schema import VoteRow


class Verdict(StrEnum):
    """Right or wrong; or set aside: looked at, and nothing to be done."""

    RIGHT = "right"
    WRONG = "wrong"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Vote:
    """One vote on entry `entry_id` as the answer to turn `turn` of a call; `score` is what it was found with."""

    id: str
    at: datetime
    call_id: str
    turn: int
    entry_id: str
    verdict: Verdict
    voter: str
    note: str
    score: float | None


class VoteRepository:
    """Votes; nobody's replaces another's, and one's newest counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        call_id: str,
        turn: int,
        entry_id: str,
        verdict: Verdict,
        voter: str,
        *,
        note: str = "",
        score: float | None = None,
        at: datetime | None = None,
    ) -> Vote:
        """Keep a vote."""
        vote = Vote(
            new_id(), at or utc_now(), call_id, turn, entry_id, verdict, clean_text(voter), clean_text(note), score
        )
        values = {name: getattr(vote, name) for name in vote.__dataclass_fields__} | {"verdict": verdict.value}
        async with self._database.write() as connection:
            await connection.execute(insert(VoteRow).values(values))
        return vote

    async def of_call(self, call_id: str) -> list[Vote]:
        """The votes on one call, oldest first."""
        return await self._all(VoteRow.call_id == call_id)

    async def since(self, moment: datetime) -> list[Vote]:
        """All votes since then, oldest first."""
        return await self._all(VoteRow.at >= moment)

    async def _all(self, *conditions: Any) -> list[Vote]:
        wanted = select(VoteRow.__table__).where(*conditions).order_by(VoteRow.at, VoteRow.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [Vote(**{**row, "verdict": Verdict(row["verdict"])}) for row in rows]
