"""Follows the running calls for the desks: talks that end, what callers say, pages that are gone, promises made."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from dashboard.desk.board import DeskBoard
from dashboard.desk.calling_back import CallingBack
from dashboard.desk.harassment import HarassmentDesk
from dashboard.desk.hub import DeskHub, DeskMessage
from dashboard.desk.seams import Desk
from dashboard.desk.suggesting import Suggester
from dashboard.desk.work import DeskWork
from records.clock import utc_now
from records.store import Records
from telephony.events import CallEvent, EventKind
from telephony.live import LiveCalls

SWEEP_S: Final = 5.0
GONE_AFTER: Final = timedelta(seconds=20)
"""A page says that it is there every five seconds: three of them may be lost before its operator counts as gone."""
SUGGEST_DEADLINE_S: Final = 5.0
TALK_ENDS: Final = frozenset({"left", "handed_back"})

log = structlog.get_logger(__name__)


class DeskWatch:
    """Two tasks of its own: one reads the calls' events, one looks round every few seconds."""

    def __init__(
        self,
        live: LiveCalls,
        desk: Desk,
        records: Records,
        work: DeskWork,
        board: DeskBoard,
        harassment: HarassmentDesk,
        callbacks: CallingBack,
        suggester: Suggester,
        hub: DeskHub,
    ) -> None:
        self._live = live
        self._desk = desk
        self._records = records
        self._work = work
        self._board = board
        self._harassment = harassment
        self._callbacks = callbacks
        self._suggester = suggester
        self._hub = hub
        self._tasks: list[asyncio.Task[None]] = []
        self._suggesting: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin, on the running loop."""
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._follow(), name="desk-events"),
            loop.create_task(self._rounds(), name="desk-rounds"),
        ]

    async def close(self) -> None:
        """End, with everything under way."""
        tasks = [*self._tasks, *self._suggesting.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def look_round(self) -> None:
        """One round: who is gone, what a crash left, what was promised."""
        for presence in await self._records.desk.presence.vanish(utc_now() - GONE_AFTER):
            log.info("operator_gone", user=presence.user_id, state=presence.state.value)
            await self._work.vanished(presence)
            await self._board.tell_presence()
        await self._work.mend()
        await self._callbacks.book_promised()

    async def take(self, event: CallEvent) -> None:
        """One event of a running call."""
        match event.kind:
            case EventKind.HEARD:
                self._suggest(event)
            case EventKind.OPERATOR if str(event.data.get("what")) in TALK_ENDS:
                await self._work.talk_over(event.call_id)
            case EventKind.ENDED:
                await self._work.talk_over(event.call_id)
                await self._harassment.complete(event.call_id)
            case _:
                pass

    async def _follow(self) -> None:
        async with self._live.subscribe() as queue:
            while True:
                event = await queue.get()
                try:
                    await self.take(event)
                except Exception as error:
                    log.warning("desk_event_failed", kind=event.kind.value, error=type(error).__name__)

    async def _rounds(self) -> None:
        while True:
            try:
                await self.look_round()
            except Exception as error:
                log.warning("desk_round_failed", error=type(error).__name__)
            await asyncio.sleep(SWEEP_S)

    def _suggest(self, event: CallEvent) -> None:
        """The operator of that call is shown what fits; a newer turn takes the place of an older search."""
        call = self._desk.get(event.call_id)
        operator = call.operator if call is not None else None
        text = str(event.data.get("text") or "")
        if operator is None or not text:
            return
        former = self._suggesting.pop(event.call_id, None)
        if former is not None:
            former.cancel()
        turn = int(event.data.get("turn") or 0)
        task = asyncio.get_running_loop().create_task(self._find(event.call_id, turn, text, operator.id))
        self._suggesting[event.call_id] = task
        task.add_done_callback(lambda done: self._found(event.call_id, done))

    async def _find(self, call_id: str, turn: int, text: str, user_id: str) -> None:
        try:
            async with asyncio.timeout(SUGGEST_DEADLINE_S):
                suggestions = await self._suggester.of(text)
        except Exception as error:
            log.warning("suggesting_failed", call_id=call_id, error=type(error).__name__)
            return
        told = {"call_id": call_id, "turn": turn, "suggestions": suggestions}
        self._hub.publish(DeskMessage("suggestions", told, user_id=user_id))

    def _found(self, call_id: str, task: asyncio.Task[None]) -> None:
        if self._suggesting.get(call_id) is task:
            del self._suggesting[call_id]
