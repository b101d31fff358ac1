"""What is done with a call once it is over: secrets go from its recording, it is summed up. Nobody waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from records.calls import CallBatch
from records.models import EventRecord
from records.store import Records
from telephony.events import EventKind
from telephony.muting import Muting, mute_call

Summarise = Callable[[str, Sequence[str]], Awaitable[dict[str, Any] | None]]
AnalyseSpeakers = Callable[[Path], Awaitable[dict[str, Any]]]

WORTH_A_SUMMARY: Final = 3
"""Lines of a conversation in which the caller said something."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FinishedCall:
    """A call that is over and written: what was said, and where its recording lies (None: not recorded)."""

    id: str
    lines: tuple[str, ...]
    recording: Path | None
    duration_ms: float


async def after_call(
    call: FinishedCall,
    records: Records,
    summarise: Summarise | None,
    analyse_speakers: AnalyseSpeakers | None,
    muting: Muting = Muting(),
) -> None:
    """Do what there is to do; what fails is logged, and the call's records stand as they are.

    Secrets go from the recording first: nothing else may see or hear them, and nothing else is as urgent.
    """
    if call.recording is not None:
        await _mute(call, records, muting)
    if summarise is not None and len(call.lines) >= WORTH_A_SUMMARY:
        await _summarise(call, records, summarise)
    if analyse_speakers is not None and call.recording is not None:
        await _analyse(call, call.recording, records, analyse_speakers)


async def _mute(call: FinishedCall, records: Records, muting: Muting) -> None:
    try:
        await mute_call(records, call.id, muting)
    except Exception as error:
        log.warning("mute_failed", call_id=call.id, error=str(error))


async def _summarise(call: FinishedCall, records: Records, summarise: Summarise) -> None:
    try:
        summary = await summarise(call.id, call.lines)
        if summary is not None:
            await records.calls.set_summary(call.id, summary)
    except Exception as error:
        log.warning("summary_failed", call_id=call.id, error=str(error))


async def _analyse(call: FinishedCall, recording: Path, records: Records, analyse_speakers: AnalyseSpeakers) -> None:
    try:
        report = await analyse_speakers(recording)
        event = EventRecord(EventKind.SPEAKERS.value, int(call.duration_ms), report)
        await records.calls.write(call.id, CallBatch(events=(event,)))
    except Exception as error:
        log.warning("speakers_failed", call_id=call.id, error=str(error))
