"""The records of the operators' desk, put together."""

from __future__ import annotations

from records.callbacks import CallbackRepository
from records.database import Database
from records.handlings import HandlingRepository
from records.harassment import HarassmentRepository
from records.presence import PresenceRepository
from records.waiting import QueueRepository


class DeskRecords:
    """Presence, the queue, what was done with calls, callbacks, reports of harassment."""

    def __init__(self, database: Database) -> None:
        self.presence = PresenceRepository(database)
        self.queue = QueueRepository(database)
        self.handlings = HandlingRepository(database)
        self.callbacks = CallbackRepository(database)
        self.harassment = HarassmentRepository(database)
