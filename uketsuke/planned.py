"""Publishes what was planned when its time has come, also what came due while the service stood still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import structlog

from dashboard.auth.audit import AuditTrail
from dashboard.faq_bench import KIND
from dashboard.faq_publishing import FaqPublishing
from dashboard.tuning.kinds import KINDS
from dashboard.tuning.publishing import TuningPublishing, lines_of
from records.planned import PlannedPublication, PlannedRepository, PlanState, StalePlanError
from records.store import Records

POLL_S: Final = 1.0
DEADLINE_S: Final = 60.0
NO_PUBLISHER: Final = "この種類の公開は、この版ではできません。"
FAILED: Final = "公開できませんでした。内容を確かめて、公開し直してください。"
TOO_LATE: Final = "時間内に公開できませんでした。公開し直してください。"

log = structlog.get_logger(__name__)

CarryOut = Callable[[PlannedPublication], Awaitable[str]]
"""Publishes one plan and gives back what came of it, in Japanese. Raises `StalePlanError` when it must not."""


class PlannedPublications:
    """Looks every second for a plan that is due; one that fails is marked and told, and the others go on."""

    def __init__(
        self,
        plans: PlannedRepository,
        publishers: Mapping[str, CarryOut],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`publishers` by the kind of what they publish."""
        self._plans = plans
        self._publishers = publishers
        self._now = now
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take back what a dead process had begun, and begin to watch."""
        if self._task is None:
            await self._plans.recover()
            self._task = asyncio.get_running_loop().create_task(self._watch(), name="planned-publications")

    async def close(self) -> None:
        """Watch no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def publish_due(self) -> int:
        """Carry out what is due now, in the order of its time; how many plans were settled."""
        settled = 0
        for plan in await self._plans.due(self._now()):
            if await self._plans.begin(plan.id):
                state, result = await self._carried_out(plan)
                await self._plans.settle(plan.id, state, result)
                log.info("plan_settled", kind=plan.kind, state=state.value)
                settled += 1
        return settled

    async def _carried_out(self, plan: PlannedPublication) -> tuple[PlanState, str]:
        publisher = self._publishers.get(plan.kind)
        if publisher is None:
            return PlanState.FAILED, NO_PUBLISHER
        try:
            async with asyncio.timeout(DEADLINE_S):
                return PlanState.PUBLISHED, await publisher(plan)
        except StalePlanError as error:
            return PlanState.STALE, str(error)
        except TimeoutError:
            return PlanState.FAILED, TOO_LATE
        except Exception as error:
            log.warning("plan_failed", kind=plan.kind, error=type(error).__name__)
            return PlanState.FAILED, FAILED

    async def _watch(self) -> None:
        failed = False
        while True:
            try:
                await self.publish_due()
                failed = False
            except Exception as error:
                if not failed:
                    log.warning("plans_not_read", error=str(error))
                failed = True
            await asyncio.sleep(POLL_S)


@asynccontextmanager
async def carrying_out_plans(records: Records) -> AsyncIterator[None]:
    """As long as it is open, what is planned in `records` is published on time."""
    planned = PlannedPublications(records.planned, publishers_of(records))
    await planned.start()
    try:
        yield
    finally:
        await planned.close()


def publishers_of(records: Records) -> dict[str, CarryOut]:
    """Who publishes each kind of plan."""
    tuning = tuning_publishing_of(records)
    return {KIND: faq_publishing_of(records).carry_out, **dict.fromkeys(KINDS, tuning.carry_out)}


def faq_publishing_of(records: Records) -> FaqPublishing:
    """The FAQ's publishing over the records."""
    return FaqPublishing(records.faq, records.working, records.planned, records.trials, AuditTrail(records.audit))


def tuning_publishing_of(records: Records) -> TuningPublishing:
    """The publishing of rules and documents over the records."""
    lines = lines_of(records.documents, records.rules)
    return TuningPublishing(lines, records.working, records.planned, AuditTrail(records.audit))
