"""Recordings, only those a record names and only from the recordings folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from records.models import CallDetail, RecordingState

PLAYABLE: Final = frozenset({RecordingState.FINISHED, RecordingState.RECOVERED})


class RecordingFolder:
    """Finds the file that a record names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def of(self, detail: CallDetail) -> Path | None:
        """The WAV of a call; None when there is none yet, it is missing, or it lies outside the folder."""
        for recording in detail.recordings:
            path = (self._folder / recording.path).resolve()
            inside = path.is_relative_to(self._folder) and path.suffix.lower() == ".wav"
            if recording.state in PLAYABLE and inside and path.is_file():
                return path
        return None
