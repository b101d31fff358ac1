"""Reports of callers' harassment, with what was kept as evidence, and whether a supervisor has seen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update

from records.clock import utc_now
from records.database import Database
from records.desk_schema import HarassmentReportRow
from records.ids import new_id
from records.plain import clean_text, plain


class HarassmentStage(StrEnum):
    """How far it came: the caller was warned, or the call was ended with the closing words."""

    WARNED = "warned"
    ENDED = "ended"


@dataclass(frozen=True)
class HarassmentReport:
    """One report. `reporter` and `seen_by` are names; `evidence` is plain data with nothing personal in the open."""

    id: str
    call_id: str
    at: datetime
    reporter: str
    stage: HarassmentStage
    note: str
    evidence: dict[str, Any]
    seen_by: str | None
    seen_at: datetime | None


class HarassmentRepository:
    """Reports, newest first. One a call and reporter: the second press goes on with the first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(
        self, call_id: str, reporter: str, evidence: Mapping[str, Any], note: str = "", at: datetime | None = None
    ) -> HarassmentReport:
        """Keep that the caller was warned."""
        kept = HarassmentReport(
            id=new_id(),
            call_id=call_id,
            at=at or utc_now(),
            reporter=clean_text(reporter),
            stage=HarassmentStage.WARNED,
            note=clean_text(note),
            evidence=plain(evidence),
            seen_by=None,
            seen_at=None,
        )
        values = {name: getattr(kept, name) for name in kept.__dataclass_fields__}
        async with self._database.write() as connection:
            await connection.execute(insert(HarassmentReportRow).values(values | {"stage": kept.stage.value}))
        return kept

    async def of_call(self, call_id: str) -> HarassmentReport | None:
        """A call's newest report."""
        found = await self._all(HarassmentReportRow.call_id == call_id, limit=1)
        return found[0] if found else None

    async def get(self, report_id: str) -> HarassmentReport | None:
        """One report."""
        found = await self._all(HarassmentReportRow.id == report_id, limit=1)
        return found[0] if found else None

    async def newest(self, unseen: bool = False, limit: int = 100) -> list[HarassmentReport]:
        """The newest first; `unseen`: only those no supervisor has looked at."""
        return await self._all(*([HarassmentReportRow.seen_at.is_(None)] if unseen else []), limit=limit)

    async def change(
        self,
        report_id: str,
        *,
        stage: HarassmentStage | None = None,
        evidence: Mapping[str, Any] | None = None,
        note: str | None = None,
    ) -> HarassmentReport | None:
        """Go on with a report: another stage, fuller evidence, the reporter's own words."""
        values: dict[str, Any] = {}
        if stage is not None:
            values["stage"] = stage.value
        if evidence is not None:
            values["evidence"] = plain(evidence)
        if note is not None:
            values["note"] = clean_text(note)
        return await self._update(report_id, values)

    async def see(self, report_id: str, by: str, at: datetime | None = None) -> HarassmentReport | None:
        """A supervisor has looked into it; who did so first stays."""
        report = await self.get(report_id)
        if report is None or report.seen_at is not None:
            return report
        return await self._update(report_id, {"seen_by": clean_text(by), "seen_at": at or utc_now()})

    async def _update(self, report_id: str, values: Mapping[str, Any]) -> HarassmentReport | None:
        async with self._database.write() as connection:
            where = HarassmentReportRow.id == report_id
            await connection.execute(update(HarassmentReportRow).where(where).values(dict(values)))
        return await self.get(report_id)

    async def _all(self, *conditions: Any, limit: int) -> list[HarassmentReport]:
        wanted = select(HarassmentReportRow.__table__).where(*conditions)
        in_order = wanted.order_by(HarassmentReportRow.at.desc(), HarassmentReportRow.id.desc())
        async with self._database.read() as connection:
            rows = (await connection.execute(in_order.limit(limit))).mappings().all()
        return [_report(row) for row in rows]


def _report(row: Any) -> HarassmentReport:
    return HarassmentReport(**{**row, "stage": HarassmentStage(row["stage"])})
