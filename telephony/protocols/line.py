"""The seam of the line: what a wire protocol must know. A protocol does no I/O: messages in, events out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from voice.audio.pcm import Samples

Message: TypeAlias = str | bytes
"""One WebSocket message: text or binary."""


@dataclass(frozen=True)
class MediaStarted:
    """The far side has opened the audio. Ids and numbers are the far side's own words."""

    external_id: str
    from_number: str = ""
    to_number: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AudioArrived:
    """The caller's audio at the protocol's `rate_hz`; `timestamp_ms` since the start where the wire tells it."""

    samples: Samples
    timestamp_ms: int | None = None


@dataclass(frozen=True)
class KeyPressed:
    """One key of the telephone: 0-9, * or #."""

    digit: str


@dataclass(frozen=True)
class MarkReached:
    """The far side has played everything up to the mark, or thrown it away after a clear."""

    name: str


@dataclass(frozen=True)
class MediaStopped:
    """The caller has hung up, or the far side has ended the stream."""


LineEvent: TypeAlias = MediaStarted | AudioArrived | KeyPressed | MarkReached | MediaStopped


class WireError(ValueError):
    """A message that the protocol does not allow; the text says what was wrong with it."""


class LineProtocol(Protocol):
    """One wire protocol, for one call. `decode` may raise `WireError`; the call goes on without the message."""

    @property
    def name(self) -> str:
        """Short name, as in the records: `twilio`, `browser`."""
        ...

    @property
    def rate_hz(self) -> int:
        """Sample rate on the wire, both ways."""
        ...

    def decode(self, message: Message) -> list[LineEvent]:
        """What one message from the far side means."""
        ...

    def encode_audio(self, samples: Samples) -> Message:
        """One frame of the agent's audio at `rate_hz`."""
        ...

    def encode_mark(self, name: str) -> Message:
        """Ask the far side to say when it has played up to here."""
        ...

    def encode_clear(self) -> Message:
        """Ask the far side to throw away what it has not played."""
        ...

    def encode_end(self) -> Message | None:
        """What to send before the socket is closed by us, if anything."""
        ...
