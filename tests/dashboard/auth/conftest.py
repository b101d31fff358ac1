from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dashboard.house import House, house


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened
