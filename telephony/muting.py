"""Recordings are silenced where a secret was said: after each call, and after a start for what a crash left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from records.calls import CallBatch
from records.models import CallClosed, CallDetail, CallWarning, EndedBy, EventRecord, RecordingRecord
from records.mute import Measure, MuteError, Stretch, is_muted, is_ready, mute_recording, stretches_of
from records.store import Records
from telephony.events import EventKind

NOT_MUTED: Final = "not_muted"
"""Code of the warning that a secret may still be heard in a recording."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Muting:
    """What is silenced: secrets always, where `personal` names and numbers too.

    `measure` tells how long a text is to say; morae place a name better than characters.
    """

    personal: bool = False
    measure: Measure = len


async def mute_call(records: Records, call_id: str, muting: Muting = Muting()) -> int:
    """Silence a call's recordings where they have to be; how many stretches. Harmless to repeat.

    A recording that cannot be silenced leaves a warning with its call. Raises what the database raises.
    """
    detail = await records.calls.get(call_id)
    if detail is None:
        return 0
    stretches = stretches_of(detail, muting.personal, muting.measure)
    if not stretches:
        return 0
    for recording in detail.recordings:
        if not await asyncio.to_thread(is_muted, recording, stretches):
            await _mute(records, detail, recording, stretches)
    return len(stretches)


async def mute_left_over(records: Records, muting: Muting = Muting(), newest: int = 100) -> None:
    """After a start: silence what a crash kept from being silenced, among the `newest` calls that have ended."""
    for row in await records.calls.list(limit=newest):
        if row.ended_at is not None and row.recording_state is not None:
            try:
                await mute_call(records, row.id, muting)
            except Exception as error:
                log.warning("mute_failed", call_id=row.id, error=type(error).__name__)


async def _mute(
    records: Records, detail: CallDetail, recording: RecordingRecord, stretches: tuple[Stretch, ...]
) -> None:
    try:
        if not await asyncio.to_thread(is_ready, recording):
            raise MuteError("録音ファイルがまだ保存されていません。")
        muted = await asyncio.to_thread(mute_recording, recording, detail.row.id, stretches)
    except MuteError as error:
        message = f"録音から消すべき部分を消せませんでした。録音を確認し、削除してください（{error}）。"
        await records.calls.warn(detail.row.id, CallWarning(NOT_MUTED, message))
        log.warning("mute_failed", call_id=detail.row.id)
        return
    event = EventRecord(
        EventKind.MUTED.value, recording.duration_ms, {"stretches": [each.to_dict() for each in stretches]}
    )
    ended = CallClosed(ended_by=detail.row.ended_by or EndedBy.ERROR, outcome=detail.row.outcome or "", recording=muted)
    await records.calls.write(detail.row.id, CallBatch(events=(event,), closed=ended))
