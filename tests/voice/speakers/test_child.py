from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from voice.audio.wav import write_wav
from voice.speakers.child import AnalystOptions, SpeakerAnalyst
from voice.speakers.environment import SpeakersError

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("level_child.py")


@pytest.fixture(autouse=True)
def project_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def analyst(*how: str, options: AnalystOptions = AnalystOptions()) -> SpeakerAnalyst:
    return SpeakerAnalyst((sys.executable, str(CHILD), *how), options)


def stereo(path: Path) -> Path:
    """Six seconds: the caller speaks from 1 to 3, the agent from 2 to 5."""
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(48_000) / 8_000).astype(np.float32)
    channels = np.zeros((2, 48_000), dtype=np.float32)
    channels[0, 8_000:24_000] = tone[8_000:24_000]
    channels[1, 16_000:40_000] = tone[16_000:40_000]
    write_wav(path, channels, 8_000)
    return path


async def test_a_recording_comes_back_as_a_report(tmp_path: Path) -> None:
    report = await analyst().analyse(stereo(tmp_path / "call.wav"))
    assert report["channels"]["caller"]["speech_s"] == pytest.approx(2.0, abs=0.1)
    assert report["channels"]["agent"]["speech_s"] == pytest.approx(3.0, abs=0.1)
    assert report["double_talk"]["seconds"] == pytest.approx(1.0, abs=0.1)
    assert report["double_talk"]["count"] == 1
    assert report["voice_change"] is None


async def test_several_recordings_are_answered_by_one_child(tmp_path: Path) -> None:
    path = stereo(tmp_path / "call.wav")
    first, second = await analyst().analyse_all([path, path])
    assert first == second


async def test_a_missing_recording_is_named_in_japanese(tmp_path: Path) -> None:
    with pytest.raises(SpeakersError, match=r"none\.wav がありません"):
        await analyst().analyse(tmp_path / "none.wav")


async def test_a_file_that_is_no_recording_is_refused_and_not_fatal(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello")
    with pytest.raises(SpeakersError, match="分析できません"):
        await analyst().analyse(tmp_path / "text.wav")


async def test_a_child_that_dies_is_reported_with_the_command_that_mends_it(tmp_path: Path) -> None:
    with pytest.raises(SpeakersError, match="make speakers"):
        await analyst("dies").analyse(stereo(tmp_path / "call.wav"))


async def test_a_child_that_says_something_else_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(SpeakersError, match="読めない"):
        await analyst("babbles").analyse(stereo(tmp_path / "call.wav"))


async def test_a_child_that_hangs_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(SpeakersError, match="時間内"):
        await analyst("hangs", options=AnalystOptions(load_s=0.05)).analyse(stereo(tmp_path / "call.wav"))


async def test_more_recordings_than_may_wait_are_refused(tmp_path: Path) -> None:
    busy = analyst(options=AnalystOptions(waiting=1))
    first = asyncio.create_task(busy.analyse(stereo(tmp_path / "call.wav")))
    await asyncio.sleep(0)
    with pytest.raises(SpeakersError, match="混み合って"):
        await busy.analyse(tmp_path / "call.wav")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


def test_the_child_ends_with_its_owner() -> None:
    child = subprocess.Popen(
        (sys.executable, str(CHILD)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdout.readline()
    child.stdin.close()
    assert child.wait(timeout=30) == 0
    child.stdout.close()
