"""What is written beside a recording of what the agent said."""

from datetime import UTC, datetime
from pathlib import Path

from dialogue.privacy.redactor import Redactor
from records.recording import StereoRecorder
from records.sidecar import read_segments
from telephony.track import RecordedTrack

STARTED = datetime(2026, 11, 24, 1, tzinfo=UTC)


async def said_beside(path: Path, track: RecordedTrack, text: str) -> str:
    track.say(text, 0, 900)
    await track.close(1_000)
    (segment,) = read_segments(path)
    return segment.text


def recorder(path: Path) -> StereoRecorder:
    return StereoRecorder(path, "call-1", 8_000, clock=lambda: 0.0, started_at=STARTED, flush_s=60)


async def test_a_card_number_that_the_agent_repeats_is_not_written_beside_the_recording(tmp_path: Path) -> None:
    path = tmp_path / "call-1.wav"
    redactor = Redactor()
    track = RecordedTrack(recorder(path), "Open JTalk", redactor.text)
    written = await said_beside(path, track, "4111 1111 1111 1111でございますね。")
    assert "1111" not in written
    assert written.endswith("でございますね。")


async def test_other_words_stand_beside_the_recording_as_they_were_said(tmp_path: Path) -> None:
    path = tmp_path / "call-1.wav"
    assert (
        await said_beside(path, RecordedTrack(recorder(path), "Open JTalk"), "承知いたしました。")
        == "承知いたしました。"
    )
