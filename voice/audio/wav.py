"""WAV files in and out.

Reading takes what telephone systems and recorders write: PCM of 8 to 32 bit, floats, mu-law and A-law, also under
WAVE_FORMAT_EXTENSIBLE. Writing is 16 bit PCM.
"""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from voice.audio import g711
from voice.audio.pcm import Samples, from_pcm16, to_pcm16

_EXTENSIBLE: Final = 0xFFFE


class WavError(ValueError):
    """The file is not a WAV that can be read; the message says why, for the user, in Japanese."""


@dataclass(frozen=True)
class Recording:
    """What a WAV file holds: `channels` has shape (channels, samples)."""

    channels: Samples
    rate_hz: int

    @property
    def mono(self) -> Samples:
        """All channels mixed to one."""
        mixed: Samples = self.channels.mean(axis=0, dtype=np.float32)
        return mixed


def read_wav(source: Path | bytes) -> Recording:
    """Read a WAV file, or the bytes of one. Raises `WavError` for what is none and `OSError` from the disk."""
    data, name = (source, "音声データ") if isinstance(source, bytes) else (source.read_bytes(), str(source))
    chunks = dict(_chunks(data, name))
    if b"fmt " not in chunks or b"data" not in chunks or len(chunks[b"fmt "]) < 16:
        raise WavError(f"{name}: WAV の形式情報または音声データがありません。ファイルが壊れていないかご確認ください。")
    fmt, body = chunks[b"fmt "], chunks[b"data"]
    kind, channels, rate_hz, _, block, bits = struct.unpack_from("<HHIIHH", fmt)
    if kind == _EXTENSIBLE and len(fmt) >= 26:
        (kind,) = struct.unpack_from("<H", fmt, 24)
    if channels == 0 or rate_hz == 0 or bits % 8 or block != channels * bits // 8:
        raise WavError(f"{name}: WAV の形式情報に矛盾があります(チャンネル {channels}、{rate_hz} Hz、{bits} bit)。")
    flat = _decode(body[: len(body) // block * block], kind, bits, name)
    return Recording(np.ascontiguousarray(flat.reshape(-1, channels).T), rate_hz)


def write_wav(path: Path, samples: Samples, rate_hz: int) -> None:
    """Write 16 bit PCM: `samples` is mono, or of shape (channels, samples). What exceeds full scale is clipped."""
    path.write_bytes(wav_bytes(samples, rate_hz))


def wav_bytes(samples: Samples, rate_hz: int) -> bytes:
    """The bytes of a 16 bit PCM WAV file; shapes as in `write_wav`."""
    channels = np.atleast_2d(samples)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.ascontiguousarray(to_pcm16(channels).T).astype("<i2").tobytes())
    return out.getvalue()


def _chunks(data: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WavError(f"{name}: WAV ファイルではありません。")
    at = 12
    while at + 8 <= len(data):
        tag, size = struct.unpack_from("<4sI", data, at)
        # A recorder that was cut off leaves 0 or 0xFFFFFFFF as the size of the data: take what is there.
        if tag == b"data" and (size == 0 or at + 8 + size > len(data)):
            size = len(data) - at - 8
        yield tag, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _decode(body: bytes, kind: int, bits: int, name: str) -> Samples:
    match kind, bits:  # 1 PCM, 3 float, 6 A-law, 7 mu-law (mmreg.h)
        case (1, 8):
            return (np.frombuffer(body, np.uint8).astype(np.float32) - 128.0) / np.float32(128.0)
        case (1, 16):
            return from_pcm16(np.frombuffer(body, "<i2"))
        case (1, 24):
            low, middle, high = np.frombuffer(body, np.uint8).reshape(-1, 3).T.astype(np.int32)
            value = (low << 8 | middle << 16 | high << 24) >> 8
            return (value / 2.0**23).astype(np.float32)
        case (1, 32):
            return (np.frombuffer(body, "<i4") / 2.0**31).astype(np.float32)
        case (3, 32 | 64):
            return np.frombuffer(body, f"<f{bits // 8}").astype(np.float32)
        case (6, 8):
            return g711.alaw_decode(body)
        case (7, 8):
            return g711.mulaw_decode(body)
    raise WavError(
        f"{name}: この WAV の符号化(形式 {kind}、{bits} bit)には対応していません。16 bit PCM に変換してください。"
    )
