"""Where callers wait for a person: the queue in the records, and every desk told at once."""

from __future__ import annotations

from dashboard.desk.board import DeskBoard
from records.desk import DeskRecords
from records.presence import PRESENT
from records.waiting import NewWait, QueueState
from telephony.waiting import LeftHow, Waiting


class DeskRoom:
    """A `telephony.waiting.WaitingRoom`: a caller is let in only when somebody is there, now or soon."""

    def __init__(self, records: DeskRecords, board: DeskBoard) -> None:
        self._records = records
        self._board = board

    async def enter(self, waiting: Waiting) -> bool:
        """Wait for a person; False when there is nobody who could come."""
        if not any(each.state in PRESENT for each in await self._records.presence.now()):
            return False
        await self._records.queue.enter(
            NewWait(
                call_id=waiting.call_id,
                escalation_id=waiting.escalation_id,
                queue=waiting.queue,
                priority=waiting.priority,
                reason=waiting.reason,
                note=waiting.note,
            )
        )
        await self._board.tell_queue()
        return True

    async def leave(self, call_id: str, how: LeftHow) -> None:
        """The wait is over without anybody."""
        if await self._records.queue.leave(call_id, QueueState(how)) is not None:
            await self._board.tell_queue()
