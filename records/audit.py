"""Who did what, when and why: a chain of lines of which none can be changed, taken out or slipped in unnoticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from records.audit_anchor import Anchor, AnchorFile
from records.clock import utc_now
from records.database import Database
from records.people_schema import AuditRow
from records.plain import clean_text, digest, plain

FIRST_PREVIOUS: Final = "0" * 64
"""What stands in the first line for the sum of the line before it."""
_ATTEMPTS: Final = 20
_EXACT: Final = 2.0**53
_VERIFIED_AT_ONCE: Final = 500


@dataclass(frozen=True)
class AuditLine:
    """One line. `sha256` covers every other field, `previous` (the sum of the line before) among them."""

    sequence: int
    at: datetime
    actor: str
    role: str
    action: str
    target: str
    reason: str
    address: str
    detail: dict[str, Any]
    previous: str
    sha256: str

    def sum(self) -> str:
        """What `sha256` must be."""
        fields = asdict(self)
        del fields["sha256"]
        return digest(fields)


class Fault(StrEnum):
    """What is wrong with a chain."""

    ALTERED = "altered"  # a line's content and its sum do not fit
    BROKEN = "broken"  # a line does not follow the one before: something was taken out, slipped in or moved
    CUT = "cut"  # lines at the end are missing, as the anchor shows
    NO_ANCHOR = "no_anchor"  # the anchor itself is missing, so that nobody can tell whether lines were cut off


@dataclass(frozen=True)
class Verified:
    """What a check of the whole chain found. `first_wrong` is a line's number; None when all is well or none is."""

    ok: bool
    lines: int
    first_wrong: int | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class AuditFilter:
    """Which lines are wanted; what is empty wants all. `action` may be the beginning of one (`faq`)."""

    actor: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None


ALL: Final = AuditFilter()


class AuditLog:
    """Adds to the chain, reads it and checks it. It is never changed otherwise.

    `anchor` keeps the last line's sum outside the database. Lines that are cut off at the end leave a chain that is
    sound in itself: only the anchor shows it. Whoever can write both the database and that file could rebuild both;
    against that helps a copy of the head's sum on another machine.
    """

    def __init__(self, database: Database, anchor: Path | None = None) -> None:
        self._database = database
        self._anchor = AnchorFile(anchor) if anchor is not None else None
        self._one_writer = asyncio.Lock()

    async def note(
        self,
        actor: str,
        role: str,
        action: str,
        target: str = "",
        reason: str = "",
        address: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one line. `action` is dotted words such as `faq.publish`."""
        fields = {
            "actor": clean_text(actor),
            "role": clean_text(role)[:16],
            "action": clean_text(action),
            "target": clean_text(target),
            "reason": clean_text(reason),
            "address": clean_text(address),
            "detail": _steady(plain(detail or {})),
        }
        async with self._one_writer:
            for _ in range(_ATTEMPTS - 1):
                # Another process may add in the same instant (PostgreSQL): then follow its line.
                with suppress(IntegrityError):
                    await self._add(fields)
                    return
            await self._add(fields)

    async def accept_end(self, actor: str, role: str, reason: str) -> None:
        """Take the chain's end as it is, after a copy was put back: the anchor moves there, and a line says so.

        A chain that was altered in its middle stays wrong.
        """
        before = await self.verify()
        detail = {"fault": before.fault, "first_wrong": before.first_wrong, "lines": before.lines}
        await self.note(actor, role, "audit.accept_end", "", reason, "", detail)
        if self._anchor is not None:
            (last,) = await self.page(limit=1)
            await asyncio.to_thread(self._anchor.replace, Anchor(last.sequence, last.sha256))

    async def page(self, wanted: AuditFilter = ALL, before: int | None = None, limit: int = 100) -> list[AuditLine]:
        """Lines, newest first, from before the one numbered `before`."""
        statement = _where(select(AuditRow.__table__), wanted)
        if before is not None:
            statement = statement.where(AuditRow.sequence < before)
        statement = statement.order_by(AuditRow.sequence.desc()).limit(limit)
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).mappings().all()
        return [AuditLine(**row) for row in found]

    async def count(self, wanted: AuditFilter = ALL) -> int:
        """How many lines there are of that kind."""
        statement = _where(select(func.count()).select_from(AuditRow), wanted)
        async with self._database.read() as connection:
            return await connection.scalar(statement) or 0

    async def verify(self) -> Verified:
        """Reckon every line's sum again and compare the end with the anchor."""
        # The anchor is read first: what is added meanwhile is later than it, and that is no fault.
        anchor = await asyncio.to_thread(self._anchor.read) if self._anchor is not None else None
        lines, previous, anchored = 0, FIRST_PREVIOUS, FIRST_PREVIOUS
        async for some in self._stretches():
            fault = await asyncio.to_thread(_first_fault, some, lines, previous)
            if fault is not None:
                at, kind = fault
                return Verified(False, lines + len(some), at, kind)
            if anchor is not None and some[0].sequence <= anchor.sequence <= some[-1].sequence:
                anchored = some[anchor.sequence - some[0].sequence].sha256
            lines, previous = lines + len(some), some[-1].sha256
        if self._anchor is not None and anchor is None and lines:
            return Verified(False, lines, None, Fault.NO_ANCHOR)
        if anchor is not None and anchor.sequence > lines:
            return Verified(False, lines, lines + 1, Fault.CUT)
        if anchor is not None and anchored != anchor.sha256:
            return Verified(False, lines, anchor.sequence, Fault.CUT)
        return Verified(True, lines)

    async def _add(self, fields: Mapping[str, Any]) -> None:
        anchor = await asyncio.to_thread(self._anchor.read) if self._anchor is not None else None
        async with self._database.write() as connection:
            last = await _last(connection)
            if last is None and anchor is None and self._anchor is not None:
                anchor = Anchor(0, FIRST_PREVIOUS)
                await asyncio.to_thread(self._anchor.write, anchor)
            fits = anchor is not None and await _sum_at(connection, anchor.sequence) == anchor.sha256
            sequence, previous = (last.sequence + 1, last.sha256) if last is not None else (1, FIRST_PREVIOUS)
            unsigned = AuditLine(sequence, utc_now(), **fields, previous=previous, sha256="")
            line = {**asdict(unsigned), "sha256": unsigned.sum()}
            await connection.execute(insert(AuditRow).values(line))
        if self._anchor is not None and fits:
            # Only a chain that still holds what was anchored moves the anchor on: nothing covers up a cut.
            await asyncio.to_thread(self._anchor.write, Anchor(sequence, line["sha256"]))

    async def _stretches(self) -> AsyncIterator[list[AuditLine]]:
        after = 0
        while True:
            wanted = select(AuditRow.__table__).where(AuditRow.sequence > after)
            wanted = wanted.order_by(AuditRow.sequence).limit(_VERIFIED_AT_ONCE)
            async with self._database.read() as connection:
                found = (await connection.execute(wanted)).mappings().all()
            if not found:
                return
            yield [AuditLine(**row) for row in found]
            after = found[-1]["sequence"]


def _steady(value: Any) -> Any:
    """Plain data that every database gives back letter by letter: PostgreSQL writes 1e20 and 1.0 in its own way."""
    if isinstance(value, dict):
        return {key: _steady(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_steady(each) for each in value]
    if isinstance(value, float):
        exact = int(value) if value.is_integer() and abs(value) < _EXACT else value
        return repr(exact) if "e" in repr(exact) else exact
    return value


def _first_fault(lines: list[AuditLine], before: int, previous: str) -> tuple[int, Fault] | None:
    for number, line in enumerate(lines, start=before + 1):
        if line.sequence != number or line.previous != previous:
            return number, Fault.BROKEN
        if line.sum() != line.sha256:
            return number, Fault.ALTERED
        previous = line.sha256
    return None


async def _last(connection: AsyncConnection) -> AuditLine | None:
    wanted = select(AuditRow.__table__).order_by(AuditRow.sequence.desc()).limit(1)
    row = (await connection.execute(wanted)).mappings().first()
    return None if row is None else AuditLine(**row)


async def _sum_at(connection: AsyncConnection, sequence: int) -> str | None:
    if sequence == 0:
        return FIRST_PREVIOUS
    return await connection.scalar(select(AuditRow.sha256).where(AuditRow.sequence == sequence))


def _where(statement: Select[Any], wanted: AuditFilter) -> Select[Any]:
    if wanted.actor:
        statement = statement.where(AuditRow.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        beginning = AuditRow.action.startswith(f"{wanted.action}.", autoescape=True)
        statement = statement.where((AuditRow.action == wanted.action) | beginning)
    if wanted.target:
        statement = statement.where(AuditRow.target.icontains(wanted.target, autoescape=True))
    if wanted.since is not None:
        statement = statement.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditRow.at < wanted.until)
    return statement
