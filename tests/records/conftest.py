"""A real SQLite file for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from records.database import sqlite_url
from records.store import Records


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "records.db")


@pytest.fixture
async def records(url: str) -> AsyncIterator[Records]:
    opened = await Records.open(url, busy_timeout_ms=20)
    yield opened
    await opened.close()
