"""The records, opened for one command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from records.database import RecordsError
from records.store import Records
from uketsuke.errors import UserError
from uketsuke.places import Places

T = TypeVar("T")


def with_records(places: Places, work: Callable[[Records], Awaitable[T]]) -> T:
    """What `work` gives on the records of these places. Raises `UserError`."""

    async def run() -> T:
        places.data.mkdir(parents=True, exist_ok=True)
        records = await Records.open(places.database_url)
        try:
            return await work(records)
        finally:
            await records.close()

    try:
        return asyncio.run(run())
    except RecordsError as error:
        raise UserError(str(error)) from error
