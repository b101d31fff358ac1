"""The monitoring page, read from a real pool."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboard.vitals import Vitals, metrics_app
from voice.loop_watch import LoopLag
from voice.pool import InferencePool, Priority

LAG = LoopLag(p50_ms=1.0, p95_ms=12.0, max_ms=80.0, looks=1_200, above_limit=0)


async def read(pool: InferencePool) -> dict[tuple[str, str], float]:
    """Every sample by its name and its label's value."""
    app = metrics_app(Vitals(pool.gauge, lambda: LAG, lambda: 3))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        text = (await http.get("/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, next(iter(sample.labels.values()), "")): sample.value for sample in samples}


async def test_calls_and_the_loops_lag_are_told() -> None:
    pool = InferencePool(workers=1)
    try:
        found = await read(pool)
    finally:
        pool.close()
    assert found["uketsuke_active_calls", ""] == 3
    assert found["uketsuke_loop_lag_seconds", "0.95"] == pytest.approx(0.012)


async def test_what_waits_in_the_pool_is_told_by_its_urgency() -> None:
    pool = InferencePool(workers=1)
    hold = threading.Event()
    jobs = [asyncio.create_task(pool.run(hold.wait, Priority.FINAL)) for _ in range(3)]
    try:
        while pool.gauge().running == 0:
            await asyncio.sleep(0)
        found = await read(pool)
    finally:
        hold.set()
        await asyncio.gather(*jobs)
        pool.close()
    assert found["uketsuke_pool_running", ""] == 1
    assert found["uketsuke_pool_waiting", "final"] == 2
    assert found["uketsuke_pool_waiting", "partial"] == 0
