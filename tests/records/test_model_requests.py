"""Requests to language models are kept, listed and summed; the log never holds a call up."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError, StatementError

from records.model_requests import LogOptions, ModelRequestLog, ModelRequestRecord
from records.store import Records

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def request(minute: int = 0, **fields: object) -> ModelRequestRecord:
    told: dict[str, object] = {
        "at": NOON + timedelta(minutes=minute),
        "call_id": "c1",
        "model": "embedded",
        "purpose": "route",
        "confidentiality": "public",
        "place": "in_process",
        "prompt_sha256": "0" * 64,
        "outcome": "used",
        "took_ms": 100.0,
        "tokens": 20,
        **fields,
    }
    return ModelRequestRecord(**told)  # type: ignore[arg-type]


async def test_requests_are_read_back_newest_first(records: Records) -> None:
    first, second, other = request(0), request(1), request(2, call_id=None)
    await records.model_requests.add([first, second])
    await records.model_requests.add([other])
    assert await records.model_requests.latest() == [other, second, first]
    assert await records.model_requests.latest(call_id="c1") == [second, first]
    assert await records.model_requests.latest(limit=1) == [other]


async def test_sums_are_by_model_purpose_and_day_in_japan(records: Records) -> None:
    await records.model_requests.add(
        [
            request(0, took_ms=100.0),
            request(1, took_ms=300.0),
            request(2, outcome="late", took_ms=1800.0, tokens=0),
            request(3, purpose="summary"),
            request(15 * 60),
            request(4, outcome="over_budget", tokens=0),
        ]
    )
    usage = await records.model_requests.usage(NOON - timedelta(days=1), NOON + timedelta(days=2))
    assert [(each.day, each.purpose, each.requests, each.used, each.tokens) for each in usage] == [
        (date(2026, 11, 23), "route", 3, 2, 40),
        (date(2026, 11, 23), "summary", 1, 1, 20),
        (date(2026, 11, 24), "route", 1, 1, 20),
    ]
    assert usage[0].mean_ms == pytest.approx(200)


async def test_a_span_of_time_ends_before_its_end(records: Records) -> None:
    await records.model_requests.add([request(0), request(10)])
    usage = await records.model_requests.usage(NOON, NOON + timedelta(minutes=10))
    assert [each.requests for each in usage] == [1]


async def test_a_time_without_a_zone_is_refused_and_nothing_is_written(records: Records) -> None:
    with pytest.raises(StatementError):
        await records.model_requests.add([request(0), request(1, at=datetime(2026, 11, 23))])
    assert await records.model_requests.latest() == []


async def test_the_log_writes_all_that_was_noted_before_it_closes(records: Records) -> None:
    log = ModelRequestLog(records.model_requests, LogOptions(batch=2, linger_s=0))
    log.start()
    for minute in range(5):
        log.note(request(minute))
    await log.close()
    assert len(await records.model_requests.latest()) == 5
    assert log.dropped == 0


async def test_a_log_that_is_full_loses_the_oldest_and_counts_them(records: Records) -> None:
    log = ModelRequestLog(records.model_requests, LogOptions(capacity=3, linger_s=0))
    for minute in range(5):
        log.note(request(minute))
    log.start()
    await log.close()
    kept = await records.model_requests.latest()
    assert [each.at.minute for each in kept] == [4, 3, 2]
    assert log.dropped == 2


async def test_what_is_noted_after_the_end_is_counted_as_lost(records: Records) -> None:
    log = ModelRequestLog(records.model_requests)
    await log.close()
    log.note(request())
    assert log.dropped == 1


async def test_a_database_that_is_busy_is_tried_again(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    add, failures = records.model_requests.add, [True, True]

    async def busy_at_first(requests: list[ModelRequestRecord]) -> None:
        if failures:
            failures.pop()
            raise OperationalError("insert", {}, Exception("locked"))
        await add(requests)

    monkeypatch.setattr(records.model_requests, "add", busy_at_first)
    log = ModelRequestLog(records.model_requests, LogOptions(linger_s=0, retry_s=0), sleep=lambda _: asyncio.sleep(0))
    log.start()
    log.note(request())
    await log.close()
    assert len(await records.model_requests.latest()) == 1


async def test_a_request_that_the_database_refuses_does_not_stop_the_others(records: Records) -> None:
    log = ModelRequestLog(records.model_requests, LogOptions(batch=1, linger_s=0))
    log.start()
    log.note(request(0, at=datetime(2026, 11, 23)))
    log.note(request(1))
    await log.close()
    assert len(await records.model_requests.latest()) == 1
    assert log.dropped == 1
