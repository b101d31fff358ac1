"""Work that nobody on the telephone waits for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from uketsuke.spare_time import SpareTime
from voice.pool import InferencePool


@pytest.fixture(params=[1, 2])
def pool(request: pytest.FixtureRequest) -> Iterator[InferencePool]:
    made = InferencePool(workers=request.param)
    yield made
    made.close()


async def test_a_single_worker_is_left_to_the_calls(pool: InferencePool) -> None:
    name = await SpareTime(pool)(lambda: threading.current_thread().name)
    assert name.startswith("inference") == (pool.workers > 1)


async def test_what_the_work_raises_is_raised(pool: InferencePool) -> None:
    def fail() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await SpareTime(pool)(fail)
