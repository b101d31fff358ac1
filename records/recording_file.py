"""A recording's file on disk: `.part` while it grows, renamed when it is whole, mended after a crash."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from records.models import RecordingRecord, RecordingState
from records.sidecar import read_segments, sidecar_path, write_sidecar
from records.wav import BYTES_PER_FRAME, HEADER_BYTES, MAX_DATA_BYTES, header

_CLOSED: Final = -1
JAPAN: Final = timezone(timedelta(hours=9), "JST")


def recording_path(folder: Path, call_id: str, started_at: datetime) -> Path:
    """Where a call's recording belongs: `folder/2026/11/23/<call id>.wav`, by the day in Japan."""
    return folder / started_at.astimezone(JAPAN).strftime("%Y/%m/%d") / f"{call_id}.wav"


def part_path(path: Path) -> Path:
    """Where the recording `path` lies until it is whole."""
    return path.with_name(path.name + ".part")


class GrowingWav:
    """A WAV file that can be played at any moment of its growth. Blocking; raises `OSError`."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        self._path = path
        self._rate_hz = rate_hz
        self._data_bytes = 0
        # A recording is personal data: readable by the service alone. O_EXCL: never write over another call's.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(part_path(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            self._write(header(rate_hz, 0), 0)
        except OSError:
            self.abandon()
            raise

    @property
    def duration_ms(self) -> int:
        """How much has been written."""
        return self._data_bytes // BYTES_PER_FRAME * 1000 // self._rate_hz

    def append(self, data: bytes) -> None:
        """Add interleaved samples, then say so in the header. What was written of a failed block stays."""
        if self._data_bytes + len(data) > MAX_DATA_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        self._write(data, HEADER_BYTES + self._data_bytes, counted=True)
        self._write(header(self._rate_hz, self._data_bytes), 0)

    def finish(self) -> str:
        """Make it whole: header, disk, name. Gives back the SHA-256 of the file."""
        whole = self._data_bytes - self._data_bytes % BYTES_PER_FRAME
        os.ftruncate(self._descriptor, HEADER_BYTES + whole)
        self._write(header(self._rate_hz, whole), 0)
        os.fsync(self._descriptor)
        self.abandon()
        part_path(self._path).replace(self._path)
        return file_sha256(self._path)

    def abandon(self) -> None:
        """Close the file as it is."""
        descriptor, self._descriptor = self._descriptor, _CLOSED
        if descriptor != _CLOSED:
            os.close(descriptor)

    def _write(self, data: bytes, offset: int, counted: bool = False) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._descriptor, rest, offset)
            offset += written
            rest = rest[written:]
            if counted:
                self._data_bytes += written


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def failure_reason(error: OSError) -> str:
    """Why a recording failed, for a supervisor."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "ディスクに空きがないため、録音を保存できませんでした。"
    if error.errno == errno.EFBIG:
        return "ファイルの大きさの上限に達したため、録音を続けられませんでした。"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "保存先に書き込む権限がないため、録音を保存できませんでした。"
    return f"録音を保存できませんでした（{error.strerror or error}）。"


def mend_recording(recording: RecordingRecord, call_id: str) -> RecordingRecord:
    """Finish a recording that a crash left behind. Blocking, never raises: a failure is the record's state."""
    path, part = recording.path, part_path(recording.path)
    state, reason = RecordingState.FINISHED, None
    try:
        if part.exists():
            _mend_part(part, recording.rate_hz)
            part.replace(path)
            state, reason = RecordingState.RECOVERED, "異常終了のため、録音は途中までです。"
        frames = (path.stat().st_size - HEADER_BYTES) // BYTES_PER_FRAME
        mended = replace(
            recording,
            duration_ms=max(0, frames) * 1000 // recording.rate_hz,
            state=state,
            sha256=file_sha256(path),
            sidecar_path=sidecar_path(path),
            ai_segments=read_segments(path),
            reason=reason,
        )
        write_sidecar(mended, call_id)
    except FileNotFoundError:
        return replace(recording, state=RecordingState.FAILED, reason="録音ファイルが見つかりません。")
    except OSError as error:
        return replace(recording, state=RecordingState.FAILED, reason=failure_reason(error))
    return mended


def _mend_part(part: Path, rate_hz: int) -> None:
    whole = max(0, part.stat().st_size - HEADER_BYTES) // BYTES_PER_FRAME * BYTES_PER_FRAME
    with part.open("r+b") as file:
        file.write(header(rate_hz, whole))
        file.truncate(HEADER_BYTES + whole)
        file.flush()
        os.fsync(file.fileno())


def finish_failed(file: GrowingWav) -> str | None:
    """Save what a failing disk has kept; gives back its SHA-256, or None when even that fails."""
    with suppress(OSError):
        return file.finish()
    file.abandon()
    return None
