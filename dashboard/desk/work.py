"""What an operator does with calls, from accepting to the end of the work after: one path for every route and event."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

import structlog

from dashboard.auth.principal import Principal
from dashboard.desk.board import DeskBoard, call_ms
from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.seams import Desk, DeskError, Operated, Operator
from records.clock import utc_now
from records.handlings import Handling
from records.models import EventRecord, KpiEvent
from records.presence import Cause, Presence, PresenceError, PresenceState
from records.store import Records
from records.waiting import QueueState

CALL_GONE: Final = "この通話は終わっています。"
CHOOSE_AVAILABLE: Final = "電話を受けるには、先に状態を「受付可」にしてください。"
ONE_AT_A_TIME: Final = "応対中の通話があります。終えてから、次のお電話をお受けください。"
log = structlog.get_logger(__name__)


class CallGoneError(RuntimeError):
    """The call is over."""

    def __init__(self) -> None:
        super().__init__(CALL_GONE)


class DeskWork:
    """Takes calls over, ends talks, measures the work after them, and keeps everybody's presence in step."""

    def __init__(self, desk: Desk, records: Records, board: DeskBoard, hub: DeskHub) -> None:
        self._desk = desk
        self._records = records
        self._board = board
        self._hub = hub
        self._taking: set[str] = set()
        self._held: dict[str, float] = {}
        self._held_ms: dict[str, float] = {}

    def call(self, call_id: str) -> Operated:
        """A running call. Raises `CallGoneError`."""
        call = self._desk.get(call_id)
        if call is None:
            raise CallGoneError
        return call

    async def accept(self, who: Principal, entry_id: str) -> Handling:
        """Answer a waiting caller: one wins.

        Raises `NotWaitingError` (too late), `PresenceError`, `CallGoneError`, `DeskError`.
        """
        presence = await self._records.desk.presence.of(who.id)
        if presence is None or presence.state is not PresenceState.AVAILABLE:
            raise PresenceError(CHOOSE_AVAILABLE)
        if who.id in self._taking:
            raise PresenceError(ONE_AT_A_TIME)
        self._taking.add(who.id)
        try:
            entry = await self._records.desk.queue.claim(entry_id, who.id, who.name)
            try:
                return await self._begin(who, entry.call_id)
            except (CallGoneError, DeskError):
                await self._records.desk.queue.release(entry.id, QueueState.ENDED)
                raise
        finally:
            self._taking.discard(who.id)
            await self._board.tell_queue()

    async def take_over(self, who: Principal, call_id: str) -> Handling:
        """Step into any call; one whose caller waits is claimed as by `accept`.

        Raises `NotWaitingError` (somebody was faster), `PresenceError`, `CallGoneError`, `DeskError`.
        """
        presence = await self._records.desk.presence.of(who.id)
        if who.id in self._taking or (presence is not None and presence.state is PresenceState.TALKING):
            raise PresenceError(ONE_AT_A_TIME)
        self._taking.add(who.id)
        try:
            self.call(call_id)
            waits = await self._records.desk.queue.of_call(call_id)
            if waits is not None and waits.state is QueueState.WAITING:
                await self._records.desk.queue.claim(waits.id, who.id, who.name)
            former = await self._records.desk.handlings.unfinished_of(who.id)
            if former is not None:
                await self._end_acw(former)
            return await self._begin(who, call_id)
        finally:
            self._taking.discard(who.id)
            await self._board.tell_queue()

    async def choose(self, who: Principal, to: PresenceState) -> Presence:
        """Set one's own state; leaving the work after a call ends it. Raises `PresenceError`."""
        presence = await self._records.desk.presence.go(who.id, who.name, to, Cause.HAND)
        former = await self._records.desk.handlings.unfinished_of(who.id)
        if former is not None and former.talk_ended_at is not None:
            await self._end_acw(former)
        await self._board.tell_presence()
        return presence

    async def hold(self, who: Principal, call_id: str) -> None:
        """Let the caller wait. Raises `CallGoneError`, `DeskError`."""
        await self.call(call_id).hold(operator_of(who))
        self._held.setdefault(call_id, time.monotonic())

    async def resume(self, who: Principal, call_id: str) -> None:
        """Go on. Raises `CallGoneError`, `DeskError`."""
        await self.call(call_id).resume(operator_of(who))
        self._end_hold(call_id)

    async def talk_over(self, call_id: str) -> None:
        """Nobody talks with the caller any more: the work after the call begins."""
        handling = await self._records.desk.handlings.talking_on(call_id)
        if handling is not None:
            await self._end_talk(handling)

    async def finish(self, who: Principal, handling: Handling) -> Handling:
        """The work after the call is done; they are there for the next one."""
        finished = await self._end_acw(handling)
        presence = await self._records.desk.presence.of(who.id)
        if presence is not None and presence.state is PresenceState.AFTER_CALL:
            await self._records.desk.presence.go(who.id, who.name, PresenceState.AVAILABLE, Cause.HAND)
            await self._board.tell_presence()
        return finished

    async def mend(self) -> None:
        """End what belongs to calls that are over, however they ended."""
        for handling in await self._records.desk.handlings.dead_talks():
            await self._end_talk(handling)
        if await self._records.desk.queue.leave_dead():
            await self._board.tell_queue()

    async def vanished(self, presence: Presence) -> None:
        """An operator's page is gone: their caller is not left with nobody, and no work goes on."""
        handling = await self._records.desk.handlings.unfinished_of(presence.user_id)
        if handling is None:
            return
        if handling.talk_ended_at is None:
            call = self._desk.get(handling.call_id)
            if call is not None:
                with suppress(DeskError):
                    await call.operator_gone(Operator(presence.user_id, presence.user_name))
            await self._end_talk(handling)
        await self._end_acw(handling)

    async def _begin(self, who: Principal, call_id: str) -> Handling:
        await self.call(call_id).take_over(operator_of(who))
        handling = await self._records.desk.handlings.begin(call_id, who.id, who.name)
        await self._records.desk.presence.go(who.id, who.name, PresenceState.TALKING, Cause.CALL)
        await self._board.tell_presence()
        return handling

    async def _end_talk(self, handling: Handling) -> None:
        self._end_hold(handling.call_id)
        held_ms = int(self._held_ms.pop(handling.call_id, 0.0))
        ended = await self._records.desk.handlings.end_talk(handling.id, held_ms)
        if ended is None:
            return
        await self._kpi(ended, KpiEvent.ACW_START)
        with suppress(PresenceError):
            await self._records.desk.presence.go(
                handling.user_id, handling.user_name, PresenceState.AFTER_CALL, Cause.CALL
            )
        told = {"call_id": handling.call_id, "handling_id": handling.id}
        self._hub.publish(DeskMessage("talk_over", told, user_id=handling.user_id))
        await self._board.tell_presence()

    async def _end_acw(self, handling: Handling) -> Handling:
        finished = await self._records.desk.handlings.finish(handling.id)
        if finished is None or finished.talk_ended_at is None or finished.acw_ended_at is None:
            return handling
        worked_ms = call_ms(finished.talk_ended_at, finished.acw_ended_at)
        await self._kpi(finished, KpiEvent.ACW_END, ms=worked_ms)
        return finished

    async def _kpi(self, handling: Handling, kind: KpiEvent, **data: object) -> None:
        detail = await self._records.calls.get(handling.call_id)
        if detail is not None:
            now = utc_now()
            told = {"handling": handling.id, "user": handling.user_id, "name": handling.user_name, **data}
            event = EventRecord(kind.value, call_ms(detail.row.started_at, now), told, now)
            await self._records.calls.add_event(handling.call_id, event)

    def _end_hold(self, call_id: str) -> None:
        since = self._held.pop(call_id, None)
        if since is not None:
            self._held_ms[call_id] = self._held_ms.get(call_id, 0.0) + (time.monotonic() - since) * 1000.0


def operator_of(who: Principal) -> Operator:
    """The one who asks, as a call knows people."""
    return Operator(who.id, who.name)
