"""Which hosts this process ever opened a connection to, and for what: the proof that nothing else leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from records.database import Database
from records.trust_schema import OpenedHostRow


@dataclass(frozen=True)
class OpenedHost:
    """One host and port, why it was opened, when first and last, and how often."""

    host: str
    port: int
    purpose: str
    first_at: datetime
    last_at: datetime
    times: int


class HostRepository:
    """Adds up openings by host, port and purpose."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, opened: Iterable[OpenedHost]) -> None:
        """Add these openings to what is known."""
        async with self._database.write() as connection:
            for each in opened:
                same = (
                    OpenedHostRow.host == each.host,
                    OpenedHostRow.port == each.port,
                    OpenedHostRow.purpose == each.purpose,
                )
                changed = await connection.execute(
                    update(OpenedHostRow)
                    .where(*same)
                    .values(last_at=each.last_at, times=OpenedHostRow.times + each.times)
                )
                if changed.rowcount == 0:
                    values = {name: getattr(each, name) for name in each.__dataclass_fields__}
                    await connection.execute(insert(OpenedHostRow).values(values))

    async def list(self) -> list[OpenedHost]:
        """All of them, the latest first."""
        wanted = select(OpenedHostRow.__table__).order_by(OpenedHostRow.last_at.desc())
        async with self._database.read() as connection:
            return [OpenedHost(**row) for row in (await connection.execute(wanted)).mappings()]
