"""The door to the records: opens the database, holds its repositories, mends what a crash left."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final

from records.api_keys import ApiKeyRepository
from records.around import AroundRepository
from records.asked import AskedRepository
from records.audit import AuditLog
from records.calls import CallRepository, ended_at_guess
from records.database import Database, open_database
from records.desk import DeskRecords
from records.documents import DocumentRepository
from records.drafts import DraftRepository
from records.faq import FaqRepository
from records.figures.repository import FigureRepository
from records.floor import FloorRepository
from records.holds import HoldRepository
from records.hooks import HookRepository
from records.hosts import HostRepository
from records.model_requests import ModelRequestRepository
from records.models import CallClosed, CallDetail, CallState, EndedBy, RecordingRecord, RecordingState, Recovery
from records.people import PeopleRepository
from records.planned import PlannedRepository
from records.recording_file import mend_recording
from records.retention import RetentionRepository
from records.rules import RuleRepository
from records.sessions import SessionRepository
from records.trials import TrialRepository
from records.votes import VoteRepository
from records.working import WorkingCopyRepository

CRASHED: Final = "crash"
"""Outcome of a call that its process did not outlive."""


class Records:
    """The records of one database. Open it once a process, on the event loop that uses it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()
        self.calls = CallRepository(database)
        self.faq = FaqRepository(database)
        self.figures = FigureRepository(database)
        self.rules = RuleRepository(database)
        self.drafts = DraftRepository(database)
        self.model_requests = ModelRequestRepository(database)
        self.working = WorkingCopyRepository(database)
        self.floor = FloorRepository(database)
        self.around = AroundRepository(database)
        self.desk = DeskRecords(database)
        self.votes = VoteRepository(database)
        self.trials = TrialRepository(database)
        self.asked = AskedRepository(database)
        self.planned = PlannedRepository(database)
        self.holds = HoldRepository(database)
        self.retention = RetentionRepository(database, self.holds)
        self.hosts = HostRepository(database)
        self.hooks = HookRepository(database)
        self.people = PeopleRepository(database)
        self.sessions = SessionRepository(database)
        self.api_keys = ApiKeyRepository(database)
        self.audit = AuditLog(database, database.beside("audit-head"))
        self.documents = DocumentRepository(database)

    @classmethod
    async def open(cls, url: str, busy_timeout_ms: int = 5_000) -> Records:
        """Bring the schema up to date and open it. Raises `RecordsError` with a sentence for people.

        `url` is `sqlite+aiosqlite:///path` (`records.database.sqlite_url`) or `postgresql+asyncpg://…`.
        """
        return cls(await open_database(url, busy_timeout_ms))

    async def close(self, deadline_s: float = 5.0) -> None:
        """Let the call logs that still write end, until the deadline, then close the database."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=deadline_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._database.close()

    def own(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run a writer that may outlive its call, no longer than these records are open."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def recover(self, worker: str = "local") -> Recovery:
        """Close what a crash of `worker` left open, and finish its recordings.

        Call it once at the start of the process that takes calls under that name, before the first call, and
        nowhere else: to it every open call of that worker is a dead one.
        """
        closed: list[str] = []
        mended: list[RecordingRecord] = []
        for detail in await self.calls.left_open(worker):
            recordings = [each for each in detail.recordings if each.state is RecordingState.RECORDING]
            finished = [await asyncio.to_thread(mend_recording, each, detail.row.id) for each in recordings]
            for recording in finished:
                await self.calls.close(detail.row.id, _crashed(detail, recording))
            if not finished:
                await self.calls.close(detail.row.id, _crashed(detail, None))
            if detail.row.state is CallState.LIVE:
                closed.append(detail.row.id)
            mended += finished
        return Recovery(tuple(closed), tuple(mended))


def _crashed(detail: CallDetail, recording: RecordingRecord | None) -> CallClosed:
    ended_at = ended_at_guess(detail)
    if recording is not None:
        heard_until = recording.started_at + timedelta(milliseconds=recording.duration_ms)
        ended_at = max(ended_at, heard_until)
    return CallClosed(EndedBy.CRASH, CRASHED, ended_at, recording)
