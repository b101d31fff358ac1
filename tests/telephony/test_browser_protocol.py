import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.protocols.browser import BrowserProtocol
from telephony.protocols.line import AudioArrived, KeyPressed, MarkReached, MediaStarted, MediaStopped, WireError


@pytest.fixture
def started() -> BrowserProtocol:
    protocol = BrowserProtocol("browser-1")
    protocol.decode('{"type":"start","from":"画面"}')
    return protocol


def test_start_gives_the_call_our_own_id() -> None:
    assert BrowserProtocol("browser-1").decode('{"type":"start"}') == [MediaStarted(external_id="browser-1")]


def test_keys_marks_and_stop_are_understood(started: BrowserProtocol) -> None:
    assert started.decode('{"type":"key","digit":"0"}') == [KeyPressed("0")]
    assert started.decode('{"type":"mark","name":"m1"}') == [MarkReached("m1")]
    assert started.decode('{"type":"stop"}') == [MediaStopped()]


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=640))
def test_pcm_is_carried_without_loss(values: list[int]) -> None:
    protocol = BrowserProtocol("b")
    protocol.decode('{"type":"start"}')
    [event] = protocol.decode(np.array(values, dtype="<i2").tobytes())
    assert isinstance(event, AudioArrived)
    assert np.array_equal(np.rint(event.samples * 32768).astype(int), np.array(values))


@pytest.mark.parametrize("message", [b"", b"\x00", b"\x00" * 40_000, "{}", '{"type":"key","digit":"A"}', "x", "[]"])
def test_bad_messages_are_wire_errors(started: BrowserProtocol, message: str | bytes) -> None:
    with pytest.raises(WireError):
        started.decode(message)


def test_audio_before_start_is_a_wire_error() -> None:
    with pytest.raises(WireError, match="before start"):
        BrowserProtocol("b").decode(b"\x00\x00")


def test_clear_mark_and_end_are_json_with_a_type(started: BrowserProtocol) -> None:
    assert json.loads(started.encode_clear()) == {"type": "clear"}
    assert json.loads(started.encode_mark("m2")) == {"type": "mark", "name": "m2"}
    end = started.encode_end()
    assert end is not None and json.loads(end) == {"type": "end"}
