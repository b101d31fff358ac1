"""Legal holds: what must not be deleted while somebody's claim is open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, insert, or_, select, update

from records.clock import utc_now
from records.database import Database
from records.ids import new_id
from records.plain import clean_text
from records.schema import CallRow
from records.search import in_number
from records.trust_schema import LegalHoldRow


class HoldScope(StrEnum):
    """What a hold covers."""

    CALL = "call"
    NUMBER = "number"


class HoldError(ValueError):
    """A hold cannot be placed or released; the message says why, in Japanese."""


@dataclass(frozen=True)
class LegalHold:
    """One hold; `subject` is a call's id, or a telephone number's digits. Released ones stay as a record."""

    id: str
    scope: HoldScope
    subject: str
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str | None = None
    released_at: datetime | None = None


class HoldRepository:
    """Places and releases holds, and says what they cover."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def place(self, scope: HoldScope, subject: str, reason: str, by: str) -> LegalHold:
        """Hold a call, or every call of a number, also future ones. Raises `HoldError`."""
        what = re.sub(r"[\s\-()]", "", subject) if scope is HoldScope.NUMBER else subject.strip()
        if scope is HoldScope.NUMBER and not re.fullmatch(r"\+?\d{5,15}", what):
            raise HoldError("電話番号は、数字とハイフンで入力してください。")
        if not reason.strip():
            raise HoldError("保全の理由を入力してください。")
        hold = LegalHold(new_id(), scope, what, clean_text(reason.strip()), clean_text(by), utc_now())
        async with self._database.write() as connection:
            if scope is HoldScope.CALL:
                there = await connection.scalar(select(CallRow.id).where(CallRow.id == what))
                if there is None:
                    raise HoldError("この通話の記録は見つかりません。通話IDをご確認ください。")
            values = {name: getattr(hold, name) for name in hold.__dataclass_fields__}
            await connection.execute(insert(LegalHoldRow).values({**values, "scope": scope.value}))
        return hold

    async def release(self, hold_id: str, by: str) -> LegalHold:
        """End a hold. Raises `HoldError` when there is none, or when it has been released already."""
        async with self._database.write() as connection:
            found = await connection.execute(
                update(LegalHoldRow)
                .where(LegalHoldRow.id == hold_id, LegalHoldRow.released_at.is_(None))
                .values(released_by=clean_text(by), released_at=utc_now())
            )
            if found.rowcount != 1:
                raise HoldError("この保全は見つからないか、すでに解除されています。")
            wanted = select(LegalHoldRow.__table__).where(LegalHoldRow.id == hold_id)
            row = (await connection.execute(wanted)).mappings().one()
        return LegalHold(**{**row, "scope": HoldScope(row["scope"])})

    async def list(self, released: bool = False) -> list[LegalHold]:
        """The holds that last, newest first; with `released` also those of the past."""
        wanted = select(LegalHoldRow.__table__).order_by(LegalHoldRow.placed_at.desc())
        if not released:
            wanted = wanted.where(LegalHoldRow.released_at.is_(None))
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        return [LegalHold(**{**row, "scope": HoldScope(row["scope"])}) for row in found]

    async def covered(self) -> ColumnElement[bool] | None:
        """A condition on `calls`: what is held now; None when nothing is."""
        holds = await self.list()
        if not holds:
            return None
        calls = [hold.subject for hold in holds if hold.scope is HoldScope.CALL]
        numbers = [in_number(hold.subject) for hold in holds if hold.scope is HoldScope.NUMBER]
        return or_(CallRow.id.in_(calls), *numbers)
