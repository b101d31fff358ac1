"""The one writer of a running call: takes records at once, writes them in order when the database can."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from records.calls import CallBatch, CallRepository
from records.models import CallClosed, CallOpened, CallWarning, EscalationRecord, EventRecord, TurnRecord
from records.store import Records
from records.wordless import wordless_call, wordless_escalation, wordless_event, wordless_turn

Record: TypeAlias = TurnRecord | EventRecord | EscalationRecord | CallWarning

DROPPED: Final = "records_dropped"
"""Code of the warning that says how many records were lost."""

_PASSING: Final = (OperationalError, InterfaceError, PoolTimeoutError, TimeoutError, OSError)
"""What the database fails with for a while: locked, full, unreachable, slow."""

_NAMES: Final = {TurnRecord: "発話", EventRecord: "出来事", EscalationRecord: "引き継ぎ", CallWarning: "警告"}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CallLogOptions:
    """How a `CallLog` behaves when the database does not keep up.

    `capacity` is how many records may wait, `batch` how many go into one transaction, `transaction_s` how long one
    may take. A failed write is tried again after `retry_s`, twice as long each time, up to `retry_max_s`.
    `linger_s` is how long an event waits for company; turns, escalations and warnings are written at once.
    """

    capacity: int = 1_024
    batch: int = 128
    transaction_s: float = 10.0
    retry_s: float = 0.1
    retry_max_s: float = 5.0
    linger_s: float = 1.0


class CallLog:
    """Writes one call's records, beginning with the call itself when `call` is a `CallOpened`.

    `turn`, `event`, `escalation` and `warning` never wait and never raise.

    The dicts inside a record must not be changed afterwards. When more than `capacity` records wait, the oldest
    event is dropped first, then the oldest of the others. What was dropped is counted in a warning of the call.
    The owner must `finish`; a call that dies without it is closed by `Records.recover` at the next start.
    With `wordless` nobody's words and no number are ever written, not even for a moment (`records.wordless`).
    """

    def __init__(
        self,
        records: Records,
        call: CallOpened | str,
        options: CallLogOptions | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        wordless: bool = False,
    ) -> None:
        self._calls: CallRepository = records.calls
        self._call_id = call if isinstance(call, str) else call.id
        self._opened = None if isinstance(call, str) else wordless_call(call) if wordless else call
        self._wordless = wordless
        self._options = options or CallLogOptions()
        self._sleep = sleep
        self._waiting: deque[Record] = deque()
        self._writing: tuple[Record, ...] = ()
        self._events_waiting = 0
        self._dropped: Counter[type[Record]] = Counter()
        self._dropped_told = 0
        self._closed: CallClosed | None = None
        self._on_disk = False
        self._something = asyncio.Event()
        self._urgent = asyncio.Event()
        self._idle = asyncio.Event()
        if self._opened is None:
            self._idle.set()
        else:
            self._something.set()
            self._urgent.set()
        self._task = records.own(self._run(), name=f"call-log-{self._call_id}")

    @property
    def dropped(self) -> int:
        """How many records were lost so far."""
        return self._dropped.total()

    @property
    def waiting(self) -> int:
        """How many records are not on disk yet."""
        return len(self._waiting) + len(self._writing)

    def turn(self, turn: TurnRecord) -> None:
        """Add a turn, or replace the one of the same index."""
        self._put(wordless_turn(turn) if self._wordless else turn)

    def event(self, event: EventRecord) -> None:
        """Add an event."""
        self._put(wordless_event(event) if self._wordless else event)

    def escalation(self, escalation: EscalationRecord) -> None:
        """Add a request for a person, or replace the one of the same id."""
        self._put(wordless_escalation(escalation) if self._wordless else escalation)

    def warning(self, warning: CallWarning) -> None:
        """Leave something a supervisor should know with the call."""
        self._put(warning)

    async def flush(self, deadline_s: float) -> bool:
        """Wait until everything given so far is on disk; False when it is not by then."""
        self._urgent.set()
        try:
            async with asyncio.timeout(deadline_s):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def finish(self, closed: CallClosed, deadline_s: float = 5.0) -> bool:
        """Write what is left and close the call, in one transaction. Nothing may be added afterwards.

        True when it is on disk. At the deadline False: the writing goes on under the ownership of `Records`, and
        if the process ends first, `Records.recover` closes the call at the next start.
        """
        if self._closed is None:
            self._closed = closed
            self._idle.clear()
            self._something.set()
            self._urgent.set()
        await asyncio.wait({self._task}, timeout=deadline_s)
        return self._on_disk

    def _put(self, record: Record) -> None:
        if self._closed is not None:
            self._drop(record)
            return
        if len(self._waiting) >= self._options.capacity and not self._make_room(record):
            return
        self._waiting.append(record)
        self._idle.clear()
        self._something.set()
        if isinstance(record, EventRecord):
            self._events_waiting += 1
        else:
            self._urgent.set()
        if len(self._waiting) >= self._options.batch:
            self._urgent.set()

    def _make_room(self, record: Record) -> bool:
        """Drop the least important record; False when that is `record` itself."""
        if self._events_waiting:
            oldest = next(n for n, each in enumerate(self._waiting) if isinstance(each, EventRecord))
            self._events_waiting -= 1
            self._drop(self._waiting[oldest])
            del self._waiting[oldest]
            return True
        if isinstance(record, EventRecord):
            self._drop(record)
            return False
        self._drop(self._waiting.popleft())
        return True

    def _drop(self, record: Record) -> None:
        self._dropped[type(record)] += 1

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            await self._linger()
            closed = self._closed
            written = await self._write_next(closed)
            if closed is not None:
                self._on_disk = written
                break
        if self.dropped != self._dropped_told:
            await self._insist(CallBatch(warnings=self._dropped_warning()))
        self._idle.set()

    async def _linger(self) -> None:
        if self._urgent.is_set() or not self._options.linger_s:
            return
        try:
            async with asyncio.timeout(self._options.linger_s):
                await self._urgent.wait()
        except TimeoutError:
            return

    async def _write_next(self, closed: CallClosed | None) -> bool:
        """Write what waits, however long it takes, with the closing when there is one."""
        self._urgent.clear()
        count = len(self._waiting) if closed else min(len(self._waiting), self._options.batch)
        self._writing = tuple(self._waiting.popleft() for _ in range(count))
        self._events_waiting -= sum(isinstance(record, EventRecord) for record in self._writing)
        dropped, warning = self.dropped, self._dropped_warning()
        written = await self._insist(_batch(self._opened, self._writing, warning, closed))
        self._writing, self._opened, self._dropped_told = (), None, dropped
        if not self._waiting and self._closed is None:
            self._something.clear()
            self._idle.set()
        return written

    async def _insist(self, batch: CallBatch) -> bool:
        """Write until the database takes it; False when it refuses the last part of `batch` for good."""
        delay = self._options.retry_s
        while True:
            try:
                async with asyncio.timeout(self._options.transaction_s):
                    await self._calls.write(self._call_id, batch)
                return True
            except _PASSING as error:
                _log.warning("call_log_retry", call_id=self._call_id, error=type(error).__name__)
                await self._sleep(delay)
                delay = min(2 * delay, self._options.retry_max_s)
            except Exception as error:
                # Not the database's state but something in the batch: it would fail for ever.
                _log.warning("call_log_refused", call_id=self._call_id, error=type(error).__name__)
                parts = tuple(_parts(batch))
                if len(parts) <= 1:
                    self._refuse(batch)
                    return False
                return [await self._insist(part) for part in parts][-1]

    def _refuse(self, batch: CallBatch) -> None:
        records: tuple[Record, ...] = (*batch.turns, *batch.events, *batch.escalations, *batch.warnings)
        for record in records:
            self._drop(record)

    def _dropped_warning(self) -> tuple[CallWarning, ...]:
        if self.dropped == self._dropped_told:
            return ()
        kinds = "、".join(f"{_NAMES[kind]}{count}件" for kind, count in self._dropped.items())
        message = f"データベースに書き込めない間に、記録の一部が失われました（{kinds}）。"
        return (CallWarning(DROPPED, message, self.dropped),)


def _batch(
    opened: CallOpened | None,
    kept: tuple[Record, ...],
    warnings: tuple[CallWarning, ...],
    closed: CallClosed | None,
) -> CallBatch:
    # One row cannot be written twice by one statement, so a later state of a turn or escalation stands for all.
    turns = {turn.index: turn for turn in kept if isinstance(turn, TurnRecord)}
    escalations = {each.id: each for each in kept if isinstance(each, EscalationRecord)}
    return CallBatch(
        opened=opened,
        turns=tuple(turns.values()),
        events=tuple(event for event in kept if isinstance(event, EventRecord)),
        escalations=tuple(escalations.values()),
        warnings=tuple(each for each in kept if isinstance(each, CallWarning)) + warnings,
        closed=closed,
    )


def _parts(batch: CallBatch) -> Iterable[CallBatch]:
    """The batch as one batch a record, the opening first and the closing last."""
    if batch.opened is not None:
        yield CallBatch(opened=batch.opened)
    yield from (CallBatch(turns=(turn,)) for turn in batch.turns)
    yield from (CallBatch(events=(event,)) for event in batch.events)
    yield from (CallBatch(escalations=(escalation,)) for escalation in batch.escalations)
    yield from (CallBatch(warnings=(warning,)) for warning in batch.warnings)
    if batch.closed is not None:
        yield CallBatch(closed=batch.closed)
