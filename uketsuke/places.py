"""Where things lie on this machine, worked out from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from records.database import sqlite_url
from samples import sample_dir
from uketsuke.settings import Settings
from voice.models.store import ModelStore, SourceKind, build_sources, default_cache_dir


@dataclass(frozen=True)
class Places:
    """Absolute paths; nothing is created here."""

    cache: Path
    data: Path
    company: Path
    records_url: str = ""

    @property
    def database_url(self) -> str:
        """Where the records are: the configured database, or the SQLite file."""
        return self.records_url or sqlite_url(self.database)

    @property
    def recordings(self) -> Path:
        """Recordings of calls."""
        return self.data / "recordings"

    @property
    def database(self) -> Path:
        """The SQLite file of the records."""
        return self.data / "uketsuke.sqlite3"

    @property
    def speech_cache(self) -> Path:
        """Synthesised sentences that are said often."""
        return self.cache / "speech"


def places_of(settings: Settings) -> Places:
    """The places that these settings name."""
    return Places(
        cache=(settings.models.cache or default_cache_dir()).expanduser().absolute(),
        data=settings.records.folder.expanduser().absolute(),
        company=(settings.company.folder or sample_dir()).expanduser().absolute(),
        records_url=settings.records.url,
    )


def model_store(settings: Settings) -> ModelStore:
    """The model files, with the sources in the order of the settings."""
    cache = places_of(settings).cache
    order = [SourceKind(source) for source in settings.models.sources]
    return ModelStore(cache, build_sources(cache, order, settings.models.folder))
