"""The call's two channels on their way to the recording, or to nowhere when calls are not recorded."""

from __future__ import annotations

from collections.abc import Callable

from records.models import AiSegment, RecordingRecord
from records.recording import StereoRecorder
from telephony.monitor import Monitor
from voice.audio.pcm import Samples, to_pcm16


class RecordedTrack:
    """Hands both sides' samples to the recorder; `voice` names who spoke the agent's part.

    `monitor` lets people listen in.
    What the agent says is written beside the recording only as `redact` leaves it: it may repeat a caller's words.
    """

    def __init__(
        self,
        recorder: StereoRecorder | None,
        voice: str,
        redact: Callable[[str], str] = lambda text: text,
        monitor: Monitor | None = None,
    ) -> None:
        self._recorder = recorder
        self._voice = voice
        self._redact = redact
        self._monitor = monitor

    def write_caller(self, at_ms: float, samples: Samples) -> None:
        """The caller's `samples` at the line's rate, spoken from `at_ms` on."""
        if self._monitor is not None:
            self._monitor.caller(at_ms, samples)
        if self._recorder is not None:
            self._recorder.write_caller(at_ms, to_pcm16(samples))

    def write_agent(self, at_ms: float, samples: Samples) -> None:
        """The agent's `samples` at the line's rate, heard from `at_ms` on."""
        if self._monitor is not None:
            self._monitor.agent(at_ms, samples)
        if self._recorder is not None:
            self._recorder.write_agent(at_ms, to_pcm16(samples))

    def say(self, text: str, start_ms: float, end_ms: float) -> None:
        """A machine speaks `text` here."""
        if self._recorder is not None:
            self._recorder.mark_ai(AiSegment(round(start_ms), round(end_ms), self._redact(text), self._voice))

    def truncate_agent(self, at_ms: float) -> None:
        """Nothing after `at_ms` was heard."""
        if self._monitor is not None:
            self._monitor.truncate_agent(at_ms)
        if self._recorder is not None:
            self._recorder.truncate_agent(at_ms)

    async def close(self, end_ms: float) -> RecordingRecord | None:
        """Finish the file."""
        return await self._recorder.close(end_ms) if self._recorder is not None else None
