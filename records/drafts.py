"""Mined drafts of FAQ entries: they wait until a person approves or rejects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.plain import clean_text, plain
from records.schema import FaqDraftRow

_NO_DRAFT = "この下書きは見つかりません。"
_DECIDED = "この下書きは、すでに{state}されています。"


class DraftState(StrEnum):
    """What a person has said of a draft."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


_STATE_WORDS = {DraftState.APPROVED.value: "承認", DraftState.REJECTED.value: "却下"}


class DraftError(RuntimeError):
    """A draft cannot be decided on; the message says why, in Japanese."""


@dataclass(frozen=True)
class DraftSource:
    """The turn of a call that a draft was drawn from."""

    call_id: str
    turn: int


@dataclass(frozen=True)
class NewDraft:
    """A draft as it was mined: plain data, and where it comes from."""

    content: Mapping[str, Any]
    sources: tuple[DraftSource, ...]


@dataclass(frozen=True)
class FaqDraft:
    """A draft in the records. `content` of an approved one is what was approved, with the approver's changes."""

    id: str
    created_at: datetime
    state: DraftState
    content: dict[str, Any]
    sources: tuple[DraftSource, ...]
    decided_at: datetime | None
    decided_by: str | None
    note: str


class DraftRepository:
    """Drafts, and what was decided of them. What has been decided never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, drafts: Sequence[NewDraft]) -> list[FaqDraft]:
        """Keep `drafts`, all or none, and give them back as they are kept.

        A waiting draft that shares a turn with a new one is the same matter, mined before: the new one takes its place
        (and the id of the one it shares most with), so that mining the same nights again changes nothing.
        """
        kept: list[FaqDraft] = []
        async with self._database.write() as connection:
            waiting = await _waiting_sources(connection)
            for draft in drafts:
                overlaps = {name: len(turns & set(draft.sources)) for name, turns in waiting.items()}
                former = sorted((name for name, shared in overlaps.items() if shared), key=lambda n: (-overlaps[n], n))
                for name in former:
                    del waiting[name]
                kept.append(await _put(connection, draft, former))
        return kept

    async def list(
        self, state: DraftState | None = None, limit: int = 50, before: str | None = None
    ) -> tuple[FaqDraft, ...]:
        """The newest first, `limit` of them, older than the draft `before`."""
        wanted = select(FaqDraftRow.__table__).order_by(FaqDraftRow.created_at.desc(), FaqDraftRow.id.desc())
        if state is not None:
            wanted = wanted.where(FaqDraftRow.state == state.value)
        if before is not None:
            at = select(FaqDraftRow.created_at).where(FaqDraftRow.id == before).scalar_subquery()
            older = and_(FaqDraftRow.created_at == at, FaqDraftRow.id < before)
            wanted = wanted.where(or_(FaqDraftRow.created_at < at, older))
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.limit(limit))).mappings().all()
        return tuple(_draft(row) for row in found)

    async def get(self, draft_id: str) -> FaqDraft | None:
        """One draft; None when there is none of that id."""
        async with self._database.read() as connection:
            return await _one(connection, draft_id)

    async def decided_sources(self, since: datetime) -> frozenset[DraftSource]:
        """The turns of all drafts made since then that a person has decided on: they need not be mined again."""
        wanted = select(FaqDraftRow.sources).where(
            FaqDraftRow.state != DraftState.WAITING.value, FaqDraftRow.created_at >= since
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).scalars().all()
        return frozenset(source for row in rows for source in _sources(row))

    async def approve(
        self, draft_id: str, by: str, content: Mapping[str, Any] | None = None, note: str = ""
    ) -> FaqDraft:
        """Approve a waiting draft, as it stands or as `content` changes it; what is given back is to be published.

        Publishing is the caller's. Raises `DraftError` when there is no such draft or it has been decided on.
        """
        return await self._decide(draft_id, DraftState.APPROVED, by, note, content)

    async def reject(self, draft_id: str, by: str, note: str = "") -> FaqDraft:
        """Reject a waiting draft. Raises `DraftError` when there is no such draft or it has been decided on."""
        return await self._decide(draft_id, DraftState.REJECTED, by, note, None)

    async def _decide(
        self, draft_id: str, state: DraftState, by: str, note: str, content: Mapping[str, Any] | None
    ) -> FaqDraft:
        decided = {
            "state": state.value,
            "decided_at": utc_now(),
            "decided_by": clean_text(by),
            "note": clean_text(note),
            **({} if content is None else {"content": plain(content)}),
        }
        is_waiting = and_(FaqDraftRow.id == draft_id, FaqDraftRow.state == DraftState.WAITING.value)
        async with self._database.write() as connection:
            done = await connection.execute(update(FaqDraftRow).where(is_waiting).values(decided))
            draft = await _one(connection, draft_id)
            if draft is None:
                raise DraftError(_NO_DRAFT)
            if done.rowcount == 0:
                raise DraftError(_DECIDED.format(state=_STATE_WORDS[draft.state.value]))
        return draft


async def _waiting_sources(connection: AsyncConnection) -> dict[str, set[DraftSource]]:
    wanted = select(FaqDraftRow.id, FaqDraftRow.sources).where(FaqDraftRow.state == DraftState.WAITING.value)
    return {name: set(_sources(row)) for name, row in (await connection.execute(wanted)).all()}


async def _put(connection: AsyncConnection, draft: NewDraft, former: Sequence[str]) -> FaqDraft:
    """Write the draft in the place of `former`, whose first lends its id and its time."""
    values = {"content": plain(draft.content), "sources": plain(draft.sources)}
    if former:
        await connection.execute(delete(FaqDraftRow).where(FaqDraftRow.id.in_(former[1:])))
        await connection.execute(update(FaqDraftRow).where(FaqDraftRow.id == former[0]).values(values))
        name = former[0]
    else:
        name = new_id()
        fresh = {"id": name, "created_at": utc_now(), "state": DraftState.WAITING.value, "note": "", **values}
        await connection.execute(insert(FaqDraftRow).values(fresh))
    kept = await _one(connection, name)
    assert kept is not None
    return kept


async def _one(connection: AsyncConnection, draft_id: str) -> FaqDraft | None:
    row = (await connection.execute(select(FaqDraftRow.__table__).where(FaqDraftRow.id == draft_id))).mappings().first()
    return None if row is None else _draft(row)


def _draft(row: Any) -> FaqDraft:
    return FaqDraft(
        id=row["id"],
        created_at=row["created_at"],
        state=DraftState(row["state"]),
        content=dict(row["content"]),
        sources=_sources(row["sources"]),
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        note=row["note"],
    )


def _sources(row: Sequence[Mapping[str, Any]]) -> tuple[DraftSource, ...]:
    return tuple(DraftSource(str(each["call_id"]), int(each["turn"])) for each in row)
