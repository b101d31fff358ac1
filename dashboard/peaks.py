"""The outline of a recording, small enough to draw: the loudest moment of each stretch, caller and agent apart."""

from __future__ import annotations

import asyncio
import wave
from collections import OrderedDict
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel, Field

STRETCHES: Final = 900
KEPT: Final = 200
_READ_FRAMES: Final = 1 << 18


class Peaks(BaseModel):
    """録音の波形。どちらの列も同じ長さで、値は0（無音）から127です。"""

    duration_ms: int = Field(description="録音の長さ（ミリ秒）")
    caller: list[int] = Field(description="お客様（左）")
    agent: list[int] = Field(description="AI・担当者（右）")


class PeakCache:
    """Outlines of recordings, reckoned once, off the event loop."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int, int], Peaks] = OrderedDict()

    async def of(self, path: Path) -> Peaks:
        """The outline of that WAV. Raises `OSError` or `wave.Error` for what cannot be read."""
        stat = await asyncio.to_thread(path.stat)
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        if key not in self._known:
            self._known[key] = await asyncio.to_thread(read_peaks, path)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


def read_peaks(path: Path, stretches: int = STRETCHES) -> Peaks:
    """Read the whole file, a piece at a time. A mono file counts for both sides."""
    with wave.open(str(path), "rb") as file:
        frames, rate, channels = file.getnframes(), file.getframerate(), file.getnchannels()
        loudest = np.zeros((stretches, 2), dtype=np.int32)
        at = 0
        while at < frames:
            data = file.readframes(_READ_FRAMES)
            if not data:
                break
            samples = np.abs(np.frombuffer(data, dtype="<i2").astype(np.int32)).reshape(-1, channels)[:, [0, -1]]
            places = (np.arange(at, at + len(samples)) * stretches) // max(1, frames)
            starts = np.flatnonzero(np.diff(places, prepend=-1))
            pieces = np.maximum.reduceat(samples, starts, axis=0)
            loudest[places[starts]] = np.maximum(loudest[places[starts]], pieces)
            at += len(samples)
    small = (loudest * 127 // 32768).astype(int)
    return Peaks(
        duration_ms=round(frames * 1000 / rate) if rate else 0, caller=small[:, 0].tolist(), agent=small[:, 1].tolist()
    )
