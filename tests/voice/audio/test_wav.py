import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio import g711
from voice.audio.wav import WavError, read_wav, wav_bytes, write_wav

WAVE = (0.5 * np.sin(np.arange(400) / 9)).astype(np.float32)


def riff(kind, bits, body, extra=b"", rate_hz=8_000):
    block = bits // 8
    fmt = struct.pack("<HHIIHH", kind, 1, rate_hz, rate_hz * block, block, bits) + extra
    chunks = b"".join(
        tag + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
        for tag, part in [(b"fmt ", fmt), (b"LIST", b"odd"), (b"data", body)]
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def as_24_bit(samples):
    return b"".join(int(v).to_bytes(3, "little", signed=True) for v in np.rint(samples * (2**23 - 1)))


@pytest.mark.parametrize(
    ("kind", "bits", "body", "tolerance"),
    [
        (1, 8, np.rint(WAVE * 127 + 128).astype(np.uint8).tobytes(), 0.01),
        (1, 16, np.rint(WAVE * 32767).astype("<i2").tobytes(), 1e-4),
        (1, 24, as_24_bit(WAVE), 1e-6),
        (1, 32, np.rint(WAVE.astype(np.float64) * (2**31 - 1)).astype("<i4").tobytes(), 1e-6),
        (3, 32, WAVE.astype("<f4").tobytes(), 0),
        (3, 64, WAVE.astype("<f8").tobytes(), 0),
        (6, 8, g711.alaw_encode(WAVE), 0.02),
        (7, 8, g711.mulaw_encode(WAVE), 0.02),
    ],
)
def test_every_usual_encoding_is_read(kind, bits, body, tolerance):
    recording = read_wav(riff(kind, bits, body))
    assert recording.rate_hz == 8_000
    assert np.allclose(recording.mono, WAVE, atol=tolerance)


def test_an_extensible_header_is_read_by_its_sub_format():
    extra = struct.pack("<HHI", 22, 16, 0) + struct.pack("<H", 1) + b"\0" * 14
    body = np.rint(WAVE * 32767).astype("<i2").tobytes()
    assert np.allclose(read_wav(riff(0xFFFE, 16, body, extra=extra)).mono, WAVE, atol=1e-4)


def test_what_was_written_reads_back_in_both_channels(tmp_path):
    both = np.stack([WAVE, -WAVE * 0.5])
    write_wav(tmp_path / "call.wav", both, 16_000)
    recording = read_wav(tmp_path / "call.wav")
    assert recording.rate_hz == 16_000
    assert np.allclose(recording.channels, both, atol=1e-4)


def test_a_recording_cut_off_before_its_size_was_written_is_read_to_its_end():
    whole = bytearray(wav_bytes(WAVE, 8_000))
    whole[40:44] = struct.pack("<I", 0xFFFFFFFF)
    assert len(read_wav(bytes(whole)).mono) == len(WAVE)


def test_a_file_that_is_no_wav_is_refused_with_its_name_in_japanese(tmp_path):
    (tmp_path / "memo.wav").write_bytes(b"hello, this is text")
    with pytest.raises(WavError, match=r"memo\.wav: WAV ファイルではありません"):
        read_wav(tmp_path / "memo.wav")


def test_an_encoding_that_is_not_known_is_refused():
    with pytest.raises(WavError, match="16 bit PCM に変換してください"):
        read_wav(riff(0x55, 8, b"mp3"))


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_crashes(garbage):
    with pytest.raises(WavError):
        read_wav(b"RIFF" + garbage[:4].ljust(4, b"\0") + b"WAVE" + garbage.replace(b"data", b""))
