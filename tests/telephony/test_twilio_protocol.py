import base64
import contextlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.protocols.line import AudioArrived, KeyPressed, MarkReached, MediaStarted, MediaStopped, WireError
from telephony.protocols.twilio import TwilioProtocol


def start_message(**media_format: object) -> str:
    body: dict[str, object] = {
        "streamSid": "MZ1",
        "accountSid": "AC1",
        "callSid": "CA1",
        "tracks": ["inbound"],
        "customParameters": {"from": "09012345678", "to": "0312345678"},
    }
    if media_format:
        body["mediaFormat"] = media_format
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": body})


def media_message(payload: str, track: str = "inbound", timestamp: str = "40") -> str:
    media = {"track": track, "chunk": "3", "timestamp": timestamp, "payload": payload}
    return json.dumps({"event": "media", "sequenceNumber": "4", "streamSid": "MZ1", "media": media})


@pytest.fixture
def started() -> TwilioProtocol:
    protocol = TwilioProtocol()
    protocol.decode(start_message())
    return protocol


def test_connected_means_nothing_yet() -> None:
    assert TwilioProtocol().decode('{"event":"connected","protocol":"Call","version":"1.0.0"}') == []


def test_start_tells_the_call_and_the_numbers() -> None:
    [event] = TwilioProtocol().decode(start_message())
    assert isinstance(event, MediaStarted)
    assert (event.external_id, event.from_number, event.to_number) == ("CA1", "09012345678", "0312345678")


def test_media_carries_20_ms_of_audio_and_its_time_as_a_string(started: TwilioProtocol) -> None:
    [event] = started.decode(media_message(base64.b64encode(b"\xff" * 160).decode()))
    assert isinstance(event, AudioArrived)
    assert len(event.samples) == 160
    assert event.timestamp_ms == 40


def test_the_outbound_track_is_not_the_caller(started: TwilioProtocol) -> None:
    assert started.decode(media_message(base64.b64encode(b"\xff" * 160).decode(), track="outbound")) == []


def test_a_key_is_a_key(started: TwilioProtocol) -> None:
    assert started.decode('{"event":"dtmf","dtmf":{"track":"inbound_track","digit":"#"}}') == [KeyPressed("#")]


def test_a_mark_comes_back_by_name(started: TwilioProtocol) -> None:
    assert started.decode('{"event":"mark","mark":{"name":"m7"}}') == [MarkReached("m7")]


def test_stop_ends_the_media(started: TwilioProtocol) -> None:
    assert started.decode('{"event":"stop","stop":{"callSid":"CA1"}}') == [MediaStopped()]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        '"media"',
        '{"event":"dance"}',
        '{"event":"media"}',
        '{"event":"media","media":{"payload":5}}',
        '{"event":"dtmf","dtmf":{"digit":"12"}}',
        '{"event":"dtmf","dtmf":{"digit":"x"}}',
        '{"event":"mark","mark":{"name":"' + "x" * 200 + '"}}',
        media_message("これはbase64ではない"),
        media_message(""),
        media_message("A" * 20_000),
        media_message("////", timestamp="-5"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_wire_error(started: TwilioProtocol, message: str) -> None:
    with pytest.raises(WireError):
        started.decode(message)


def test_binary_messages_are_refused(started: TwilioProtocol) -> None:
    with pytest.raises(WireError, match="binary"):
        started.decode(b"\x00" * 160)


@pytest.mark.parametrize(
    "message",
    [media_message("//8="), '{"event":"dtmf","dtmf":{"digit":"1"}}', '{"event":"mark","mark":{"name":"m"}}'],
)
def test_nothing_may_come_before_start(message: str) -> None:
    with pytest.raises(WireError, match="before start"):
        TwilioProtocol().decode(message)


def test_start_may_come_only_once(started: TwilioProtocol) -> None:
    with pytest.raises(WireError, match="twice"):
        started.decode(start_message())


def test_another_media_format_is_refused() -> None:
    with pytest.raises(WireError, match="16000"):
        TwilioProtocol().decode(start_message(encoding="audio/l16", sampleRate=16000, channels=1))


def test_what_is_sent_names_the_stream(started: TwilioProtocol) -> None:
    for message in (
        started.encode_audio(np.zeros(160, dtype=np.float32)),
        started.encode_mark("m1"),
        started.encode_clear(),
    ):
        assert json.loads(message)["streamSid"] == "MZ1"


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=400))
def test_audio_survives_the_wire_within_mulaw_precision(values: list[float]) -> None:
    protocol = TwilioProtocol()
    protocol.decode(start_message())
    samples = np.array(values, dtype=np.float32)
    sent = json.loads(protocol.encode_audio(samples))
    [event] = protocol.decode(media_message(sent["media"]["payload"]))
    assert isinstance(event, AudioArrived)
    assert np.all(np.abs(event.samples - samples) <= np.maximum(np.abs(samples) * 0.07, 0.005))


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_no_message_whatever_does_more_than_raise_a_wire_error(message: str | bytes) -> None:
    protocol = TwilioProtocol()
    protocol.decode(start_message())
    with contextlib.suppress(WireError):
        protocol.decode(message)
