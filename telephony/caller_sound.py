"""The caller's sound on its way from the wire to the ear: in its place, recorded, without the agent's own echo."""

from __future__ import annotations

from collections.abc import Callable

from telephony.inbound import InboundAligner
from telephony.playout import AgentTrack
from telephony.protocols.line import AudioArrived
from telephony.track import RecordedTrack
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import StreamResampler
from voice.echo import EchoGuard


class CallerSound:
    """Gives `feed` the caller's audio at 16 kHz, without gaps. What is recorded is what arrived, echo and all."""

    def __init__(self, rate_hz: int, track: RecordedTrack, echo: EchoGuard, feed: Callable[[Samples], None]) -> None:
        self._aligner = InboundAligner(rate_hz)
        self._track = track
        self._echo = echo
        self._upsample = StreamResampler(rate_hz, RATE_HZ)
        self._feed = feed

    def take(self, event: AudioArrived, now_ms: float) -> None:
        """Audio has arrived; what comes too late is dropped."""
        placed = self._aligner.place(event.samples, event.timestamp_ms, now_ms)
        if placed is None:
            return
        self._track.write_caller(placed.at_ms, placed.arrived)
        if len(placed.filled_before):
            self._feed(self._upsample.push(placed.filled_before))
        self._feed(self._upsample.push(self._echo.clean(placed.at_ms, placed.samples)))

    def fill(self, now_ms: float) -> None:
        """Time has passed: a line that has stalled is silent."""
        silence = self._aligner.fill(now_ms)
        if silence is not None:
            self._feed(self._upsample.push(silence))


class EchoedTrack:
    """The agent's audio on its way to the recording; the echo guard is told of it too."""

    def __init__(self, track: AgentTrack, echo: EchoGuard) -> None:
        self._track = track
        self._echo = echo

    def write_agent(self, at_ms: float, samples: Samples) -> None:
        """`samples` at the line's rate, heard from `at_ms` on."""
        self._echo.agent_speaks(at_ms, samples)
        self._track.write_agent(at_ms, samples)

    def say(self, text: str, start_ms: float, end_ms: float) -> None:
        """The agent speaks `text` here."""
        self._track.say(text, start_ms, end_ms)

    def truncate_agent(self, at_ms: float) -> None:
        """Nothing after `at_ms` was heard."""
        self._echo.truncate(at_ms)
        self._track.truncate_agent(at_ms)
