"""Twilio Media Streams, bidirectional.

Source: Twilio's documentation "Media Streams: WebSocket messages". All messages are JSON text. Audio is mu-law,
8 kHz, mono, base64, 20 ms (160 bytes) a message from Twilio; any length towards it. `mark` comes back when the audio
before it has been played, or at once after `clear`.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

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
from voice.audio.g711 import mulaw_decode, mulaw_encode
from voice.audio.pcm import Samples

RATE_HZ: Final = 8_000
MAX_PAYLOAD_BYTES: Final = RATE_HZ  # one second in one message; Twilio sends 20 ms


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class _Connected(_Wire):
    event: Literal["connected"]


class _MediaFormat(_Wire):
    encoding: str = "audio/x-mulaw"
    sample_rate: int = RATE_HZ
    channels: int = 1


class _StartBody(_Wire):
    stream_sid: str = Field(min_length=1, max_length=128)
    call_sid: str = Field(min_length=1, max_length=128)
    custom_parameters: dict[str, str] = Field(default_factory=dict)
    media_format: _MediaFormat = Field(default_factory=_MediaFormat)


class _Start(_Wire):
    event: Literal["start"]
    start: _StartBody


class _MediaBody(_Wire):
    payload: str
    # Numbers come as strings in real traffic; pydantic takes both.
    timestamp: int | None = Field(default=None, ge=0)
    track: str = "inbound"


class _Media(_Wire):
    event: Literal["media"]
    media: _MediaBody


class _DtmfBody(_Wire):
    digit: str = Field(pattern=r"^[0-9*#]$")


class _Dtmf(_Wire):
    event: Literal["dtmf"]
    dtmf: _DtmfBody


class _MarkBody(_Wire):
    name: str = Field(max_length=128)


class _Mark(_Wire):
    event: Literal["mark"]
    mark: _MarkBody


class _Stop(_Wire):
    event: Literal["stop"]


_Inbound = _Connected | _Start | _Media | _Dtmf | _Mark | _Stop
_inbound: TypeAdapter[_Inbound] = TypeAdapter(Annotated[_Inbound, Field(discriminator="event")])


class TwilioProtocol:
    """`LineProtocol` of one Twilio stream. `start` must come before media, keys and marks."""

    name = "twilio"
    rate_hz = RATE_HZ

    def __init__(self) -> None:
        self._stream_sid: str | None = None

    def decode(self, message: Message) -> list[LineEvent]:
        """The events of one text message; raises `WireError` for what the protocol does not allow."""
        if isinstance(message, bytes):
            raise WireError(f"binary message of {len(message)} bytes; Twilio sends text only")
        try:
            parsed = _inbound.validate_json(message)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise WireError(f"{first['msg']} at {'.'.join(map(str, first['loc'])) or 'message'}") from error
        if isinstance(parsed, _Connected):
            return []
        if isinstance(parsed, _Start):
            return [self._start(parsed.start)]
        if self._stream_sid is None:
            raise WireError(f"{parsed.event} before start")
        match parsed:
            case _Media():
                return self._media(parsed.media)
            case _Dtmf():
                return [KeyPressed(parsed.dtmf.digit)]
            case _Mark():
                return [MarkReached(parsed.mark.name)]
            case _Stop():
                return [MediaStopped()]

    def _start(self, start: _StartBody) -> MediaStarted:
        if self._stream_sid is not None:
            raise WireError("start came twice")
        form = start.media_format
        if (form.encoding, form.sample_rate, form.channels) != ("audio/x-mulaw", RATE_HZ, 1):
            raise WireError(
                f"media format {form.encoding} {form.sample_rate} Hz x{form.channels}, expected mu-law 8000 x1"
            )
        self._stream_sid = start.stream_sid
        parameters = start.custom_parameters
        return MediaStarted(
            external_id=start.call_sid,
            from_number=parameters.get("from", ""),
            to_number=parameters.get("to", ""),
            parameters=parameters,
        )

    def _media(self, media: _MediaBody) -> list[LineEvent]:
        if media.track != "inbound":
            return []
        if len(media.payload) > MAX_PAYLOAD_BYTES * 4 // 3 + 4:
            raise WireError(f"media payload of {len(media.payload)} characters, over one second of audio")
        try:
            encoded = base64.b64decode(media.payload, validate=True)
        except (binascii.Error, ValueError) as error:
            raise WireError(f"media payload is not base64: {error}") from error
        if not encoded:
            raise WireError("media payload is empty")
        return [AudioArrived(mulaw_decode(encoded), media.timestamp)]

    def encode_audio(self, samples: Samples) -> Message:
        """A `media` message."""
        payload = base64.b64encode(mulaw_encode(samples)).decode("ascii")
        return self._encode({"event": "media", "media": {"payload": payload}})

    def encode_mark(self, name: str) -> Message:
        """A `mark` message."""
        return self._encode({"event": "mark", "mark": {"name": name}})

    def encode_clear(self) -> Message:
        """A `clear` message."""
        return self._encode({"event": "clear"})

    def encode_end(self) -> Message | None:
        """Nothing: closing the socket lets the TwiML after `<Connect>` run."""
        return None

    def _encode(self, body: dict[str, object]) -> str:
        return json.dumps({**body, "streamSid": self._stream_sid}, separators=(",", ":"))
