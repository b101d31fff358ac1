"""How the process is doing, for a monitoring system: `/metrics` in Prometheus' text format, in names that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, make_asgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp

from voice.loop_watch import LoopLag
from voice.pool_gauge import PoolGauge


@dataclass(frozen=True)
class Vitals:
    """Where the figures are read, each at the moment of the request."""

    pool: Callable[[], PoolGauge]
    lag: Callable[[], LoopLag]
    active_calls: Callable[[], int]


def metrics_app(vitals: Vitals) -> ASGIApp:
    """The page as an application. Its registry is its own: nothing of the process but these figures is told."""
    registry = CollectorRegistry()
    registry.register(_VitalsCollector(vitals))
    app: ASGIApp = make_asgi_app(registry)
    return app


class _VitalsCollector(Collector):
    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: reading the figures is cheap."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Read everything once."""
        yield _gauge("uketsuke_active_calls", "Calls under way.", self._vitals.active_calls())
        yield from _of_pool(self._vitals.pool())
        yield from _of_lag(self._vitals.lag())


def _of_pool(pool: PoolGauge) -> Iterator[Metric]:
    yield _gauge("uketsuke_pool_workers", "Workers of the inference pool.", pool.workers)
    yield _gauge("uketsuke_pool_running", "Workers at work.", pool.running)
    yield _gauge("uketsuke_pool_busy_share", "Share of the workers' time in use over the last minute.", pool.busy_share)
    yield _gauge("uketsuke_pool_backlog_seconds", "Estimated work that waits, for each worker.", pool.backlog_s)
    waiting = GaugeMetricFamily("uketsuke_pool_waiting", "Jobs that wait.", labels=["priority"])
    for priority, count in pool.waiting.items():
        waiting.add_metric([priority.name.lower()], count)
    yield waiting
    waits = GaugeMetricFamily("uketsuke_pool_wait_p95_seconds", "How long recent jobs waited.", labels=["priority"])
    for priority, wait in pool.waits.items():
        waits.add_metric([priority.name.lower()], wait.p95_ms / 1000)
    yield waits
    shed = CounterMetricFamily("uketsuke_pool_shed", "Jobs dropped or refused under load.", labels=["priority"])
    for priority, count in pool.shed.items():
        shed.add_metric([priority.name.lower()], count)
    yield shed
    yield _counter("uketsuke_pool_done", "Jobs done.", pool.done)
    yield _counter("uketsuke_pool_failed", "Jobs whose work raised.", pool.failed)
    yield _counter("uketsuke_pool_expired", "Jobs past their deadline before they began.", pool.expired)
    yield _counter("uketsuke_pool_cancelled", "Jobs no longer wanted before they began.", pool.cancelled)
    yield _counter("uketsuke_pool_batched", "Jobs that were done together with others.", pool.batched)


def _of_lag(lag: LoopLag) -> Iterator[Metric]:
    name, about = "uketsuke_loop_lag_seconds", "How late the event loop ran over the last minute."
    family = GaugeMetricFamily(name, about, labels=["quantile"])
    for quantile, value_ms in (("0.5", lag.p50_ms), ("0.95", lag.p95_ms), ("1", lag.max_ms)):
        family.add_metric([quantile], value_ms / 1000)
    yield family


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value=value)
