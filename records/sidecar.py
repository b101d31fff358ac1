"""The file beside a recording that says, for machines too, which stretches an AI spoke."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from records.models import AiSegment, RecordingRecord
from records.plain import plain

FORMAT: Final = "uketsuke-recording/1"


def sidecar_path(recording: Path) -> Path:
    """Where the sidecar of a recording lies."""
    return recording.with_suffix(".json")


def write_sidecar(recording: RecordingRecord, call_id: str) -> Path:
    """Write it whole or not at all; gives back its path. Raises `OSError`."""
    path = sidecar_path(recording.path)
    content: dict[str, Any] = {
        "format": FORMAT,
        "call_id": call_id,
        "recording": recording.path.name,
        "rate_hz": recording.rate_hz,
        "channels": {"left": "caller", "right": "agent"},
        "started_at": recording.started_at.isoformat(),
        "duration_ms": recording.duration_ms,
        "state": recording.state.value,
        "reason": recording.reason,
        "sha256": recording.sha256,
        "lost_ms": recording.lost_ms,
        "ai_generated": plain(recording.ai_segments),
    }
    temporary = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return path


def read_segments(recording: Path) -> tuple[AiSegment, ...]:
    """The stretches an AI spoke, as the sidecar last said; none when there is no readable sidecar."""
    try:
        content = json.loads(sidecar_path(recording).read_text(encoding="utf-8"))
        return tuple(AiSegment(**segment) for segment in content["ai_generated"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()
