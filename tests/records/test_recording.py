from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import subprocess
import sys
import threading
import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from records.models import AiSegment, RecordingState
from records.recording import StereoRecorder
from records.recording_file import failure_reason, part_path, recording_path
from records.timeline import Pcm16

RATE = 8_000
FRAME = 160
STARTED = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Clock:
    """A call's clock that a test sets."""

    def __init__(self) -> None:
        self.now_ms = 0.0

    def __call__(self) -> float:
        return self.now_ms


def a_recorder(path: Path, clock: Clock | None = None, flush_s: float = 60.0) -> StereoRecorder:
    return StereoRecorder(path, "call-1", RATE, clock=clock or Clock(), started_at=STARTED, flush_s=flush_s)


def level(value: int, frames: int = 1) -> Pcm16:
    return np.full(FRAME * frames, value, dtype=np.int16)


def sound(path: Path) -> Pcm16:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


def data_bytes(path: Path) -> int:
    with path.open("rb") as file:
        return int.from_bytes(file.read(44)[40:], "little")


def until_written(path: Path, duration_ms: int) -> None:
    """The header, which is written last, says that so much is there."""
    part = part_path(path)
    while not part.exists() or data_bytes(part) < duration_ms * 32:
        os.sched_yield()


async def test_the_caller_is_on_the_left_and_the_agent_on_the_right_at_their_times(tmp_path: Path) -> None:
    recorder = a_recorder(tmp_path / "a.wav")
    recorder.write_agent(20, level(7))
    recorder.write_caller(60, level(5))
    record = await recorder.close()
    heard = sound(tmp_path / "a.wav")
    assert np.array_equal(np.flatnonzero(heard[:, 1]), np.arange(160, 320))
    assert np.array_equal(np.flatnonzero(heard[:, 0]), np.arange(480, 640))
    assert (record.state, record.duration_ms, record.lost_ms) == (RecordingState.FINISHED, 80, 0)


async def test_the_record_names_the_file_by_its_sum_and_no_part_is_left(tmp_path: Path) -> None:
    recorder = a_recorder(tmp_path / "2026" / "a.wav")
    recorder.write_caller(0, level(5))
    record = await recorder.close()
    assert record.sha256 == hashlib.sha256((tmp_path / "2026" / "a.wav").read_bytes()).hexdigest()
    assert sorted(file.name for file in (tmp_path / "2026").iterdir()) == ["a.json", "a.wav"]
    assert stat.S_IMODE((tmp_path / "2026" / "a.wav").stat().st_mode) == 0o600


async def test_the_recording_lasts_until_the_end_of_the_call_also_in_silence(tmp_path: Path) -> None:
    recorder = a_recorder(tmp_path / "a.wav")
    recorder.write_caller(0, level(5))
    record = await recorder.close(end_ms=90_000)
    assert record.duration_ms == 90_000
    assert len(sound(tmp_path / "a.wav")) == 90 * RATE


async def test_a_call_without_a_sound_leaves_a_file_that_opens(tmp_path: Path) -> None:
    record = await a_recorder(tmp_path / "a.wav").close()
    assert len(sound(tmp_path / "a.wav")) == 0
    assert record.state is RecordingState.FINISHED


async def test_the_sidecar_says_which_stretches_a_machine_spoke(tmp_path: Path) -> None:
    recorder = a_recorder(tmp_path / "a.wav")
    recorder.write_agent(0, level(7, 100))
    recorder.mark_ai(AiSegment(0, 2_000, "お電話ありがとうございます。", "openjtalk/mei"))
    record = await recorder.close()
    assert record.sidecar_path is not None
    sidecar = json.loads(record.sidecar_path.read_text())
    assert sidecar["ai_generated"] == [
        {"start_ms": 0, "end_ms": 2_000, "text": "お電話ありがとうございます。", "voice": "openjtalk/mei"}
    ]
    assert (sidecar["call_id"], sidecar["state"], sidecar["sha256"]) == ("call-1", "finished", record.sha256)
    assert sidecar["channels"] == {"left": "caller", "right": "agent"}


async def test_an_interrupted_sentence_ends_where_it_was_last_heard(tmp_path: Path) -> None:
    recorder = a_recorder(tmp_path / "a.wav")
    recorder.write_agent(0, level(7, 100))
    recorder.mark_ai(AiSegment(0, 1_000, "一", "v"))
    recorder.mark_ai(AiSegment(1_000, 2_000, "二", "v"))
    recorder.mark_ai(AiSegment(2_000, 3_000, "三", "v"))
    recorder.truncate_agent(1_300)
    record = await recorder.close()
    heard = sound(tmp_path / "a.wav")[:, 1]
    assert heard[: 1_300 * 8].all()
    assert not heard[1_300 * 8 :].any()
    assert [(each.start_ms, each.end_ms) for each in record.ai_segments] == [(0, 1_000), (1_000, 1_300)]


async def test_what_is_older_than_the_window_is_on_disk_and_playable_while_the_call_runs(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "a.wav"
    recorder = a_recorder(path, clock, flush_s=0.001)
    recorder.write_caller(0, level(5, 250))
    clock.now_ms = 5_000
    until_written(path, 3_000)
    part = part_path(path)
    assert len(sound(part)) == 3_000 * 8
    assert sound(part)[:, 0].all()
    assert (await recorder.close()).duration_ms == 5_000


async def test_an_hour_passes_in_bounded_memory_with_every_frame_in_place(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "a.wav"
    recorder = a_recorder(path, clock, flush_s=0.001)
    for second in range(3_600):
        clock.now_ms = second * 1_000
        recorder.write_caller(second * 1_000, level(1 + second % 100, 50))
        if second % 20 == 0:
            until_written(path, (second - 2) * 1_000)
    record = await recorder.close()
    assert (record.lost_ms, record.duration_ms) == (0, 3_600_000)
    heard = sound(path)[:, 0].reshape(3_600, RATE)
    assert np.array_equal(heard.min(axis=1), 1 + np.arange(3_600) % 100)
    assert np.array_equal(heard.max(axis=1), 1 + np.arange(3_600) % 100)


async def test_closing_twice_gives_the_same_record_and_later_sound_is_ignored(tmp_path: Path) -> None:
    recorder = a_recorder(tmp_path / "a.wav")
    recorder.write_caller(0, level(5))
    first = await recorder.close()
    recorder.write_caller(20, level(5))
    assert await recorder.close() == first
    assert recorder.state is RecordingState.FINISHED


async def test_a_place_that_cannot_be_written_fails_the_recording_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recorder = a_recorder(tmp_path / "file" / "a.wav")
    recorder.write_caller(0, level(5))
    recorder.write_agent(0, level(5))
    recorder.truncate_agent(10)
    record = await recorder.close()
    assert record.state is RecordingState.FAILED
    assert record.reason is not None
    assert "録音を保存できませんでした" in record.reason
    assert (record.sha256, record.sidecar_path) == (None, None)


async def test_another_calls_recording_is_never_written_over(tmp_path: Path) -> None:
    part_path(tmp_path / "a.wav").write_bytes(b"another")
    record = await a_recorder(tmp_path / "a.wav").close()
    assert record.state is RecordingState.FAILED
    assert part_path(tmp_path / "a.wav").read_bytes() == b"another"


FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
import numpy as np
from records.recording import StereoRecorder

resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

async def main():
    recorder = StereoRecorder(Path(sys.argv[1]), "call-1", clock=lambda: 60_000.0, flush_s=0.001)
    for frame in range(500):
        recorder.write_caller(58_000 + frame * 4, np.full(32, 5, dtype=np.int16))
    while recorder.state == "recording":
        await asyncio.sleep(0)
    recorder.write_agent(59_000, np.full(160, 7, dtype=np.int16))
    record = await recorder.close()
    print(record.state.value, record.duration_ms, record.sha256, record.reason)

asyncio.run(main())
"""


async def test_a_disk_that_fills_up_keeps_what_was_written_and_the_call_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    run = subprocess.run(  # noqa: ASYNC221
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    state, duration_ms, sha256, reason = run.stdout.split(maxsplit=3)
    assert (state, reason.strip()) == (
        "failed",
        "ファイルの大きさの上限に達したため、録音を続けられませんでした。",
    )
    assert int(duration_ms) == (50_000 - 44) // 4 // 8
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert len(sound(path)) == (50_000 - 44) // 4
    assert run.stderr == ""


async def test_a_disk_that_does_not_answer_holds_no_one_up(tmp_path: Path) -> None:
    answers = threading.Event()

    def stuck() -> float:
        answers.wait()
        return 0.0

    recorder = StereoRecorder(tmp_path / "a.wav", "call-1", RATE, clock=stuck, flush_s=0.001)
    recorder.write_caller(0, level(5))
    until_written(tmp_path / "a.wav", 0)
    waiting = await recorder.close(deadline_s=0)
    answers.set()
    assert (waiting.state, waiting.sha256) == (RecordingState.RECORDING, None)
    assert waiting.reason is not None
    assert (await recorder.close()).state is RecordingState.FINISHED


async def test_recordings_leave_no_thread_and_no_open_file_behind(tmp_path: Path) -> None:
    await a_recorder(tmp_path / "first.wav").close()
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for number in range(30):
        recorder = a_recorder(tmp_path / f"{number}.wav")
        recorder.write_caller(0, level(5))
        await recorder.close()
    for thread in threading.enumerate():
        if thread.name.startswith("recording-"):
            thread.join(timeout=10)
    assert not any(thread.name.startswith("recording-") for thread in threading.enumerate())
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "ディスクに空きがない"),
        (errno.EDQUOT, "ディスクに空きがない"),
        (errno.EROFS, "書き込む権限がない"),
        (errno.EIO, "録音を保存できませんでした"),
    ],
)
def test_a_supervisor_reads_why_a_recording_failed(code: int, words: str) -> None:
    assert words in failure_reason(OSError(code, os.strerror(code)))


def test_recordings_are_kept_by_the_day_in_japan() -> None:
    late = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    assert recording_path(Path("r"), "id", late) == Path("r/2027/01/01/id.wav")
