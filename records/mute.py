"""Silences what must not be heard in a recording: planned from the call's turns, done whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from records.models import AiSegment, CallDetail, EventRecord, RecordingRecord, RecordingState, Speaker, TurnRecord
from records.recording_file import failure_reason, file_sha256
from records.sidecar import sidecar_path, write_sidecar
from records.timeline import Channel
from records.wav import BYTES_PER_FRAME, HEADER_BYTES

SECRET_KINDS: Final = frozenset({"card", "card_code", "pin", "my_number"})
"""What may be in no recording, even encrypted (PCI DSS 4.0.1, 3.3.1)."""
MARGIN_MS: Final = 300
"""Speech begins before it is noticed, and its words are only roughly where their share of the text says."""
_BLOCK_FRAMES: Final = 65_536
_BYTES_PER_SAMPLE: Final = 2
_OFFSET: Final = {Channel.CALLER: 0, Channel.AGENT: _BYTES_PER_SAMPLE}

Measure = Callable[[str], int]
"""How long a text is to say, in any unit, for example morae."""


class MuteError(Exception):
    """A recording could not be silenced; the message, in Japanese, says why. The file is as it was."""


@dataclass(frozen=True)
class Stretch:
    """From `start_ms` to `end_ms` of the recording, one side is silenced, because of what `kind` says."""

    channel: Channel
    start_ms: int
    end_ms: int
    kind: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "channel": self.channel.name.lower()}


def stretches_of(detail: CallDetail, personal: bool = False, measure: Measure = len) -> tuple[Stretch, ...]:
    """What of a call has to be silent: whole utterances with a secret and, where `personal`, every personal stretch.

    Both the agent's sides and the caller's count, and what was heard without becoming a turn. In order of time.
    """
    found: list[Stretch] = []
    for turn in detail.turns:
        found += _of_turn(turn, personal, measure)
    found += _of_events(detail.events)
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.start_ms, each.end_ms)))


def mute_recording(recording: RecordingRecord, call_id: str, stretches: Iterable[Stretch]) -> RecordingRecord:
    """Silence `stretches` in the file and its sidecar, and give back the record as it is now.

    A copy is silenced, brought to the disk and renamed over the recording, so that a crash leaves one or the other,
    whole. Doing it again changes nothing more. Blocking; raises `MuteError`.
    """
    wanted = tuple(stretches)
    copy = recording.path.with_name(recording.path.name + ".mute")
    try:
        shutil.copyfile(recording.path, copy)
        copy.chmod(0o600)
        with copy.open("r+b") as file:
            for stretch in wanted:
                _silence(file.fileno(), recording.rate_hz, stretch)
            os.fsync(file.fileno())
        sha256 = file_sha256(copy)
        copy.replace(recording.path)
        _sync_folder(recording.path.parent)
        muted = replace(recording, sha256=sha256, sidecar_path=sidecar_path(recording.path))
        muted = replace(muted, ai_segments=tuple(_without_words(each, wanted) for each in muted.ai_segments))
        _write_sidecar(muted, call_id, wanted)
    except OSError as error:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        raise MuteError(failure_reason(error)) from error
    return muted


def is_muted(recording: RecordingRecord, stretches: Iterable[Stretch]) -> bool:
    """Whether the recording, as the records know it, is silent there by its own sidecar. Blocking, never raises."""
    try:
        content = json.loads(sidecar_path(recording.path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    muted = content.get("muted", [])
    return content.get("sha256") == recording.sha256 and all(each.to_dict() in muted for each in stretches)


def is_ready(recording: RecordingRecord) -> bool:
    """Whether the recording's file is finished, so that it can be silenced."""
    return recording.state is not RecordingState.RECORDING and recording.path.is_file()


def _of_turn(turn: TurnRecord, personal: bool, measure: Measure) -> list[Stretch]:
    channel = Channel.CALLER if turn.speaker is Speaker.CALLER else Channel.AGENT
    end = turn.ended_ms if turn.ended_ms is not None else turn.started_ms
    spans = turn.personal or []
    if end <= turn.started_ms:
        return []
    secret = _secret_kind(spans)
    if secret is not None:
        return [_stretch(channel, turn.started_ms, end, secret)]
    return [_share(turn, channel, end, span, measure) for span in spans] if personal else []


def _share(turn: TurnRecord, channel: Channel, end: int, span: Mapping[str, Any], measure: Measure) -> Stretch:
    """Where in the turn's time a stretch of its text is, by its share of what there is to say."""
    whole = max(1, measure(turn.text))
    length = end - turn.started_ms
    before = min(1.0, measure(turn.text[: int(span["start"])]) / whole)
    until = min(1.0, measure(turn.text[: int(span["end"])]) / whole)
    start_ms = turn.started_ms + round(before * length)
    return _stretch(channel, start_ms, turn.started_ms + round(until * length), str(span["kind"]))


def _of_events(events: Iterable[EventRecord]) -> Iterable[Stretch]:
    """Utterances with a secret, from the events: also those that a later one joined, or that became no turn."""
    began = 0
    for event in events:
        if event.kind == "speech_started":
            began = event.at_ms
        kind = _secret_kind(event.data.get("personal") or ())
        if kind is not None and event.kind in ("heard", "not_words"):
            start, end = event.data.get("started_ms", began), event.data.get("speech_end_ms", event.at_ms)
            yield _stretch(Channel.CALLER, round(start), round(end), kind)


def _secret_kind(spans: Iterable[Mapping[str, Any]]) -> str | None:
    return next((str(span["kind"]) for span in spans if span["kind"] in SECRET_KINDS), None)


def _stretch(channel: Channel, start_ms: int, end_ms: int, kind: str) -> Stretch:
    return Stretch(channel, max(0, start_ms - MARGIN_MS), end_ms + MARGIN_MS, kind)


def _without_words(segment: AiSegment, stretches: tuple[Stretch, ...]) -> AiSegment:
    """What an AI said in a silenced stretch is not written beside it either."""
    touched = any(
        each.channel is Channel.AGENT and segment.start_ms < each.end_ms and each.start_ms < segment.end_ms
        for each in stretches
    )
    return replace(segment, text="") if touched else segment


def _silence(descriptor: int, rate_hz: int, stretch: Stretch) -> None:
    frames = (os.fstat(descriptor).st_size - HEADER_BYTES) // BYTES_PER_FRAME
    first = min(frames, stretch.start_ms * rate_hz // 1000)
    last = min(frames, -(-stretch.end_ms * rate_hz // 1000))
    offset = _OFFSET[stretch.channel]
    while first < last:
        count = min(_BLOCK_FRAMES, last - first)
        place = HEADER_BYTES + first * BYTES_PER_FRAME
        block = bytearray(os.pread(descriptor, count * BYTES_PER_FRAME, place))
        for byte in range(_BYTES_PER_SAMPLE):
            block[offset + byte :: BYTES_PER_FRAME] = bytes(len(block[offset + byte :: BYTES_PER_FRAME]))
        os.pwrite(descriptor, block, place)
        first += count


def _write_sidecar(recording: RecordingRecord, call_id: str, stretches: tuple[Stretch, ...]) -> None:
    """The recording's sidecar, with what was silenced and why."""
    path = write_sidecar(recording, call_id)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["muted"] = [each.to_dict() for each in stretches]
    temporary = path.with_name(path.name + ".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
