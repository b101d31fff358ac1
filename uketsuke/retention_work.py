"""Deletes what is due by the published policy, again and again while the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from records.retention_policy import KIND, RetentionPolicy, published_policy
from records.store import Records

EVERY_S: Final = 3_600.0
FIRST_AFTER_S: Final = 60.0
"""Not in the first minute: a start has enough to do."""
ACTOR: Final = "保存期間による自動削除"
log = structlog.get_logger(__name__)


class RetentionWork:
    """Owns the task that deletes; a failure is logged, and the next hour tries again."""

    def __init__(self, records: Records, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._records = records
        self._now = now
        self._policy = RetentionPolicy()
        self._version = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def keeps_words(self) -> bool:
        """Whether a call that begins now may be written down."""
        return not self._policy.zero

    async def refresh(self) -> None:
        """Take up the policy that was published last; it holds for calls that begin from now on."""
        if (await self._records.documents.latest()).get(KIND, 0) != self._version:
            self._version, self._policy = await published_policy(self._records.documents)

    def start(self) -> None:
        """Begin, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._hours(), name="retention")

    async def close(self) -> None:
        """End; what is deleted half way is deleted at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def once(self) -> dict[str, int]:
        """Delete what is due now; how much of each kind."""
        await self.refresh()
        erasure = await self._records.retention.apply(self._policy.times, self._now(), ACTOR)
        if erasure.counts:
            log.info("retention", **erasure.counts)
        return erasure.counts

    async def _hours(self) -> None:
        await asyncio.sleep(FIRST_AFTER_S)
        while True:
            try:
                await self.once()
            except Exception as error:
                log.warning("retention_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)
