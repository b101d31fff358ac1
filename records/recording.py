"""Records a call in stereo while it runs: caller left, agent right, on the call's own clock."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from records.clock import CallClock, call_clock, utc_now
from records.models import AiSegment, RecordingRecord, RecordingState
from records.recording_file import GrowingWav, failure_reason, finish_failed
from records.sidecar import sidecar_path, write_sidecar
from records.timeline import Channel, Pcm16, StereoTimeline

_MAX_SEGMENTS: Final = 10_000
_EARLY_WAKE_MS: Final = 8_000


class StereoRecorder:
    """Writes one call's sound. Its methods take microseconds, never wait for the disk and never raise.

    A frame's `at_ms` is when its first sample is spoken (caller) or heard (agent), on `clock`. The last
    `window_ms` before the clock's now stay in memory, where late frames find their place and agent audio that the
    far side threw away is taken back; older sound goes to `<path>.part` on the recorder's own thread every
    `flush_s`. That file can be played at any moment. `close` renames it to `path` and writes the sidecar `.json`.

    When the disk fails, `state` becomes `FAILED`, `failure` says why in Japanese, what was written until then is
    kept, and the rest of the call passes unrecorded.
    """

    def __init__(
        self,
        path: Path,
        call_id: str,
        rate_hz: int = 8_000,
        *,
        clock: CallClock | None = None,
        started_at: datetime | None = None,
        window_ms: int = 2_000,
        flush_s: float = 0.5,
    ) -> None:
        self._call_id = call_id
        self._rate_hz = rate_hz
        self._clock = clock or call_clock()
        self._window_ms = window_ms
        self._flush_s = flush_s
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._timeline: StereoTimeline | None = StereoTimeline(rate_hz)
        self._segments: dict[int, AiSegment] = {}
        self._segments_changed = True
        self._closing = False
        self._end_ms = 0.0
        self._record = RecordingRecord(
            path=path,
            rate_hz=rate_hz,
            started_at=started_at or utc_now(),
            duration_ms=0,
            state=RecordingState.RECORDING,
        )
        self._done: Future[RecordingRecord] = Future()
        thread = threading.Thread(target=self._run, name=f"recording-{call_id}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            self._fail("録音を始められませんでした（スレッドを作れません）。")
            self._done.set_result(self._record)

    @property
    def state(self) -> RecordingState:
        """Whether it records, has finished, or has failed."""
        return self._record.state

    @property
    def failure(self) -> str | None:
        """Why it failed, in Japanese; None while all is well."""
        return self._record.reason

    def write_caller(self, at_ms: float, pcm16: Pcm16) -> None:
        """The caller's sound, mono at the recorder's rate, spoken from `at_ms` on."""
        self._place(Channel.CALLER, at_ms, pcm16)

    def write_agent(self, at_ms: float, pcm16: Pcm16) -> None:
        """The agent's (or operator's) sound, mono at the recorder's rate, heard from `at_ms` on."""
        self._place(Channel.AGENT, at_ms, pcm16)

    def truncate_agent(self, at_ms: float) -> None:
        """The far side threw away what it would have played from `at_ms` on: nobody heard it."""
        with self._lock:
            if self._timeline is not None:
                self._timeline.silence_from(Channel.AGENT, at_ms)
            for start, segment in list(self._segments.items()):
                if start >= at_ms:
                    del self._segments[start]
                elif segment.end_ms > at_ms:
                    self._segments[start] = replace(segment, end_ms=round(at_ms))
            self._segments_changed = True

    def mark_ai(self, segment: AiSegment) -> None:
        """Say that a machine spoke here; a segment with the same start replaces the former."""
        with self._lock:
            if len(self._segments) < _MAX_SEGMENTS or segment.start_ms in self._segments:
                self._segments[segment.start_ms] = segment
                self._segments_changed = True

    async def close(self, end_ms: float | None = None, deadline_s: float = 10.0) -> RecordingRecord:
        """Write what is left, with silence up to `end_ms`, and finish the file. May be called again.

        When the disk does not answer within `deadline_s`, the record still says `RECORDING`, and why: the thread
        finishes the file if it can, and the next start's recovery looks after it in any case.
        """
        with self._lock:
            if not self._closing:
                self._closing = True
                self._end_ms = end_ms or 0.0
        self._wake.set()
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.shield(asyncio.wrap_future(self._done))
        except TimeoutError:
            return replace(self._record, reason="ディスクの応答が遅く、録音の保存がまだ終わっていません。")

    def _place(self, channel: Channel, at_ms: float, pcm16: Pcm16) -> None:
        with self._lock:
            if self._timeline is None or self._closing:
                return
            self._timeline.place(channel, at_ms, pcm16)
            crowded = self._timeline.held_ms > _EARLY_WAKE_MS
        if crowded:
            self._wake.set()

    def _run(self) -> None:
        """The writer thread."""
        file: GrowingWav | None = None
        sha256: str | None = None
        try:
            file = GrowingWav(self._record.path, self._rate_hz)
            self._save_sidecar()
            while not self._closing:
                self._wake.wait(self._flush_s)
                self._wake.clear()
                self._commit(file, self._clock() - self._window_ms)
                self._save_sidecar()
            self._commit(file, max(self._end_ms, self._timeline.end_ms if self._timeline else 0.0))
            sha256 = file.finish()
            self._settle(RecordingState.FINISHED, None, file.duration_ms, sha256)
        except OSError as error:
            self._fail(failure_reason(error))
            if file is not None:
                sha256 = sha256 or finish_failed(file)
                self._settle(RecordingState.FAILED, self._record.reason, file.duration_ms, sha256)
        finally:
            if self._record.state is RecordingState.RECORDING:
                self._fail("録音の処理に失敗しました。")
            if file is not None:
                file.abandon()
            self._finish_sidecar()
            self._done.set_result(self._record)

    def _commit(self, file: GrowingWav, until_ms: float) -> None:
        while True:
            with self._lock:
                block = self._timeline.take(until_ms) if self._timeline is not None else None
            if block is None or not len(block):
                return
            file.append(block.astype("<i2").tobytes())

    def _settle(self, state: RecordingState, reason: str | None, duration_ms: int, sha256: str | None) -> None:
        with self._lock:
            lost = self._timeline.lost_ms if self._timeline is not None else self._record.lost_ms
            self._record = replace(
                self._record,
                duration_ms=duration_ms,
                state=state,
                sha256=sha256,
                reason=reason,
                lost_ms=lost,
                ai_segments=tuple(self._segments[start] for start in sorted(self._segments)),
            )
            self._timeline = None

    def _fail(self, reason: str) -> None:
        self._settle(RecordingState.FAILED, reason, self._record.duration_ms, self._record.sha256)

    def _save_sidecar(self) -> None:
        with self._lock:
            if not self._segments_changed:
                return
            self._segments_changed = False
            segments = tuple(self._segments[start] for start in sorted(self._segments))
            self._record = replace(self._record, ai_segments=segments)
        write_sidecar(self._record, self._call_id)

    def _finish_sidecar(self) -> None:
        path = sidecar_path(self._record.path)
        # A full disk leaves the sidecar of an earlier moment, which is better than none.
        with suppress(OSError):
            write_sidecar(self._record, self._call_id)
        self._record = replace(self._record, sidecar_path=path if path.exists() else None)
