"""What must not be heard is silent, and everything else is as it was."""

from __future__ import annotations

import hashlib
import json
import wave
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.models import (
    AiSegment,
    CallDetail,
    CallState,
    CallSummaryRow,
    Direction,
    EventRecord,
    RecordingRecord,
    RecordingState,
    Speaker,
    TurnRecord,
)
from records.mute import MARGIN_MS, MuteError, Stretch, is_muted, mute_recording, stretches_of
from records.recording import StereoRecorder
from records.timeline import Channel, Pcm16

RATE = 8_000
STARTED = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CARD = [{"kind": "card", "start": 0, "end": 7}]


async def recorded(folder: Path, seconds: int = 10) -> RecordingRecord:
    """A finished recording in which both sides make noise from beginning to end."""
    now = 0.0
    recorder = StereoRecorder(folder / "call-1.wav", "call-1", RATE, clock=lambda: now, started_at=STARTED, flush_s=60)
    noise = np.random.default_rng(1).integers(1, 9_000, size=(2, RATE * seconds)).astype(np.int16)
    for at in range(seconds):
        now = at * 1_000.0
        recorder.write_caller(now, noise[0, at * RATE : (at + 1) * RATE])
        recorder.write_agent(now, noise[1, at * RATE : (at + 1) * RATE])
    recorder.mark_ai(AiSegment(4_000, 6_000, "4111ですね。", "voice"))
    recorder.mark_ai(AiSegment(8_000, 9_000, "失礼いたします。", "voice"))
    return await recorder.close()


def sound(path: Path) -> Pcm16:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


def detail(*turns: TurnRecord, events: tuple[EventRecord, ...] = ()) -> CallDetail:
    row = CallSummaryRow(
        "call-1", "twilio", Direction.INBOUND, "", "", STARTED, STARTED, None, None, None, CallState.ENDED,
        None, len(turns), "", None, RecordingState.FINISHED, 0,
    )  # fmt: skip
    return CallDetail(row, None, "", "", "", None, (), turns, events, (), ())


async def test_a_stretch_is_silent_on_its_side_and_nothing_else_changed(tmp_path: Path) -> None:
    recording = await recorded(tmp_path)
    before = sound(recording.path)
    mute_recording(recording, "call-1", [Stretch(Channel.CALLER, 2_000, 4_500, "card")])
    after = sound(recording.path)
    assert after.shape == before.shape
    assert not after[2 * RATE : 4 * RATE + RATE // 2, Channel.CALLER].any()
    assert (after[: 2 * RATE] == before[: 2 * RATE]).all()
    assert (after[4 * RATE + RATE // 2 :] == before[4 * RATE + RATE // 2 :]).all()
    assert (after[:, Channel.AGENT] == before[:, Channel.AGENT]).all()


async def test_the_record_and_the_sidecar_tell_what_was_silenced(tmp_path: Path) -> None:
    recording = await recorded(tmp_path)
    stretch = Stretch(Channel.CALLER, 2_000, 4_500, "card")
    assert not is_muted(recording, [stretch])
    muted = mute_recording(recording, "call-1", [stretch])
    sidecar = json.loads(recording.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert muted.sha256 == hashlib.sha256(recording.path.read_bytes()).hexdigest() != recording.sha256
    assert sidecar["sha256"] == muted.sha256
    assert sidecar["muted"] == [{"channel": "caller", "start_ms": 2_000, "end_ms": 4_500, "kind": "card"}]
    assert is_muted(muted, [stretch])
    assert not is_muted(recording, [stretch])


async def test_what_the_agent_read_back_is_not_written_beside_the_recording(tmp_path: Path) -> None:
    recording = await recorded(tmp_path)
    muted = mute_recording(recording, "call-1", [Stretch(Channel.AGENT, 4_000, 6_000, "card")])
    assert [segment.text for segment in muted.ai_segments] == ["", "失礼いたします。"]
    assert "4111" not in recording.path.with_suffix(".json").read_text(encoding="utf-8")


async def test_silencing_again_changes_nothing(tmp_path: Path) -> None:
    recording = await recorded(tmp_path)
    stretches = [Stretch(Channel.CALLER, 2_000, 4_500, "card")]
    once = mute_recording(recording, "call-1", stretches)
    assert mute_recording(once, "call-1", stretches) == once


async def test_a_stretch_may_reach_beyond_the_recording(tmp_path: Path) -> None:
    recording = await recorded(tmp_path, seconds=2)
    mute_recording(recording, "call-1", [Stretch(Channel.CALLER, 1_000, 99_000, "card")])
    assert not sound(recording.path)[RATE:, Channel.CALLER].any()


async def test_a_recording_that_is_not_there_cannot_be_silenced(tmp_path: Path) -> None:
    recording = replace(await recorded(tmp_path), path=tmp_path / "gone.wav")
    with pytest.raises(MuteError, match="録音"):
        mute_recording(recording, "call-1", [Stretch(Channel.CALLER, 0, 1_000, "card")])
    assert list(tmp_path.glob("*.mute")) == []


def test_an_utterance_with_a_secret_is_silenced_whole() -> None:
    turn = TurnRecord(1, Speaker.CALLER, "speech", 5_000, 9_000, "〈カード番号〉です", personal=CARD)
    assert stretches_of(detail(turn)) == (Stretch(Channel.CALLER, 5_000 - MARGIN_MS, 9_000 + MARGIN_MS, "card"),)


def test_a_secret_that_the_agent_read_back_is_silenced_on_its_side() -> None:
    turn = TurnRecord(2, Speaker.AGENT, "reask", 5_000, 9_000, "〈カード番号〉ですね。", personal=CARD)
    (stretch,) = stretches_of(detail(turn))
    assert stretch.channel is Channel.AGENT


def test_a_secret_that_became_no_turn_is_silenced_from_its_event() -> None:
    heard = EventRecord("heard", 9_400, {"started_ms": 5_000.0, "speech_end_ms": 9_000.0, "personal": CARD})
    assert stretches_of(detail(events=(heard,))) == (Stretch(Channel.CALLER, 4_700, 9_300, "card"),)


def test_what_was_rejected_is_silenced_from_where_speech_began() -> None:
    events = (EventRecord("speech_started", 5_000), EventRecord("not_words", 9_000, {"personal": CARD}))
    assert stretches_of(detail(events=events)) == (Stretch(Channel.CALLER, 4_700, 9_300, "card"),)


def test_a_name_is_silenced_only_where_that_is_wanted() -> None:
    name = [{"kind": "name", "start": 5, "end": 7}]
    turn = TurnRecord(1, Speaker.CALLER, "speech", 10_000, 20_000, "こちらは、佐藤です。", personal=name)
    assert stretches_of(detail(turn)) == ()
    assert stretches_of(detail(turn), personal=True) == (Stretch(Channel.CALLER, 14_700, 17_300, "name"),)


@given(st.integers(0, 20), st.integers(0, 20), st.text(min_size=0, max_size=20))
def test_a_stretch_never_leaves_its_utterance_but_for_the_margins(start: int, length: int, text: str) -> None:
    spans = [{"kind": "phone", "start": start, "end": start + length}]
    turn = TurnRecord(1, Speaker.CALLER, "speech", 1_000, 3_000, text, personal=spans)
    (stretch,) = stretches_of(detail(turn), personal=True)
    assert 1_000 - MARGIN_MS <= stretch.start_ms < stretch.end_ms <= 3_000 + MARGIN_MS
