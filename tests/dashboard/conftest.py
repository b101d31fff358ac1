from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from records.database import sqlite_url
from records.store import Records
from tests.dashboard.scene import Scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))
    try:
        yield Scene(tmp_path, records)
    finally:
        await records.close()
