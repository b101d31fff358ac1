"""After a call its secrets are in no recording."""

from __future__ import annotations

import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from records.database import sqlite_url
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from records.recording import StereoRecorder
from records.store import Records
from telephony.after_call import FinishedCall, after_call
from telephony.muting import NOT_MUTED, mute_left_over

RATE = 8_000
SAID = TurnRecord(
    1, Speaker.CALLER, "speech", 1_000, 2_000, "〈カード番号〉です", personal=[{"kind": "card", "start": 0, "end": 7}]
)


async def a_call(records: Records, folder: Path, turn: TurnRecord = SAID) -> tuple[str, Path]:
    """A finished call of four noisy seconds."""
    began = datetime.now(UTC)
    path = folder / "call.wav"
    opened = CallOpened(line="twilio", caller_number="", called_number="", started_at=began, recording_path=path)
    await records.calls.open(opened)
    recorder = StereoRecorder(path, opened.id, RATE, clock=lambda: 4_000.0, started_at=began, flush_s=60)
    recorder.write_caller(0.0, np.full(4 * RATE, 5_000, dtype=np.int16))
    recording = await recorder.close()
    await records.calls.add_turn(opened.id, turn)
    await records.calls.close(opened.id, CallClosed(EndedBy.CALLER, "answered", recording=recording))
    return opened.id, path


def loud_ms(path: Path) -> int:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return int(np.count_nonzero(samples[:, 0]) * 1_000 / RATE)


async def test_the_utterance_is_silent_before_anything_listens_to_the_recording(tmp_path: Path) -> None:
    heard: list[int] = []

    async def analyse(path: Path) -> dict[str, object]:
        heard.append(loud_ms(path))
        return {}

    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    call_id, path = await a_call(records, tmp_path)
    await after_call(FinishedCall(call_id, (), path, 4_000.0), records, None, analyse)
    detail = await records.calls.get(call_id)
    await records.close()
    assert detail is not None
    assert heard == [4_000 - 1_600]
    assert [event.kind for event in detail.events] == ["muted", "speakers"]
    assert detail.row.ended_by is EndedBy.CALLER
    assert detail.recordings[0].sha256 is not None


async def test_what_a_crash_left_audible_is_silenced_at_the_next_start_once(tmp_path: Path) -> None:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    call_id, path = await a_call(records, tmp_path)
    await mute_left_over(records)
    await mute_left_over(records)
    detail = await records.calls.get(call_id)
    await records.close()
    assert detail is not None
    assert loud_ms(path) == 4_000 - 1_600
    assert [event.kind for event in detail.events] == ["muted"]


async def test_a_recording_that_cannot_be_silenced_leaves_a_warning(tmp_path: Path) -> None:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    call_id, path = await a_call(records, tmp_path)
    path.unlink()
    await after_call(FinishedCall(call_id, (), path, 4_000.0), records, None, None)
    detail = await records.calls.get(call_id)
    await records.close()
    assert detail is not None
    assert [warning.code for warning in detail.warnings] == [NOT_MUTED]


async def test_a_call_without_secrets_keeps_its_recording(tmp_path: Path) -> None:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    turn = TurnRecord(1, Speaker.CALLER, "speech", 1_000, 2_000, "解約したい", personal=[])
    call_id, path = await a_call(records, tmp_path, turn)
    before = path.read_bytes()
    await after_call(FinishedCall(call_id, (), path, 4_000.0), records, None, None)
    await records.close()
    assert path.read_bytes() == before
