"""The browser's microphone: raw PCM over a socket of our own, the simplest line there is.

Binary messages are 16 bit little-endian mono at 16 kHz, both ways, in any whole number of samples (20 ms is usual).
Text messages are JSON with a `type`:

- from the page: `start` (first; optional `from`), `key` (`digit`), `mark` (`name`, once played), `stop`;
- to the page: `mark` (`name`), `clear`, `end`.
"""

from __future__ import annotations

import json
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from telephony.protocols.line import (
    AudioArrived,
    KeyPressed,
    LineEvent,
    MarkReached,
    MediaStarted,
    MediaStopped,
    Message,
    WireError,
)
from voice.audio.pcm import RATE_HZ, Samples, from_pcm16, to_pcm16

MAX_AUDIO_BYTES: Final = RATE_HZ * 2  # one second in one message


class _Start(BaseModel):
    type: Literal["start"]
    from_: str = Field("", alias="from", max_length=64)


class _Key(BaseModel):
    type: Literal["key"]
    digit: str = Field(pattern=r"^[0-9*#]$")


class _Mark(BaseModel):
    type: Literal["mark"]
    name: str = Field(max_length=128)


class _Stop(BaseModel):
    type: Literal["stop"]


_message: TypeAdapter[_Start | _Key | _Mark | _Stop] = TypeAdapter(
    Annotated[_Start | _Key | _Mark | _Stop, Field(discriminator="type")]
)


class BrowserProtocol:
    """`LineProtocol` for 「電話してみる」."""

    name = "browser"
    rate_hz = RATE_HZ

    def __init__(self, external_id: str) -> None:
        self._external_id = external_id
        self._started = False

    def decode(self, message: Message) -> list[LineEvent]:
        """See the module's docstring for the messages."""
        if isinstance(message, bytes):
            return [self._audio(message)]
        try:
            parsed = _message.validate_json(message)
        except ValidationError as error:
            raise WireError(f"unknown text message: {error.error_count()} errors in {message[:80]!r}") from error
        match parsed:
            case _Start():
                if self._started:
                    raise WireError("start came twice")
                self._started = True
                return [MediaStarted(external_id=self._external_id, from_number=parsed.from_)]
            case _Key():
                return [KeyPressed(parsed.digit)]
            case _Mark():
                return [MarkReached(parsed.name)]
            case _Stop():
                return [MediaStopped()]

    def _audio(self, message: bytes) -> AudioArrived:
        if not self._started:
            raise WireError("audio before start")
        if len(message) % 2 or not 0 < len(message) <= MAX_AUDIO_BYTES:
            raise WireError(f"audio of {len(message)} bytes")
        return AudioArrived(from_pcm16(np.frombuffer(message, dtype="<i2").astype(np.int16)))

    def encode_audio(self, samples: Samples) -> Message:
        """Raw little-endian samples."""
        return to_pcm16(samples).astype("<i2").tobytes()

    def encode_mark(self, name: str) -> Message:
        """`mark`: the page sends it back once it has played up to it."""
        return json.dumps({"type": "mark", "name": name})

    def encode_clear(self) -> Message:
        """`clear`: the page empties its buffer and sends back the marks it held."""
        return json.dumps({"type": "clear"})

    def encode_end(self) -> Message | None:
        """`end`: the call is over; the page plays out what it holds."""
        return json.dumps({"type": "end"})
