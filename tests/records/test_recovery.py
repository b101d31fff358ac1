"""The process dies in the middle of a call; the next start leaves nothing half-done."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

from records.models import CallOpened, CallState, EndedBy, RecordingState
from records.recording_file import part_path
from records.store import Records

CALL = """
import asyncio, sys
from pathlib import Path
import numpy as np
from records.call_log import CallLog
from records.models import AiSegment, CallOpened, EventRecord, Speaker, TurnRecord
from records.recording import StereoRecorder
from records.store import Records

async def main():
    url, path = sys.argv[1], Path(sys.argv[2])
    records = await Records.open(url)
    call = CallOpened(line="twilio", recording_path=path, id="dead")
    log = CallLog(records, call)
    recorder = StereoRecorder(path, call.id, clock=lambda: 7_000.0, started_at=call.started_at, flush_s=0.001)
    recorder.mark_ai(AiSegment(0, 3_000, "お電話ありがとうございます。", "openjtalk/mei"))
    for frame in range(250):
        recorder.write_agent(frame * 20, np.full(160, 7, dtype=np.int16))
        recorder.write_caller(frame * 20, np.full(160, 5, dtype=np.int16))
    log.event(EventRecord("bot_answered", 0))
    log.turn(TurnRecord(0, Speaker.AGENT, "greet", 0, text="お電話ありがとうございます。"))
    assert await log.flush(30)
    part = path.with_name(path.name + ".part")
    while not part.exists() or int.from_bytes(part.read_bytes()[40:44], "little") < 5_000 * 32:
        await asyncio.sleep(0)
    while b"openjtalk" not in path.with_suffix(".json").read_bytes():
        await asyncio.sleep(0)
    print("in the middle", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def kill_a_call(url: str, path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", CALL, url, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        process.kill()


async def test_a_call_that_was_killed_is_closed_with_its_recording_at_the_next_start(tmp_path: Path, url: str) -> None:
    path = tmp_path / "recordings" / "dead.wav"
    kill_a_call(url, path)
    with wave.open(str(part_path(path))) as file:
        assert file.getnframes() >= 5_000 * 8

    records = await Records.open(url)
    recovery = await records.recover()
    detail = await records.calls.get("dead")
    await records.close()

    assert recovery.call_ids == ("dead",)
    assert detail is not None
    assert (detail.row.state, detail.row.ended_by) == (CallState.ENDED, EndedBy.CRASH)
    assert [turn.text for turn in detail.turns] == ["お電話ありがとうございます。"]
    (recording,) = detail.recordings
    assert recording.state is RecordingState.RECOVERED
    assert recording.ai_segments[0].text == "お電話ありがとうございます。"
    assert not part_path(path).exists()
    with wave.open(str(path)) as file:
        assert file.getnframes() == recording.duration_ms * 8
        left_and_right = file.readframes(1)
    assert left_and_right == bytes([5, 0, 7, 0])
    assert detail.row.duration_s is not None
    assert detail.row.duration_s >= recording.duration_ms / 1000
    assert recording.sidecar_path is not None
    assert json.loads(recording.sidecar_path.read_text())["state"] == "recovered"


async def test_recovery_finds_nothing_the_second_time(tmp_path: Path, url: str) -> None:
    kill_a_call(url, tmp_path / "dead.wav")
    records = await Records.open(url)
    await records.recover()
    again = await records.recover()
    await records.close()
    assert again.call_ids == ()
    assert again.recordings == ()


async def test_a_recording_that_is_gone_is_said_to_be_gone(tmp_path: Path, records: Records) -> None:
    await records.calls.open(CallOpened(line="twilio", recording_path=tmp_path / "gone.wav", id="a"))
    recovery = await records.recover()
    (recording,) = recovery.recordings
    assert (recording.state, recording.reason) == (RecordingState.FAILED, "録音ファイルが見つかりません。")
    assert recovery.call_ids == ("a",)


async def test_the_calls_of_another_worker_are_left_alone(records: Records) -> None:
    await records.calls.open(CallOpened(line="twilio", worker="second"))
    assert (await records.recover(worker="first")).call_ids == ()
    assert len(await records.calls.live()) == 1
