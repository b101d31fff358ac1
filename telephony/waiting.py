"""Waiting for a person: the seam to the room where callers wait, and one caller's place in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

import structlog

from records.models import EscalationOutcome, EscalationRecord, KpiEvent
from telephony.clock import CallClock
from telephony.events import EventKind
from telephony.journal import CallJournal

ROOM_DEADLINE_S: Final = 1.0
MOST_URGENT: Final = 1
LeftHow = Literal["abandoned", "timed_out", "ended", "returned"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A caller who needs a person. `priority` 1 is the most urgent; `note` is for whoever takes the call."""

    call_id: str
    escalation_id: str
    queue: str
    priority: int
    reason: str
    note: str


class WaitingRoom(Protocol):
    """Where callers wait. What it raises, or does not do in time, counts as 'nobody can take it'."""

    async def enter(self, waiting: Waiting) -> bool:
        """Let the caller wait; False when nobody can take the call. The same call again takes its former place."""
        ...

    async def leave(self, call_id: str, how: LeftHow) -> None:
        """The caller no longer waits, and nobody has answered."""
        ...


class Place:
    """One caller's place in the room: how far the request for a person has come, in records, figures and events."""

    def __init__(self, room: WaitingRoom | None, journal: CallJournal, clock: CallClock, call_id: str) -> None:
        self._room = room
        self._journal = journal
        self._clock = clock
        self._call_id = call_id
        self._request: EscalationRecord | None = None
        self._since_ms = 0.0
        self._unsure = False

    @property
    def there_is_a_room(self) -> bool:
        """Whether it is worth asking at all."""
        return self._room is not None

    @property
    def taken(self) -> bool:
        """Whether the caller waits."""
        return self._request is not None

    async def take(self, request: EscalationRecord, queue: str, priority: int, title: str = "") -> bool:
        """Let the caller wait for a person; False when nobody can take the call, and then nothing is recorded."""
        if self._room is None:
            return False
        note = self._journal.redactor.text(request.note)
        waiting = Waiting(self._call_id, request.id, queue, priority, request.reason, note)
        # Until the room has answered, it may hold the caller although nobody here knows of it.
        self._unsure = True
        try:
            async with asyncio.timeout(ROOM_DEADLINE_S):
                entered = await self._room.enter(waiting)
        except Exception as error:
            log.warning("waiting_room", call_id=self._call_id, error=f"{type(error).__name__}: {error}")
            await self._tell_room("ended")
            return False
        self._unsure = False
        if not entered:
            return False
        self._request = replace(request, outcome=EscalationOutcome.QUEUED)
        self._since_ms = self._clock.now_ms()
        self._journal.kpi(KpiEvent.ESC_REQUESTED, reason=request.reason)
        self._journal.kpi(KpiEvent.ESC_QUEUED, reason=request.reason, queue=queue)
        self._journal.escalation(self._request, title)
        self._journal.event(
            EventKind.QUEUED, reason=request.reason, queue=queue, priority=priority, escalation_id=request.id
        )
        return True

    def answered(self, name: str) -> None:
        """A person has taken the call. The room knows: the person came from there."""
        wait_ms = self._settle(EscalationOutcome.ANSWERED)
        if wait_ms is not None:
            self._journal.kpi(KpiEvent.ESC_ANSWERED, wait_ms=wait_ms, by=name)

    async def give_up(self, how: LeftHow, outcome: EscalationOutcome = EscalationOutcome.ABANDONED) -> None:
        """Nobody has answered: the caller hung up, went back to the agent, or is to be called back (`outcome`)."""
        wait_ms = self._settle(outcome)
        if wait_ms is not None:
            if outcome is EscalationOutcome.ABANDONED:
                self._journal.kpi(KpiEvent.ESC_ABANDONED, wait_ms=wait_ms, how=how)
            elif outcome is EscalationOutcome.CALLBACK_BOOKED:
                self._journal.kpi(KpiEvent.CALLBACK_BOOKED, wait_ms=wait_ms, how=how)
        if wait_ms is not None or self._unsure:
            await self._tell_room(how)

    def _settle(self, outcome: EscalationOutcome) -> int | None:
        """The wait in milliseconds; None when nobody waited."""
        request, self._request = self._request, None
        if request is None:
            return None
        self._journal.escalation_came(replace(request, outcome=outcome))
        return int(self._clock.now_ms() - self._since_ms)

    async def _tell_room(self, how: LeftHow) -> None:
        self._unsure = False
        if self._room is None:
            return
        try:
            async with asyncio.timeout(ROOM_DEADLINE_S):
                await self._room.leave(self._call_id, how)
        except Exception as error:
            log.warning("waiting_room", call_id=self._call_id, error=f"{type(error).__name__}: {error}")
