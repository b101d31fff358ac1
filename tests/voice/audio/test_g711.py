import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio import g711

LAWS = {
    "mulaw": (g711.mulaw_encode, g711.mulaw_decode),
    "alaw": (g711.alaw_encode, g711.alaw_decode),
}
EVERY_CODE = bytes(range(256))
waves = hnp.arrays(np.float32, st.integers(0, 400), elements=st.floats(-1, 1, width=32))
law = pytest.mark.parametrize("name", LAWS)


@law
@given(wave=waves)
def test_what_was_decoded_survives_every_further_round_trip(name, wave):
    encode, decode = LAWS[name]
    once = decode(encode(wave))
    assert np.array_equal(decode(encode(once)), once)


def test_every_mulaw_byte_survives_the_round_trip_but_negative_zero_becomes_zero():
    back = g711.mulaw_encode(g711.mulaw_decode(EVERY_CODE))
    assert back == EVERY_CODE.replace(b"\x7f", b"\xff")


def test_every_alaw_byte_survives_the_round_trip():
    assert g711.alaw_encode(g711.alaw_decode(EVERY_CODE)) == EVERY_CODE


@law
@given(wave=waves)
def test_the_error_stays_within_half_a_step_of_the_segment(name, wave):
    encode, decode = LAWS[name]
    step = np.maximum(np.abs(wave) / 16.0, 32 / 32768)
    clipped = np.clip(wave, -decode(EVERY_CODE).max(), decode(EVERY_CODE).max())
    assert np.all(np.abs(decode(encode(wave)) - clipped) <= step / 2 + 1 / 32768)


@law
def test_a_louder_sample_never_decodes_to_a_lower_level(name):
    encode, decode = LAWS[name]
    ramp = np.linspace(-1, 1, 70_000, dtype=np.float32)
    assert np.all(np.diff(decode(encode(ramp))) >= 0)


def test_the_levels_are_those_of_the_standard():
    # G.711 decoder outputs, 14 bit (mu) and 13 bit (A), left-aligned in 16 bit.
    mu = g711.mulaw_decode(bytes([0x80, 0x00, 0xFF, 0x7F, 0xFE, 0x8F, 0x9F, 0xEF])) * 32768
    assert mu.tolist() == [32124, -32124, 0, 0, 8, 16764, 8316, 132]
    a = g711.alaw_decode(bytes([0xAA, 0x2A, 0xD5, 0x55, 0xD4])) * 32768
    assert a.tolist() == [32256, -32256, 8, -8, 24]


@law
def test_overdriven_and_broken_samples_are_clipped_not_wrapped(name):
    encode, decode = LAWS[name]
    odd = np.array([4.0, -4.0, np.inf, -np.inf, np.nan], dtype=np.float32)
    heard = decode(encode(odd))
    top = decode(EVERY_CODE).max()
    assert heard[:4].tolist() == [top, -top, top, -top]
    assert abs(heard[4]) < 0.001


def test_silence_is_the_standard_idle_code():
    silence = np.zeros(4, dtype=np.float32)
    assert g711.mulaw_encode(silence) == bytes([g711.MULAW_SILENCE] * 4)
    assert g711.alaw_encode(silence) == bytes([g711.ALAW_SILENCE] * 4)


@law
def test_an_empty_payload_is_an_empty_stretch(name):
    encode, decode = LAWS[name]
    assert decode(b"").shape == (0,)
    assert encode(np.zeros(0, dtype=np.float32)) == b""
