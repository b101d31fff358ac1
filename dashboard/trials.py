"""The seam between the pages and the tests before publishing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from records.trials import TrialKind, TrialRun

VOICES: Final = ("openjtalk", "kokoro")
USUAL_SNR_DB: Final = 20.0
USUAL_DAYS: Final = 7


class TrialError(RuntimeError):
    """A test cannot be done; the message says why, in Japanese."""


class TrialBusyError(TrialError):
    """Another test is in progress."""


@dataclass(frozen=True)
class TrialRequest:
    """A test that is asked for. `voices` and `snr_db` (None: no noise) are of spoken ones, `days` of the preview.

    `keys`: only the changes to these entries (None: all) are tried.
    """

    kind: TrialKind
    voices: tuple[str, ...] = VOICES
    snr_db: float | None = USUAL_SNR_DB
    days: int = USUAL_DAYS
    keys: tuple[str, ...] | None = None

    def plain(self) -> dict[str, Any]:
        """What of it matters to its kind."""
        keys = {} if self.keys is None else {"keys": list(self.keys)}
        if self.kind is TrialKind.SPOKEN:
            return {**keys, "voices": list(self.voices), "snr_db": self.snr_db}
        return {**keys, "days": self.days} if self.kind is TrialKind.IMPACT else keys

    @classmethod
    def of(cls, kind: TrialKind, settings: Mapping[str, Any]) -> TrialRequest:
        """From what `plain` gave."""
        voices, days = tuple(settings.get("voices", VOICES)), int(settings.get("days", USUAL_DAYS))
        keys = tuple(settings["keys"]) if "keys" in settings else None
        return cls(kind, voices, settings.get("snr_db", USUAL_SNR_DB), days, keys)


@dataclass(frozen=True)
class TrialNow:
    """How far the run in progress is; a `total` of 0: it is being prepared."""

    run_id: str
    done: int
    total: int


class TrialSubject(Protocol):
    """What would be tried now."""

    @property
    def sha256(self) -> str:
        """The digest of the whole draft."""
        ...

    @property
    def base_version(self) -> int:
        """The published version that it is held against."""
        ...

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of the entries that the draft changes."""
        ...


class Trials(Protocol):
    """Runs tests, one at a time."""

    @property
    def now(self) -> TrialNow | None:
        """The run in progress."""
        ...

    async def settle(self) -> None:
        """Mark what a stopped service left running."""
        ...

    async def subject(self, keys: Collection[str] | None = None) -> TrialSubject:
        """The draft as it stands."""
        ...

    async def begin(self, request: TrialRequest, author: str) -> TrialRun:
        """Start one. Raises `TrialBusyError`."""
        ...

    async def go_on(self, run_id: str) -> TrialRun:
        """Take one up again. Raises `TrialError`."""
        ...

    def cancel(self, run_id: str) -> bool:
        """Stop one; whether it was running."""
        ...
