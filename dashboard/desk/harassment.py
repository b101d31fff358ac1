"""The button against harassment: the caller is warned, a supervisor comes, and what happened is kept."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal
from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.work import DeskWork, operator_of
from dashboard.past import lines_of
from dashboard.transcript import LineMask, Transcript
from records.clock import utc_now
from records.harassment import HarassmentReport, HarassmentStage
from records.masking import masked_number
from records.models import CallDetail
from records.store import Records
from telephony.live import LiveCall, LiveCalls


class HarassmentDesk:
    """Warns, alarms, keeps the evidence, and ends the call when the operator wants it ended."""

    def __init__(self, work: DeskWork, records: Records, live: LiveCalls, mask: LineMask, hub: DeskHub) -> None:
        self._work = work
        self._records = records
        self._live = live
        self._mask = mask
        self._hub = hub

    async def warn(self, who: Principal, call_id: str, note: str = "") -> HarassmentReport:
        """Say the warning, alarm the supervisors, keep the evidence so far. Raises `CallGoneError`, `DeskError`.

        The report is kept and the supervisors know before the warning is spoken: nobody is alone meanwhile.
        """
        call = self._work.call(call_id)
        former = await self._records.desk.harassment.of_call(call_id)
        evidence = await self._evidence(call_id)
        if former is not None and former.stage is HarassmentStage.WARNED:
            report = await self._records.desk.harassment.change(former.id, evidence=evidence) or former
        else:
            report = await self._records.desk.harassment.report(call_id, who.name, evidence, note)
        self._alarm(report, f"{who.name}さんが、迷惑行為への警告を始めました。")
        await call.warn(operator_of(who))
        return report

    async def end(self, who: Principal, call_id: str) -> HarassmentReport | None:
        """End the call by the closing words. Raises `CallGoneError`, `DeskError`."""
        call = self._work.call(call_id)
        await call.end(operator_of(who), warning=True)
        report = await self._records.desk.harassment.of_call(call_id)
        if report is None:
            return None
        ended = await self._records.desk.harassment.change(report.id, stage=HarassmentStage.ENDED)
        if ended is not None:
            self._alarm(ended, f"{who.name}さんが、迷惑行為のため通話を終えました。")
        return ended

    async def complete(self, call_id: str) -> None:
        """The call is over: the evidence is the whole of it, with its recording."""
        report = await self._records.desk.harassment.of_call(call_id)
        if report is not None:
            await self._records.desk.harassment.change(report.id, evidence=await self._evidence(call_id))

    async def seen(self, who: Principal, report_id: str) -> HarassmentReport | None:
        """A supervisor has looked into it; the desks know that somebody has."""
        report = await self._records.desk.harassment.see(report_id, who.name)
        if report is not None:
            self._hub.publish(DeskMessage("alarm_seen", told(report), permission=Permission.DESK_WORK))
        return report

    def _alarm(self, report: HarassmentReport, sentence: str) -> None:
        message = {"report": told(report), "sentence": sentence}
        self._hub.publish(DeskMessage("alarm", message, permission=Permission.FLOOR_SUPERVISE))

    async def _evidence(self, call_id: str) -> dict[str, Any]:
        live = self._live.get(call_id)
        detail = await self._records.calls.get(call_id)
        return await asyncio.to_thread(self._bundle, call_id, live, detail)

    def _bundle(self, call_id: str, live: LiveCall | None, detail: CallDetail | None) -> dict[str, Any]:
        if live is not None:
            lines = Transcript.of(list(live.events), self._mask).lines
            number = live.from_number
        else:
            lines = lines_of(detail, self._mask) if detail is not None else []
            number = detail.row.caller_number if detail is not None else ""
        recordings = detail.recordings if detail is not None else ()
        return {
            "kept_at": utc_now().isoformat(),
            "call_id": call_id,
            "caller": masked_number(number),
            "lines": [asdict(line) for line in lines],
            "recording": f"/api/calls/{call_id}/recording" if recordings else None,
            "recording_sha256": recordings[-1].sha256 if recordings else None,
            "recording_state": recordings[-1].state.value if recordings else None,
        }


def told(report: HarassmentReport) -> dict[str, Any]:
    """A report in a list, without its evidence."""
    return {
        "id": report.id,
        "call_id": report.call_id,
        "at": report.at.isoformat(),
        "reporter": report.reporter,
        "stage": report.stage.value,
        "note": report.note,
        "caller": str(report.evidence.get("caller", "")),
        "seen_by": report.seen_by,
        "seen_at": report.seen_at.isoformat() if report.seen_at is not None else None,
    }
